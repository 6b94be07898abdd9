"""The day files of one record, in order of time."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path

from arcops.base.clock import to_datetime, to_ms
from arcops.base.ids import first_id, id_ms
from arcops.store.days.file import DayFile
from arcops.store.days.questions import Range
from arcops.store.retention import DAY_MS

SUFFIX = ".sqlite"


class Folder:
    """Which files there are. The writer adds, retention removes, readers see one consistent tuple."""

    def __init__(self, path: Path, files: list[DayFile] | None = None) -> None:
        """Start from files in order of time."""
        self.path = path
        self._lock = threading.Lock()
        self._files = tuple(files or ())

    @property
    def files(self) -> tuple[DayFile, ...]:
        """All files, the oldest first."""
        return self._files

    @property
    def newest(self) -> DayFile | None:
        """The file that is written to, if there is one."""
        return self._files[-1] if self._files else None

    def add(self, file: DayFile) -> None:
        """A new file takes over from the newest."""
        with self._lock:
            if self._files:
                self._files[-1].end_id = file.start_id
            self._files = (*self._files, file)

    def remove(self, file: DayFile) -> None:
        """Unlink a file; readers that have it open may finish."""
        with self._lock:
            self._files = tuple(other for other in self._files if other is not file)
        file.unlink()

    def at(self, bound: int) -> DayFile | None:
        """The file that knows the state at an id."""
        return next((file for file in reversed(self._files) if file.start_id <= bound), None)

    def holding(self, identity: int) -> DayFile | None:
        """The file in which the row of an id lies: of what is carried into the oldest file, that one."""
        return self.at(identity) or (self._files[0] if self._files else None)

    def within(self, span: Range) -> list[tuple[DayFile, Range]]:
        """The files that hold ids of a span, newest first, each with its part.

        Versions carried into the oldest file count as its own: the files they came from are gone.
        """
        files = self._files
        return [
            (file, Range(span.since if file is files[0] else max(span.since, file.start_id), span.until))
            for file in reversed(files)
            if (file is files[0] or file.start_id <= span.until) and file.end_id > span.since
        ]

    def name_for(self, identity: int) -> Path:
        """The next file name of the day of an id: ``2026-11-24-00.sqlite``.

        Names of files that are gone are not given again: they would come out of order, and a reader may still hold them.
        """
        day = to_datetime(id_ms(identity)).strftime("%Y-%m-%d")
        numbers = [number for of_day, number in map(_place_of, self.path.glob(f"{day}-*{SUFFIX}")) if of_day == day]
        return self.path / f"{day}-{max(numbers, default=-1) + 1:02}{SUFFIX}"


def in_order(folder: Path) -> list[Path]:
    """The day files of a folder by their names, the oldest first. Raises ``OSError``."""
    return sorted(folder.glob(f"*{SUFFIX}"), key=_place_of)


def _place_of(path: Path) -> tuple[str, int]:
    """Day and number of a file's name; what has none comes last."""
    name = path.name.removesuffix(SUFFIX)
    number = name[11:]
    return (name[:10], int(number)) if number.isascii() and number.isdigit() else (name, -1)


def day_start(identity: int) -> int:
    """The first id of the UTC day of an id."""
    ms = id_ms(identity)
    return first_id(ms - ms % DAY_MS)


def next_day(identity: int) -> int:
    """The first id of the day after."""
    return day_start(identity) + first_id(DAY_MS)


def day_of_name(path: Path) -> int:
    """The first id of the day a file's name speaks of, 0 if it speaks of none."""
    try:
        return first_id(to_ms(datetime.strptime(path.name[:10], "%Y-%m-%d").replace(tzinfo=UTC)))
    except ValueError:
        return 0
