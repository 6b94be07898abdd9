"""Opening and creating day files: pragmas, layout check, named statements, and SQLite's errors in our words.

``OLDEST_SQLITE`` is the oldest library this is written for: no STRICT tables, no RETURNING.
"""

from __future__ import annotations

import errno
import sqlite3
from contextlib import closing
from functools import cache
from importlib.resources import files
from pathlib import Path
from urllib.parse import quote

import msgspec

from arcops.base.errors import RecordError

OLDEST_SQLITE = (3, 26, 0)
"""``scripts/sqlite_versions.sh`` runs the tests of the record with it and with the newest."""
APPLICATION_ID = 1634886504
LAYOUT = 1
_COPIED_PAGES = 256
MOST_WAL_BYTES = 4 * 1024 * 1024
CACHE_KIB = 2048
"""Pages each connection keeps. With 8 MiB 10,000 objects cost 8 MB more, a week read by two threads 100 MB, and nothing is faster."""

Connection = sqlite3.Connection

DAMAGE = (sqlite3.Error, ValueError, TypeError, LookupError, msgspec.MsgspecError)
"""What reading a damaged file can raise: SQLite's own errors, and ours at values that never were written."""


@cache
def statements(name: str) -> dict[str, str]:
    """The statements of ``sql/<name>.sql`` by the names in their ``-- name:`` lines."""
    text = (files("arcops.store") / "sql" / f"{name}.sql").read_text("utf-8")
    found: dict[str, str] = {}
    for part in text.split("-- name: ")[1:]:
        title, _, body = part.partition("\n")
        found[title.strip()] = body.strip()
    return found


def check_library(folder: Path) -> None:
    """Raises ``RecordError`` if Python runs with an SQLite older than this is written for: each write would fail, and none say why."""
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise RecordError(
            path=folder,
            why=f"it takes SQLite {'.'.join(map(str, OLDEST_SQLITE))}, and this Python has {sqlite3.sqlite_version}",
            hint="Run arcops with a Python that has a newer SQLite, or without a record on disk (ARCOPS_RECORD__ENGINE=memory).",
        )


def create(path: Path) -> Connection:
    """A new, empty file of the newest layout, open for one transaction (no log yet)."""
    connection = _connect(f"file:{quote(str(path))}?mode=rwc")
    try:
        connection.executescript(
            f"pragma page_size = 4096; pragma application_id = {APPLICATION_ID}; pragma user_version = {LAYOUT};"
            f"begin; {(files('arcops.store') / 'sql' / '0001_day_file.sql').read_text('utf-8')}; commit;"
        )
        _tune(connection)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def open_for_writing(path: Path) -> Connection:
    """The one connection that writes and checkpoints a file (two at once would meet SQLite's WAL-reset race)."""
    connection = _connect(f"file:{quote(str(path))}?mode=rw")
    try:
        connection.execute("pragma journal_mode = wal")
        connection.execute("select count(*) from sqlite_master").fetchone()
        _tune(connection)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def open_for_reading(path: Path, *, closed: bool) -> Connection:
    """A connection that only reads; ``closed`` files without a log are read without any lock."""
    immutable = closed and not path.with_name(path.name + "-wal").exists()
    connection = _connect(f"file:{quote(str(path))}?mode=ro{'&immutable=1' if immutable else ''}")
    try:
        connection.execute(f"pragma cache_size = -{CACHE_KIB}")
        connection.execute("select count(*) from sqlite_master").fetchone()
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def copy_file(source: Path, target: Path) -> None:
    """A copy of a file that is being written to, as of one moment; the writer never waits longer than for 1 MB."""
    with closing(open_for_reading(source, closed=False)) as read, closing(_connect(f"file:{quote(str(target))}?mode=rwc")) as written:
        read.backup(written, pages=_COPIED_PAGES)
        written.execute("pragma journal_mode = delete").fetchone()


def layout_of(connection: Connection) -> int:
    """The layout number; 0 if it is no file of ours. Raises ``sqlite3.DatabaseError`` if it is no database."""
    (application,) = connection.execute("pragma application_id").fetchone()
    (version,) = connection.execute("pragma user_version").fetchone()
    return int(version) if application == APPLICATION_ID else 0


def fault_of(connection: Connection) -> str:
    """What SQLite's quick check says of a file, "" if it is sound."""
    (verdict,) = connection.execute("pragma quick_check(1)").fetchone()
    return "" if verdict == "ok" else str(verdict)


def state_of(error: Exception) -> str:
    """The store's state for an error while writing: ``disk_full``, ``read_only`` or ``failed``."""
    if isinstance(error, OSError):
        return _STATES_OF_SYSTEM.get(error.errno or 0, "failed")
    return _STATES_OF_SQLITE.get(getattr(error, "sqlite_errorcode", 0) & 0xFF, "failed")


_STATES_OF_SYSTEM = {
    errno.ENOSPC: "disk_full", errno.EDQUOT: "disk_full", errno.EROFS: "read_only", errno.EACCES: "read_only", errno.EPERM: "read_only",
}  # fmt: skip
_STATES_OF_SQLITE = {sqlite3.SQLITE_FULL: "disk_full", sqlite3.SQLITE_READONLY: "read_only", sqlite3.SQLITE_CANTOPEN: "read_only"}


def _connect(address: str) -> Connection:
    return sqlite3.connect(address, uri=True, isolation_level=None, timeout=10.0, check_same_thread=False)


def _tune(connection: Connection) -> None:
    connection.execute("pragma synchronous = full")
    connection.execute(f"pragma cache_size = -{CACHE_KIB}")
    connection.execute(f"pragma journal_size_limit = {MOST_WAL_BYTES}")
