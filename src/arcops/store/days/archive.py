"""A record on disk, read without a service and without changing a byte of it; a service may be writing to it meanwhile."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from itertools import pairwise
from pathlib import Path

from arcops.base.errors import RecordError
from arcops.base.ids import first_id, id_ms, last_id
from arcops.kube.refs import GroupKind, ObjectRef
from arcops.store.base import Gap, Revision, Window
from arcops.store.days import opening, questions
from arcops.store.days.file import OPEN_END, DayFile, meta
from arcops.store.days.folder import SUFFIX, Folder
from arcops.store.days.questions import Range
from arcops.store.days.readers import Open, Readers


class Archive:
    """The versions a folder of day files holds. Close it with ``aclose``."""

    def __init__(self, path: Path) -> None:
        """Look at the files; raises ``RecordError`` if none can be read."""
        self.path = path
        self._folder = Folder(path, _readable(path))
        self._readers = Readers(threads=1)

    @property
    def since_ms(self) -> int:
        """Where the record begins, in Unix milliseconds."""
        return id_ms(self._folder.files[0].start_id)

    async def versions(self, ref: ObjectRef, window: Window, limit: int, before: int | None = None) -> list[Revision]:
        """Versions seen in a window, newest first; ``before`` is a page mark."""
        until = last_id(window.until_ms)
        span = Range(first_id(window.since_ms), until if before is None else min(until, before - 1))

        def question(read: Open) -> list[Revision]:
            found: list[Revision] = []
            for file, part in self._folder.within(span):
                if len(found) < limit:
                    found += questions.versions(read(file), ref, part, limit - len(found))
            return found

        return await self._readers.ask(question)

    async def gaps(self, window: Window) -> list[Gap]:
        """Gaps that touch a window, oldest first."""
        found = await self._readers.ask(lambda read: [gap for file in self._folder.files for gap in questions.gaps(read(file), window)])
        return sorted(found, key=lambda gap: gap.since_ms)

    async def kinds(self) -> list[GroupKind]:
        """The kinds that were followed when the record was last written."""
        return list(await self._readers.ask(lambda read: questions.cursors(read(self._folder.files[-1]))))

    async def aclose(self) -> None:
        """Close every file."""
        await self._readers.aclose()


def find_records(folder: Path) -> list[Path]:
    """The records in a data folder: the folder itself, or one below it for each cluster."""
    return [path for path in (folder, *sorted(folder.glob("*/"))) if any(path.glob(f"*{SUFFIX}"))]


def _readable(folder: Path) -> list[DayFile]:
    files: list[DayFile] = []
    faults: list[str] = []
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        try:
            with closing(opening.open_for_reading(path, closed=False)) as connection:
                if opening.layout_of(connection) == opening.LAYOUT and meta(connection, "complete"):
                    files.append(DayFile(path, meta(connection, "start")))
        except sqlite3.Error as error:
            faults.append(f"{path.name}: {error}")
    if not files:
        raise RecordError(path=folder, why="; ".join(faults) or "it holds no record")
    for file, later in pairwise(files):
        file.end_id = later.start_id
    files[-1].end_id = OPEN_END
    return files
