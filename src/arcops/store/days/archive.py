"""A record on disk, read without a service and without changing a byte of it; a service may be writing to it meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import chain, islice, pairwise
from pathlib import Path

from arcops.base.errors import RecordError
from arcops.base.ids import first_id, id_ms, last_id
from arcops.kube.refs import GroupKind, ObjectRef
from arcops.store.base import EventFilter, Gap, LogExcerpt, LogFilter, Revision, Scope, Sighting, Window
from arcops.store.days import listings, opening, questions
from arcops.store.days.file import OPEN_END, DayFile, highest_id, meta
from arcops.store.days.folder import SUFFIX, Folder, in_order
from arcops.store.days.opening import Connection
from arcops.store.days.questions import Range
from arcops.store.days.readers import Answer, Open, Readers


class Archive:
    """What a folder of day files holds. Close it with ``aclose``."""

    def __init__(self, path: Path) -> None:
        """Look at the files; raises ``RecordError`` if none can be read."""
        self.path = path
        self._folder = Folder(path, readable_files(path))
        self._readers = Readers(threads=1)

    @property
    def files(self) -> tuple[DayFile, ...]:
        """The files that can be read, the oldest first."""
        return self._folder.files

    @property
    def since_ms(self) -> int:
        """Where the record begins, in Unix milliseconds."""
        return self._folder.files[0].since_ms

    async def until_ms(self) -> int:
        """Where it ends, in Unix milliseconds: when it was last written, or the last thing seen."""

        def question(read: Open) -> int:
            connection = read(self._folder.files[-1])
            return max(meta(connection, "alive_ms"), id_ms(highest_id(connection)))

        return await self._readers.ask(question)

    async def versions(self, ref: ObjectRef, window: Window, limit: int, before: int | None = None) -> list[Revision]:
        """Versions seen in a window, newest first; ``before`` is a page mark."""
        return await self._page(_range(window, before), limit, lambda file, part: questions.versions(file, ref, part, limit))

    async def changes(self, window: Window, scope: Scope, limit: int, before: int | None = None) -> list[Revision]:
        """What changed in a window, newest first."""
        return await self._page(_range(window, before), limit, lambda file, part: questions.changes(file, part, scope, limit))

    async def events(self, window: Window, match: EventFilter, limit: int, before: int | None = None) -> list[Sighting]:
        """Events seen in a window, newest sighting first."""
        return await self._page(_range(window, before), limit, lambda file, part: questions.sightings(file, part, match))

    async def logs(self, window: Window, match: LogFilter, limit: int, before: int | None = None) -> list[LogExcerpt]:
        """Log excerpts read in a window, newest first."""
        return await self._page(_range(window, before), limit, lambda file, part: listings.excerpts(file, part, match))

    async def state_at(self, at_ms: int, scope: Scope) -> list[Revision]:
        """Every object of a scope that existed at a moment, sorted by kind, namespace, name."""
        bound = last_id(at_ms)

        def question(read: Open) -> list[Revision]:
            file = self._folder.at(bound)
            return questions.state_at(read(file), bound, scope) if file else []

        return await self._readers.ask(question)

    async def _page(self, span: Range, limit: int, rows: Callable[[Connection, Range], list[Answer] | Iterator[Answer]]) -> list[Answer]:
        """The first rows over as many files as it takes."""

        def question(read: Open) -> list[Answer]:
            parts = (rows(read(file), part) for file, part in self._folder.within(span))
            return list(islice(chain.from_iterable(parts), limit))

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


def _range(window: Window, before: int | None) -> Range:
    until = last_id(window.until_ms)
    return Range(first_id(window.since_ms), until if before is None else min(until, before - 1))


def find_records(folder: Path) -> list[Path]:
    """The records in a data folder: the folder itself, or one below it for each cluster."""
    return [path for path in (folder, *sorted(folder.glob("*/"))) if any(path.glob(f"*{SUFFIX}"))]


def readable_files(folder: Path) -> list[DayFile]:
    """The day files of a record that can be read, the oldest first; raises ``RecordError`` if there is none."""
    files: list[DayFile] = []
    faults: list[str] = []
    for path in in_order(folder):
        try:
            with closing(opening.open_for_reading(path, closed=False)) as connection:
                if opening.layout_of(connection) == opening.LAYOUT and meta(connection, "complete"):
                    files.append(DayFile(path, meta(connection, "start")))
        except opening.DAMAGE as error:
            faults.append(f"{path.name}: {error}")
    if not files:
        raise RecordError(path=folder, why="; ".join(faults) or "it holds no record")
    for file, later in pairwise(files):
        file.end_id = later.start_id
    files[-1].end_id = OPEN_END
    return files
