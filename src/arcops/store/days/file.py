"""One day file as the record knows it: where it is, which ids are in it, how many rows."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from pathlib import Path

from arcops.base.ids import STEP, id_ms
from arcops.store.days.opening import Connection, statements

COUNTED = ("revisions", "sightings", "snapshots", "gaps", "ended", "logs")


OPEN_END = 1 << 62
"""The end of a file that is still written to: above every id."""


@dataclass(slots=True)
class DayFile:
    """``start_id`` is the first id that belongs to the file (versions below it are carried), ``end_id`` the next file's."""

    path: Path
    start_id: int
    end_id: int = OPEN_END
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTED, 0))

    @property
    def is_open(self) -> bool:
        """Rows are still written to it."""
        return self.end_id == OPEN_END

    @property
    def since_ms(self) -> int:
        """The first millisecond of which the file knows everything: one that began in an earlier file is not its own."""
        return id_ms(self.start_id + STEP - 1)

    @property
    def is_pinned(self) -> bool:
        """Kept on purpose: another name points to the same file (a hard link)."""
        try:
            return self.path.stat().st_nlink > 1
        except FileNotFoundError:
            return False

    @property
    def size_bytes(self) -> int:
        """Bytes on disk, with the write-ahead log."""
        return sum(_size(self.path.with_name(self.path.name + suffix)) for suffix in ("", "-wal"))

    @property
    def rows(self) -> int:
        """Rows of its own, carried ones not counted."""
        return sum(count for name, count in self.counts.items() if name != "ended")

    def recount(self, connection: Connection) -> None:
        """Count the rows anew."""
        row = connection.execute(statements("read")["counts"], {"start": self.start_id}).fetchone()
        self.counts = dict(zip(COUNTED, row, strict=True))

    def unlink(self) -> None:
        """Remove it from the disk; whoever reads it now may finish."""
        for suffix in ("-wal", "-shm", ""):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)

    def set_aside(self, now_ms: int) -> Path:
        """Rename it so that it is never opened again, and return the new name."""
        aside = self.path.with_name(f"{self.path.name}.unreadable-{now_ms}")
        for suffix in ("-wal", "-shm"):
            side = self.path.with_name(self.path.name + suffix)
            if side.exists():
                side.rename(aside.with_name(aside.name + suffix))
        return self.path.rename(aside)


def meta(connection: Connection, key: str) -> int:
    """A number of the file's own table, 0 if it is not there."""
    row = connection.execute(statements("read")["meta"], (key,)).fetchone()
    return int(row[0]) if row else 0


def highest_id(connection: Connection) -> int:
    """The highest id of any row."""
    return max((value or 0 for value in connection.execute(statements("read")["last_ids"]).fetchone()), default=0)


def is_damage(error: sqlite3.Error) -> bool:
    """Whether an error means that the file itself is broken."""
    return (getattr(error, "sqlite_errorcode", 0) & 0xFF) in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
