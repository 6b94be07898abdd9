"""The record on disk: one SQLite file per UTC day, zstd frames, one writer thread (history.md §1 to §7).

What is appended is compared with the newest versions in memory at once, so ``head`` sees it immediately, and queued for
the writer. Every other question first asks the writer to commit what was appended before it (a few milliseconds), then
reads the files through read-only connections. While the disk refuses, questions are answered from what is on it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path

import structlog

from arcops.base.clock import Clock, SystemClock
from arcops.base.errors import RecordError
from arcops.base.ids import first_id, id_ms, last_id
from arcops.kube.refs import GroupKind, ObjectRef
from arcops.kube.watch import Observation, Op
from arcops.store.base import (
    ChangeFilter,
    Coverage,
    EventFilter,
    Gap,
    LogExcerpt,
    LogFilter,
    Revision,
    RevisionPair,
    RevisionSummary,
    Scope,
    SeenObject,
    Sighting,
    Snapshot,
    StoreStats,
    Window,
)  # fmt: skip
from arcops.store.days import listings, questions
from arcops.store.days.coverage import by_name, kinds_covered, seen_object
from arcops.store.days.file import COUNTED, OPEN_END, DayFile
from arcops.store.days.folder import Folder
from arcops.store.days.lexicons import Lexicons
from arcops.store.days.lock import FolderLock
from arcops.store.days.opening import check_library
from arcops.store.days.questions import Range
from arcops.store.days.readers import Answer, Open, Readers
from arcops.store.days.recall import Recalled, recall
from arcops.store.days.sink import CursorRow, DaySink, GapRow, LogRow, NoiseRow, Row
from arcops.store.days.texts import Life
from arcops.store.ledger import EVENT_KINDS, Ledger
from arcops.store.retention import Retention, surplus
from arcops.store.writer import GroupWriter

log = structlog.get_logger(__name__)

SLICE_ROWS = 25
"""Observations compared in one go before other tasks get their turn: about 3 ms of 9 KB pods."""


class SqliteStore:
    """A ``HistoryStore`` in a folder of day files. One process at a time may use a folder."""

    def __init__(self, folder: Path, clock: Clock | None = None, retention: Retention | None = None) -> None:
        """Nothing is opened before ``start``."""
        self._path = folder
        self._clock = clock or SystemClock()
        self._retention = retention or Retention()
        self._writing = asyncio.Lock()
        self._ledger = Ledger()
        self._cursors: dict[GroupKind, str] = {}
        self._notes: list[str] = []
        self._folder = Folder(folder)
        self._readers = Readers(lambda: self._sink.state != "read_only")
        self._lock = FolderLock(folder)
        self._lexicons = Lexicons()
        self._started = False
        self._sink = DaySink(self._folder, self._clock, self._retention, Recalled())
        self._writer: GroupWriter[Row] = GroupWriter(self._sink)

    async def start(self) -> None:
        """Open the record; what is broken is set aside and named in a gap."""
        now_ms = self._clock.now_ms()
        found = await asyncio.to_thread(self._recall, now_ms)
        self._ledger = found.ledger
        self._cursors = found.cursors
        self._notes = found.notes
        self._folder = Folder(self._path, found.files)
        self._sink = DaySink(self._folder, self._clock, self._retention, found, self._ledger.held)
        self._writer = GroupWriter(self._sink)
        self._writer.start()
        self._started = True
        await self._writer.opened()
        for note in found.notes:
            log.warning("record_file_skipped", reason=note)
        if 0 < found.alive_ms < now_ms:
            found.gaps.append(Gap(None, found.alive_ms, now_ms, "arcops was not running"))
        for gap in found.gaps:
            await self.add_gap(gap)

    def _recall(self, now_ms: int) -> Recalled:
        check_library(self._path)
        try:
            self._path.mkdir(mode=0o700, parents=True, exist_ok=True)  # whoever reads it reads the cluster's past
        except OSError as error:
            raise RecordError(path=self._path, why=error.strerror or error) from error
        self._lock.take()
        try:
            return recall(self._path, now_ms)
        except RecordError:
            self._lock.release()
            raise

    async def append(self, observations: Sequence[Observation], cursors: Mapping[GroupKind, str] | None = None) -> None:
        """Compare, give ids, queue; waits only while the queue is full."""
        async with self._writing:
            for start in range(0, len(observations), SLICE_ROWS):
                if start:
                    await asyncio.sleep(0)
                await self._writer.room()
                rows: list[Row] = []
                for observation in observations[start : start + SLICE_ROWS]:
                    rows += self._ledger.observe(observation)
                self._writer.put(rows)
            last = self._ledger.ids.last or first_id(self._clock.now_ms())
            if noise := self._ledger.take_noise():
                self._writer.put([NoiseRow(last, noise)])
            if cursors:
                self._cursors.update(cursors)
                self._writer.put([CursorRow(last, dict(cursors))])

    async def replace(self, group_kind: GroupKind, live: Collection[str], seen_ms: int) -> int:
        """Write the tombstones of what is not in ``live``."""
        async with self._writing:
            missing = self._ledger.missing(group_kind, live)
            for start in range(0, len(missing), SLICE_ROWS):
                await asyncio.sleep(0)
                await self._writer.room()
                self._writer.put([self._ledger.bury(head, seen_ms) for head in missing[start : start + SLICE_ROWS]])
            return len(missing)

    async def add_gap(self, gap: Gap) -> None:
        """Queue a gap."""
        async with self._writing:
            await self._writer.room()
            self._writer.put([GapRow(self._ledger.give_id(gap.until_ms), gap)])

    async def add_snapshot(self, at_ms: int, counts: Mapping[str, int]) -> None:
        """Queue a tick."""
        async with self._writing:
            await self._writer.room()
            self._writer.put([Snapshot(self._ledger.give_id(at_ms), at_ms, dict(counts))])

    async def append_log(self, ref: ObjectRef, uid: str, container: str, text: str, seen_ms: int, *, previous: bool) -> None:
        """Queue an excerpt."""
        async with self._writing:
            await self._writer.room()
            head = self._ledger.heads.get(ref)
            identity = self._ledger.give_id(seen_ms)
            kept = text.encode("utf-8", "replace").decode()
            excerpt = LogExcerpt(identity, id_ms(identity), ref, uid, container, previous, kept)
            self._writer.put([LogRow(excerpt, head.owner if head else "")])

    async def flush(self) -> None:
        """Wait for the commit of everything appended; returns at once while the disk refuses (see ``stats``)."""
        await self._writer.settle()

    async def head(self, ref: ObjectRef) -> Revision | None:
        """The newest version: from memory for whatever lives, from the files for what is long gone."""
        return self._ledger.head(ref) or (await self._answer(lambda read: self._last_known(read, [ref])))[0]

    async def heads(self, refs: Sequence[ObjectRef]) -> list[Revision | None]:
        """``head`` of many; one visit to the files for all that memory lacks."""
        found: list[Revision | None] = []
        for start in range(0, len(refs), SLICE_ROWS):
            found += [self._ledger.head(ref) for ref in refs[start : start + SLICE_ROWS]]
            await asyncio.sleep(0)
        missing = [place for place, revision in enumerate(found) if revision is None]
        if missing:
            older = await self._answer(lambda read: self._last_known(read, [refs[place] for place in missing]))
            for place, revision in zip(missing, older, strict=True):
                found[place] = revision
        return found

    def _last_known(self, read: Open, refs: Sequence[ObjectRef]) -> list[Revision | None]:
        found: list[Revision | None] = [None] * len(refs)
        sought = [place for place, ref in enumerate(refs) if ref.group_kind not in EVENT_KINDS]
        for file in reversed(self._folder.files):
            for place in sought:
                found[place] = found[place] or questions.object_at(read(file), refs[place], OPEN_END)
        return found

    async def _answer(self, question: Callable[[Open], Answer]) -> Answer:
        await self._writer.settle()
        return await self._readers.ask(question)

    async def object_at(self, ref: ObjectRef, at_ms: int) -> Revision | None:
        """From the one file of that moment."""
        bound = self._ledger.bound(at_ms)

        def question(read: Open) -> Revision | None:
            file = self._folder.at(bound)
            found = questions.object_at(read(file), ref, bound) if file else None
            return None if found is None or found.op is Op.DELETED else found

        return await self._answer(question)

    async def versions(self, ref: ObjectRef, window: Window, limit: int = 100, before: int | None = None) -> list[Revision]:
        """Newest first, over as many files as it takes."""
        span = self._range(window, before)

        def question(read: Open) -> list[Revision]:
            found: list[Revision] = []
            for file, part in self._folder.within(span):
                if len(found) < limit:
                    found += questions.versions(read(file), ref, part, limit - len(found))
            return found

        return await self._answer(question)

    def _range(self, window: Window, before: int | None) -> Range:
        until = self._ledger.bound(window.until_ms)
        return Range(first_id(window.since_ms), until if before is None else min(until, before - 1))

    async def state_at(self, at_ms: int, scope: Scope) -> list[Revision]:
        """From the one file of that moment."""
        bound = self._ledger.bound(at_ms)

        def question(read: Open) -> list[Revision]:
            file = self._folder.at(bound)
            return questions.state_at(read(file), bound, scope) if file else []

        return await self._answer(question)

    async def changes(self, window: Window, scope: Scope, limit: int = 100, before: int | None = None) -> list[Revision]:
        """Newest first, over as many files as it takes."""
        span = self._range(window, before)

        def question(read: Open) -> list[Revision]:
            found: list[Revision] = []
            for file, part in self._folder.within(span):
                if len(found) < limit:
                    found += questions.changes(read(file), part, scope, limit - len(found))
            return found

        return await self._answer(question)

    async def change_list(
        self, window: Window, scope: Scope, match: ChangeFilter | None = None, limit: int = 100, before: int | None = None
    ) -> list[RevisionSummary]:
        """Newest first, over as many files as it takes; nothing is decoded."""
        span, wanted = self._range(window, before), match or ChangeFilter()

        def question(read: Open) -> list[RevisionSummary]:
            parts = (listings.summaries(read(file), part, scope, wanted) for file, part in self._folder.within(span))
            return list(islice(chain.from_iterable(parts), limit))

        return await self._answer(question)

    async def pairs(self, ids: Sequence[int]) -> list[RevisionPair]:
        """Each from the one file that holds it, all of a file at once."""

        def question(read: Open) -> list[RevisionPair]:
            of_file: dict[Path, tuple[DayFile, list[int]]] = {}
            for identity in ids:
                if file := self._folder.holding(identity):
                    of_file.setdefault(file.path, (file, []))[1].append(identity)
            found: dict[int, RevisionPair] = {}
            for file, wanted in of_file.values():
                found |= listings.pairs(read(file), wanted)
            return [found[identity] for identity in ids if identity in found]

        return await self._answer(question)

    async def objects_seen(self, window: Window, scope: Scope, limit: int = 10_000) -> list[SeenObject]:
        """From all files up to the end of the window: a life that was carried over began in an earlier one."""
        since, until = first_id(window.since_ms), self._ledger.bound(window.until_ms)

        def question(read: Open) -> list[SeenObject]:
            lives: dict[int, tuple[Life, int, int | None]] = {}
            for file in self._folder.files:
                if file.start_id <= until or file is self._folder.files[0]:
                    for life, first, gone in listings.lives_within(read(file), until, scope):
                        lives[life.number] = (life, min(first, lives.get(life.number, (life, first))[1]), gone)
            touching = [seen_object(*each) for each in lives.values() if each[2] is None or each[2] >= since]
            return sorted(touching, key=by_name)[:limit]

        return await self._answer(question)

    async def logs(self, window: Window, match: LogFilter, limit: int = 100, before: int | None = None) -> list[LogExcerpt]:
        """Newest first, over as many files as it takes."""
        span = self._range(window, before)

        def question(read: Open) -> list[LogExcerpt]:
            return list(islice((one for file, part in self._folder.within(span) for one in self._excerpts(read, file, part, match)), limit))

        return await self._answer(question)

    def _excerpts(self, read: Open, file: DayFile, span: Range, match: LogFilter) -> Iterator[LogExcerpt]:
        """Those of one file, newest first; for words only where they may be."""
        parts = self._lexicons.parts(file.path, read(file), span, match.text) if match.text else (span,)
        for part in parts:
            yield from listings.excerpts(read(file), part, match)

    async def coverage(self) -> Coverage:
        """From every file's list of objects, and the gaps of all."""
        live = {kind: len(self._ledger.heads.of_kind(kind)) for kind in self._ledger.heads.kinds}
        stats = await self.stats()
        kinds = await self._answer(lambda read: kinds_covered(self._folder.files, read, live))
        return Coverage(stats.since_ms, stats.until_ms, kinds, tuple(await self.gaps(Window(0, last_id(stats.until_ms)))))

    async def events(self, window: Window, match: EventFilter, limit: int = 100, before: int | None = None) -> list[Sighting]:
        """Newest sighting first, over as many files as it takes."""
        span = self._range(window, before)

        def question(read: Open) -> list[Sighting]:
            found: list[Sighting] = []
            for file, part in self._folder.within(span):
                for sighting in questions.sightings(read(file), part, match):
                    if len(found) >= limit:
                        return found
                    found.append(sighting)
            return found

        return await self._answer(question)

    async def gaps(self, window: Window) -> list[Gap]:
        """From all files: a gap lies in the file that was open when it became known."""
        found = await self._answer(lambda read: [gap for file in self._folder.files for gap in questions.gaps(read(file), window)])
        return sorted(found, key=lambda gap: gap.since_ms)

    async def snapshots(self, window: Window, limit: int = 1000) -> list[Snapshot]:
        """Newest first, over as many files as it takes."""
        span = self._range(window, None)

        def question(read: Open) -> list[Snapshot]:
            found: list[Snapshot] = []
            for file, _ in self._folder.within(span):
                if len(found) < limit:
                    found += questions.snapshots(read(file), window, limit - len(found))
            return found

        return await self._answer(question)

    async def cursors(self) -> dict[GroupKind, str]:
        """The committed cursors."""
        await self._writer.settle()
        return dict(self._cursors)

    async def prune(self, now_ms: int) -> int:
        """Unlink whole files that are too old or too many; never the open one."""
        await self._writer.settle()
        going = await asyncio.to_thread(surplus, self._folder.files, self._retention, now_ms)
        rows = sum(file.rows for file in going)
        for file in going:
            await asyncio.to_thread(self._folder.remove, file)
            log.info("record_file_removed", file=file.path.name, rows=file.rows, reason="retention")
        return rows

    async def stats(self) -> StoreStats:
        """Counts kept while writing; nothing is read but file sizes."""
        files = self._folder.files
        counts = {name: sum(file.counts[name] for file in files) for name in COUNTED}
        live = len(self._ledger.heads)
        detail = "; ".join(text for text in (self._sink.detail, *self._notes) if text)
        return StoreStats(
            engine="sqlite", path=str(self._path), state="failed" if self._writer.has_died else self._sink.state, state_detail=detail,
            since_ms=files[0].since_ms if files else 0, until_ms=id_ms(self._ledger.ids.last),
            revisions=counts["revisions"], objects=live + counts["ended"], live_objects=live,
            sightings=counts["sightings"], snapshots=counts["snapshots"], gaps=counts["gaps"],
            bytes_on_disk=await asyncio.to_thread(lambda: sum(file.size_bytes for file in files)), queued=self._writer.queued,
            dropped=self._sink.dropped + self._writer.dropped, last_commit_ms=self._sink.last_commit_ms,
            noise=sum(self._ledger.noise.values()),
            logs=counts["logs"],
        )  # fmt: skip

    async def aclose(self) -> None:
        """Close the readers, then commit what waits."""
        if self._started:
            self._started = False
            await self._readers.aclose()  # first: while one of them is open, the writer cannot put its log away
            async with self._writing:
                await self._writer.aclose()
            await asyncio.to_thread(self._lock.release)
