"""The record kept in memory: for tests, for ``--demo`` without a folder, and as the plain meaning of every question."""

from __future__ import annotations

import asyncio
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Mapping, Sequence
from itertools import islice
from operator import attrgetter

import msgspec

from arcops.base.clock import Clock, SystemClock
from arcops.base.ids import first_id, id_ms
from arcops.kube.refs import GroupKind, ObjectRef
from arcops.kube.watch import Observation, Op
from arcops.store.base import (
    ChangeFilter,
    Coverage,
    EventFilter,
    Gap,
    KindCoverage,
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
from arcops.store.filters import has_changed, has_lines, in_scope, matches, summary_of
from arcops.store.ledger import Draft, Ledger, owner_of_body
from arcops.store.retention import Retention

_id = attrgetter("id")


class MemoryStore:
    """A ``HistoryStore`` that forgets everything when the process ends. Its bytes are those of the kept bodies."""

    def __init__(self, clock: Clock | None = None, retention: Retention | None = None) -> None:
        """An empty record; nothing is pruned until ``prune`` is called."""
        self._clock = clock or SystemClock()
        self._retention = retention or Retention()
        self._ledger = Ledger()
        self._revisions: list[Revision] = []
        self._by_ref: dict[ObjectRef, list[Revision]] = {}
        self._sightings: list[Sighting] = []
        self._snapshots: list[Snapshot] = []
        self._logs: list[LogExcerpt] = []
        self._gaps: list[Gap] = []
        self._cursors: dict[GroupKind, str] = {}
        self._last_commit_ms = 0
        self._since_id = 0

    async def start(self) -> None:
        """Nothing to open."""

    async def append(self, observations: Sequence[Observation], cursors: Mapping[GroupKind, str] | None = None) -> None:
        """Remember at once; gives way to other tasks every 200 observations."""
        for place, observation in enumerate(observations, 1):
            for row in self._ledger.observe(observation):
                self._keep(row)
            if place % 200 == 0:
                await asyncio.sleep(0)
        self._cursors.update(cursors or {})

    async def replace(self, group_kind: GroupKind, live: Collection[str], seen_ms: int) -> int:
        """Write the tombstones of what is not in ``live``."""
        missing = self._ledger.missing(group_kind, live)
        for head in missing:
            self._keep(self._ledger.bury(head, seen_ms))
        return len(missing)

    def _keep(self, row: Draft | Sighting) -> None:
        self._last_commit_ms = self._clock.now_ms()
        if isinstance(row, Sighting):
            self._sightings.append(row)
            return
        self._revisions.append(row.revision)
        self._by_ref.setdefault(row.revision.ref, []).append(row.revision)

    async def append_log(self, ref: ObjectRef, uid: str, container: str, text: str, seen_ms: int, *, previous: bool) -> None:
        """Remember an excerpt."""
        identity = self._ledger.give_id(seen_ms)
        kept = text.encode("utf-8", "replace").decode()
        self._logs.append(LogExcerpt(identity, id_ms(identity), ref, uid, container, previous, kept))

    async def add_gap(self, gap: Gap) -> None:
        """Remember a gap."""
        self._gaps.append(gap)

    async def add_snapshot(self, at_ms: int, counts: Mapping[str, int]) -> None:
        """Remember a tick."""
        self._snapshots.append(Snapshot(self._ledger.give_id(at_ms), at_ms, dict(counts)))

    async def flush(self) -> None:
        """Nothing waits."""

    async def head(self, ref: ObjectRef) -> Revision | None:
        """The newest version under a name."""
        revisions = self._by_ref.get(ref)
        return revisions[-1] if revisions else None

    async def heads(self, refs: Sequence[ObjectRef]) -> list[Revision | None]:
        """``head`` of many."""
        return [await self.head(ref) for ref in refs]

    async def object_at(self, ref: ObjectRef, at_ms: int) -> Revision | None:
        """The version in force at a moment."""
        return self._in_force(self._by_ref.get(ref, []), self._ledger.bound(at_ms))

    @staticmethod
    def _in_force(revisions: list[Revision], bound: int) -> Revision | None:
        place = bisect_right(revisions, bound, key=_id)
        found = revisions[place - 1] if place else None
        return None if found is None or found.op is Op.DELETED else found

    async def versions(self, ref: ObjectRef, window: Window, limit: int = 100, before: int | None = None) -> list[Revision]:
        """Versions of a name, newest first."""
        return self._page(self._by_ref.get(ref, []), window, before)[:limit]

    def _page(self, rows: list[Revision], window: Window, before: int | None) -> list[Revision]:
        bound = self._ledger.bound(window.until_ms)
        end = min(bisect_right(rows, bound, key=_id), bisect_left(rows, before, key=_id) if before is not None else len(rows))
        return rows[bisect_left(rows, first_id(window.since_ms), key=_id) : end][::-1]

    async def state_at(self, at_ms: int, scope: Scope) -> list[Revision]:
        """Every object of a scope at a moment."""
        bound = self._ledger.bound(at_ms)
        found = [self._in_force(revisions, bound) for ref, revisions in sorted(self._by_ref.items(), key=_by_kind_first)]
        return [revision for revision in found if revision and in_scope(scope, revision.ref, revision.uid)]

    async def changes(self, window: Window, scope: Scope, limit: int = 100, before: int | None = None) -> list[Revision]:
        """Versions of a scope, newest first."""
        page = self._page(self._revisions, window, before)
        return [revision for revision in page if in_scope(scope, revision.ref, revision.uid)][:limit]

    async def change_list(
        self, window: Window, scope: Scope, match: ChangeFilter | None = None, limit: int = 100, before: int | None = None
    ) -> list[RevisionSummary]:
        """Versions of a scope without their bodies, newest first."""
        wanted = match or ChangeFilter()
        page = self._page(self._revisions, window, before)
        found = (each for each in page if in_scope(scope, each.ref, each.uid) and has_changed(wanted, each))
        return [summary_of(revision) for revision in islice(found, limit)]

    async def pairs(self, ids: Sequence[int]) -> list[RevisionPair]:
        """Versions with the one before each."""
        found: list[RevisionPair] = []
        for identity in ids:
            place = bisect_left(self._revisions, identity, key=_id)
            after = self._revisions[place] if place < len(self._revisions) else None
            if after is not None and after.id == identity:
                held = self._by_ref[after.ref]
                at = bisect_left(held, identity, key=_id)
                before = held[at - 1] if at else None
                same = before is not None and before.uid == after.uid and before.op is not Op.DELETED
                found.append(RevisionPair(before if same else None, after))
        return found

    async def objects_seen(self, window: Window, scope: Scope, limit: int = 10_000) -> list[SeenObject]:
        """Lives that touch a window, sorted by name."""
        since, until = first_id(window.since_ms), self._ledger.bound(window.until_ms)
        lives: list[SeenObject] = []
        for held in self._by_ref.values():
            lives += _lives(held, until)
        return sorted(
            (life for life in lives if in_scope(scope, life.ref, life.uid) and (life.gone_ms is None or first_id(life.gone_ms) >= since)),
            key=lambda life: (life.ref.kind, life.ref.group, life.ref.namespace, life.ref.name, life.first_ms),
        )[:limit]

    async def logs(self, window: Window, match: LogFilter, limit: int = 100, before: int | None = None) -> list[LogExcerpt]:
        """Excerpts, newest first."""
        since, until = first_id(window.since_ms), self._ledger.bound(window.until_ms)
        return [
            row
            for row in reversed(self._logs)
            if since <= row.id <= until and (before is None or row.id < before) and has_lines(match, row)
        ][:limit]

    async def coverage(self) -> Coverage:
        """By what is kept."""
        stats = await self.stats()
        lives = await self.objects_seen(Window(0, stats.until_ms), Scope(), limit=len(self._revisions))
        kinds: list[KindCoverage] = []
        for kind in sorted({life.ref.group_kind for life in lives}, key=str):
            mine = [life for life in lives if life.ref.group_kind == kind]
            since_ms = max(stats.since_ms, min(life.first_ms for life in mine))
            kinds.append(
                KindCoverage(kind, since_ms, len(mine), sum(life.gone_ms is None for life in mine), self._ledger.noise.get(kind, 0))
            )
        return Coverage(stats.since_ms, stats.until_ms, tuple(kinds), tuple(sorted(self._gaps, key=lambda gap: gap.since_ms)))

    async def events(self, window: Window, match: EventFilter, limit: int = 100, before: int | None = None) -> list[Sighting]:
        """Sightings, newest first."""
        since, until = first_id(window.since_ms), self._ledger.bound(window.until_ms)
        return [
            row
            for row in reversed(self._sightings)
            if since <= row.id <= until and (before is None or row.id < before) and matches(match, row.event)
        ][:limit]

    async def gaps(self, window: Window) -> list[Gap]:
        """Gaps that touch a window."""
        found = [gap for gap in self._gaps if gap.since_ms <= window.until_ms and gap.until_ms >= window.since_ms]
        return sorted(found, key=lambda gap: gap.since_ms)

    async def snapshots(self, window: Window, limit: int = 1000) -> list[Snapshot]:
        """Ticks, newest first."""
        return [tick for tick in reversed(self._snapshots) if window.since_ms <= tick.at_ms <= window.until_ms][:limit]

    async def cursors(self) -> dict[GroupKind, str]:
        """The last cursor of each kind."""
        return dict(self._cursors)

    async def prune(self, now_ms: int) -> int:
        """Forget old rows, then more of the oldest until the bodies fit; states after that moment stay whole."""
        cutoff = max(self._retention.cutoff_id(now_ms), self._cutoff_by_bytes())
        rows = self._row_count()
        self._since_id = max(self._since_id, cutoff) if cutoff > self._first_id() else self._since_id
        self._by_ref = {ref: kept for ref, held in self._by_ref.items() if (kept := _since(held, cutoff))}
        self._revisions = sorted((revision for held in self._by_ref.values() for revision in held), key=_id)
        self._sightings = [row for row in self._sightings if row.id >= cutoff]
        self._snapshots = [row for row in self._snapshots if row.id >= cutoff]
        self._logs = [row for row in self._logs if row.id >= cutoff]
        self._gaps = [gap for gap in self._gaps if first_id(gap.until_ms) >= cutoff]
        return rows - self._row_count()

    def _cutoff_by_bytes(self) -> int:
        room = self._retention.max_bytes
        for revision in reversed(self._revisions):
            room -= len(revision.body)
            if room < 0:
                return revision.id + 1
        return 0

    def _row_count(self) -> int:
        return len(self._revisions) + len(self._sightings) + len(self._snapshots) + len(self._gaps) + len(self._logs)

    def _first_id(self) -> int:
        return min((rows[0].id for rows in (self._revisions, self._sightings, self._snapshots) if rows), default=0)

    async def stats(self) -> StoreStats:
        """Counts; ``objects`` are lives seen and not forgotten, so a name used twice counts twice."""
        live = sum(rows[-1].op is not Op.DELETED for rows in self._by_ref.values())
        ended = sum(revision.op is Op.DELETED for revision in self._revisions)
        return StoreStats(
            engine="memory", path="", state="ok", state_detail="",
            since_ms=id_ms(max(self._first_id(), self._since_id)), until_ms=id_ms(self._ledger.ids.last),
            revisions=len(self._revisions), objects=live + ended, live_objects=live,
            sightings=len(self._sightings), snapshots=len(self._snapshots), gaps=len(self._gaps),
            bytes_on_disk=0, queued=0, dropped=0, last_commit_ms=self._last_commit_ms, noise=sum(self._ledger.noise.values()),
            logs=len(self._logs),
        )  # fmt: skip

    async def aclose(self) -> None:
        """Nothing to close."""


def _since(held: list[Revision], cutoff: int) -> list[Revision]:
    """The versions from ``cutoff`` on, and before them the one in force then."""
    place = bisect_left(held, cutoff, key=_id)
    in_force = place > 0 and held[place - 1].op is not Op.DELETED
    return held[place - 1 :] if in_force else held[place:]


def _by_kind_first(item: tuple[ObjectRef, list[Revision]]) -> tuple[str, str, str, str]:
    ref = item[0]
    return (ref.kind, ref.group, ref.namespace, ref.name)


def _lives(held: list[Revision], until: int) -> list[SeenObject]:
    """The lives of one name that began before ``until``."""
    lives: list[SeenObject] = []
    is_new = True
    for revision in held:
        if is_new and revision.id > until:
            break
        ended = revision.seen_ms if revision.op is Op.DELETED else None
        if is_new:
            lives.append(SeenObject(revision.ref, revision.uid, owner_of_body(revision.body), revision.seen_ms, ended))
        elif ended is not None:
            lives[-1] = msgspec.structs.replace(lives[-1], gone_ms=ended)
        is_new = ended is not None
    return lives
