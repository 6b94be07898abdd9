"""Begins a new day file with the state of every live object, so that it answers without the files before it."""

from __future__ import annotations

from pathlib import Path

from arcops.store.base import Scope
from arcops.store.days import opening, questions
from arcops.store.days.file import OPEN_END
from arcops.store.days.opening import Connection, statements
from arcops.store.days.rows import Rows
from arcops.store.days.texts import Life, Texts
from arcops.store.ledger import Draft


def begin(path: Path, start_id: int, rows: Rows, older: Connection | None) -> Connection:
    """Create a file whose first id is ``start_id``, filled from ``older`` in one transaction, and open it for writing.

    Carried versions keep their ids, which lie below ``start_id``. Objects that were gone are not carried.
    """
    connection = opening.create(path)
    try:
        connection.execute("begin immediate")
        rows.forget_file()
        if older is not None:
            _carry(older, rows)
        rows.set_meta("start", start_id)
        rows.set_meta("complete", 1)
        rows.write(connection)
        connection.execute("commit")
        connection.execute("pragma wal_checkpoint(truncate)").fetchone()
    except BaseException:
        rows.forget_file()
        connection.close()
        for suffix in ("-wal", "-shm", ""):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        raise
    return connection


def _carry(older: Connection, rows: Rows) -> None:
    texts = Texts(older)
    everything = {"bound": OPEN_END, **questions.scope_values(Scope())}
    lives = [(row[6], Life.of(row[:6])) for row in older.execute(statements("read")["lives_at"], everything)]
    for newest, life in sorted(lives):
        rows.add_draft(Draft(texts.newest(life, newest), life.number, life.owner, 0, b""))
    for group_kind, version in questions.cursors(older).items():
        rows.set_cursor(group_kind, version)


def read_whole(connection: Connection | None, identity: int) -> bytes | None:
    """The text of a whole frame of the open file, None if it is not there."""
    if connection is None or not connection.execute(statements("read")["whole"], (identity,)).fetchone():
        return None
    return Texts(connection).whole(identity)
