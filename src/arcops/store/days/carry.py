"""Begins a new day file with the state of every live object, so that it answers without the files before it."""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from arcops.kube.refs import ObjectRef
from arcops.store.base import Scope
from arcops.store.days import opening, questions
from arcops.store.days.file import OPEN_END
from arcops.store.days.opening import Connection, statements
from arcops.store.days.rows import Rows
from arcops.store.days.texts import Life, Texts
from arcops.store.ledger import Draft

NEW = ".new"
"""Ends the name of a file that is not ready; one that is left behind is removed."""


Held = Callable[[ObjectRef, int], bytes]
"""The body of a version by name and id, if it is in memory, else b""."""


def nothing_held(_ref: ObjectRef, _identity: int) -> bytes:
    """Nothing is in memory."""
    return b""


def begin(path: Path, start_id: int, rows: Rows, older: Connection | None, held: Held = nothing_held) -> Connection:
    """Create a file whose first id is ``start_id``, filled from ``older``, and open it for writing.

    It gets its name only when it is whole and on the disk. Carried versions keep their ids, which lie below
    ``start_id``. Objects that were gone are not carried.
    """
    draft = path.with_name(path.name + NEW)
    discard(draft)
    rows.forget_file()
    with closing(opening.create(draft)) as connection:
        connection.execute("begin immediate")
        if older is not None:
            _carry(older, rows, held)
        rows.set_meta("start", start_id)
        rows.set_meta("complete", 1)
        rows.write(connection)
        connection.execute("commit")
    draft.rename(path)
    try:
        _sync_folder(path.parent)
        return opening.open_for_writing(path)
    except (sqlite3.Error, OSError):
        discard(path)  # or the next try would leave it behind, a second file of the same span
        raise


def discard(draft: Path) -> None:
    """Remove a file that was never ready."""
    for suffix in ("-journal", "-wal", "-shm", ""):
        draft.with_name(draft.name + suffix).unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    """Make the new name durable; Windows cannot, and need not."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _carry(older: Connection, rows: Rows, held: Held) -> None:
    """A version out of memory costs 0.1 ms, one out of the file, whose ten frames must be decoded, twice that."""
    texts = Texts(older)
    everything = {"bound": OPEN_END, **questions.scope_values(Scope())}
    lives = [(row[6], Life.of(row[:6])) for row in older.execute(statements("read")["lives_at"], everything)]
    for newest, life in sorted(lives):
        body = held(life.ref, newest)
        revision = texts.known(life, newest, body) if body else texts.newest(life, newest)
        rows.add_draft(Draft(revision, life.number, life.owner, 0, b""))
    for group_kind, version in questions.cursors(older).items():
        rows.set_cursor(group_kind, version)


def read_whole(connection: Connection | None, identity: int) -> bytes | None:
    """The text of a whole frame of the open file, None if it is not there."""
    if connection is None or not connection.execute(statements("read")["whole"], (identity,)).fetchone():
        return None
    return Texts(connection).whole(identity)
