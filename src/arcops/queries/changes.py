"""What changed in a span: by object, what somebody did first, with who did it and in which words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec

from arcops.base.clock import rfc3339
from arcops.base.errors import BadInput
from arcops.inventory.index import Inventory
from arcops.inventory.wording import Told
from arcops.kube.refs import GroupKind, ObjectRef
from arcops.kube.watch import Op
from arcops.queries.answers import GapSpan, Reference, reference
from arcops.queries.coverage import gaps_in, seen_in
from arcops.queries.cursors import read_any_mark, write_mark
from arcops.queries.fields import WrittenBy, heaviest, what_changed, written_by
from arcops.queries.history import CHANGES
from arcops.queries.objects import namespace_of, scope_of
from arcops.queries.ranking import CONSEQUENCE, DELIBERATE, DERIVED, RANK_NAMES, rank_of_version
from arcops.queries.services import Services
from arcops.queries.times import window_of, zone_of
from arcops.queries.upstream import Nearness, upstream_of
from arcops.store.base import ChangeFilter, Gap, RevisionSummary, Scope, Window

USUAL_HOURS = 1.0
MOST_VERSIONS = 20_000
"""Versions of a window that are ranked, the newest: about 0.2 s of work."""
_MOST_SHOWN, _MOST_OF_STATUS = 5, 2
"""Versions of an object that are told; of its mere status only the newest two, for each costs 0.2 ms to put into words."""
_CHUNK = 2_000
_RELIST_MS = 120_000
"""How long after a gap its end's list may still be coming in."""


class Change(msgspec.Struct, frozen=True, gc=False):
    """One version of an object: when it was seen, what happened, who wrote it, and the paths that changed.

    Who deleted an object the cluster does not tell. ``what`` are sentences about the weightiest of the fields. ``rank`` is
    ``deliberate`` (somebody set it, or made or deleted the object), ``consequence`` (it is of a kind that controllers
    make), ``status``, ``labels`` or ``noise``.
    """

    id: int
    observed_at: str
    change: str
    unseen: bool
    rank: str
    writer: WrittenBy | None
    what: list[str]
    paths: list[str]


class ChangedObject(msgspec.Struct, frozen=True, gc=False):
    """An object and what changed in it, newest first: the first few of ``count`` versions, those of the highest rank.

    ``distance`` counts the links from the object whose trouble is looked into (0 itself, null if none was named), ``link``
    names the last of them.
    """

    object: Reference
    rank: str
    last: str
    count: int
    writers: list[str]
    changes: list[Change]
    distance: int | None
    link: str | None


class ChangePage(msgspec.Struct, frozen=True, gc=False):
    """Changed objects of a window, ranked. ``total`` counts them on all pages; ``notes`` say why it may not be whole."""

    since: str
    until: str
    items: list[ChangedObject]
    total: int
    continue_: str | None = msgspec.field(name="continue")
    gaps: list[GapSpan]
    notes: list[str]


@dataclass(frozen=True, slots=True)
class ChangeQuery:
    """Which changes; what is left out is not restricted.

    ``search`` are words, each of which must be in the name of the object, of a changed field or of who changed it.
    ``upstream``: of the named object and everything it depends on, by the links there were at the end of the window.
    ``least`` leaves lower ranks out. ``most`` versions are looked at, the newest. Without times: the last hour.
    """

    kind: str | None = None
    namespace: str | None = None
    name: str | None = None
    since: str | None = None
    until: str | None = None
    zone: str | None = None
    search: str | None = None
    upstream: bool = False
    least: str = "labels"
    most: int = MOST_VERSIONS
    limit: int = 100
    cursor: str | None = None


def _by_rank(one: tuple[int, RevisionSummary]) -> int:
    return -one[0]


@dataclass(slots=True)
class _Group:
    """The versions of one object, newest first, with the rank of each; ``rank`` is the highest, ``newest`` the id of its newest."""

    ref: ObjectRef
    versions: list[tuple[int, RevisionSummary]]
    near: Nearness | None = None
    rank: int = 0
    newest: int = 0

    def add(self, rank: int, summary: RevisionSummary) -> None:
        """The next version back, or another's."""
        self.versions.append((rank, summary))
        self.rank, self.newest = max((self.rank, self.newest), (rank, summary.id))

    def weightiest(self) -> list[tuple[int, RevisionSummary]]:
        """The versions that are told, the highest rank first and the newest of it."""
        acts = [one for one in self.versions if one[0] >= CONSEQUENCE]
        others = [one for one in self.versions if one[0] < CONSEQUENCE]
        shown = [*sorted(acts, key=_by_rank)[:_MOST_SHOWN], *sorted(others, key=_by_rank)[:_MOST_OF_STATUS]]
        return shown[:_MOST_SHOWN]

    @property
    def place(self) -> tuple[int, int, int]:
        """Sorts: rank first, then nearness, then the newest."""
        return (-self.rank, self.near.distance if self.near else 0, -self.newest)


class _FirstSights:
    """What was there already when arcops first looked: no changes. What came in a gap is one."""

    def __init__(self, gaps: Sequence[Gap]) -> None:
        self._gaps = gaps

    @classmethod
    async def within(cls, services: Services, window: Window) -> _FirstSights:
        """Those of a window."""
        return cls(await gaps_in(services, Window(max(0, window.since_ms - _RELIST_MS), window.until_ms)))

    def __contains__(self, one: RevisionSummary) -> bool:
        if one.op is not Op.ADDED or not one.unseen:
            return False
        kind = one.ref.group_kind
        return not any(gap.group_kind in {None, kind} and gap.since_ms <= one.seen_ms <= gap.until_ms + _RELIST_MS for gap in self._gaps)


async def changes(services: Services, query: ChangeQuery, then: Inventory | None = None) -> ChangePage:
    """A page of what changed. A page mark keeps the window of the first page.

    ``then`` is the inventory at the end of the window, for a caller who has it: ``upstream`` is then a matter of microseconds.
    Raises ``UnknownKind``, ``BadTime``, ``BadInput``, ``BadCursor``; with ``upstream`` also ``NotThen`` and ``NeverSeen``.
    """
    if query.least not in RANK_NAMES:
        raise BadInput(what=f'The rank "{query.least}"', why=f"a rank is one of {', '.join(RANK_NAMES)}")
    scope = _scope(services, query)
    question = ("changes", scope, query.since, query.until, query.zone, query.search, query.upstream, query.least)
    window, done = _window(services, query, question)
    near: dict[ObjectRef, Nearness] = {}
    if query.upstream:
        near = await upstream_of(services, ObjectRef.of(_kind(scope), scope.namespace or "", scope.name or ""), window.until_ms, then)
        found = await _versions_of(services, window, _that_may_rank(near, query, scope.name))
    else:
        match = ChangeFilter(text=_word_of_the_record(services, query.search), without=_without(scope, query))
        found = await services.store.change_list(window, scope, match, query.most)
    first = await _FirstSights.within(services, window)
    groups = await _grouped(services, [one for one in found if one not in first], query, near)
    page = groups[done : done + query.limit]
    kinds = (scope.group_kind,) if scope.group_kind and not query.upstream else ()
    gaps, notes = await seen_in(services, window, kinds)
    if len(found) >= query.most and not query.upstream:
        notes = [f"Only the newest {query.most:,} versions of the window were looked at.", *notes]
    left = len(groups) > done + query.limit
    return ChangePage(
        since=rfc3339(window.since_ms), until=rfc3339(window.until_ms), items=await _told(services, page), total=len(groups),
        continue_=write_mark([window.since_ms, window.until_ms, done + query.limit], question) if left else None, gaps=gaps, notes=notes,
    )  # fmt: skip


def _scope(services: Services, query: ChangeQuery) -> Scope:
    if query.kind is None:
        if query.name or query.upstream:
            raise BadInput(what=f'The object "{query.name or ""}"', why="its kind is missing", hint="Name it as deploy/web.")
        return Scope(None, query.namespace or None)
    resource = services.source.catalog.find(query.kind)
    if query.name:
        return Scope(resource.group_kind, namespace_of(resource, query.namespace or ""), query.name)
    if query.upstream:
        raise BadInput(what="The question", why="upstream is of one object", hint="Name it as deploy/web.")
    return Scope(resource.group_kind, scope_of(resource, query.namespace))


def _without(scope: Scope, query: ChangeQuery) -> frozenset[GroupKind]:
    """Kinds that need not be listed: of derived ones no change is deliberate, and they are nine tenths of all."""
    return DERIVED if query.least == RANK_NAMES[DELIBERATE] and scope.group_kind is None else frozenset()


def _that_may_rank(near: Iterable[ObjectRef], query: ChangeQuery, name: str | None) -> list[ObjectRef]:
    """The objects whose changes may be of the rank asked for; that which was asked about always."""
    only_deliberate = query.least == RANK_NAMES[DELIBERATE]
    return [ref for ref in near if not only_deliberate or ref.group_kind not in DERIVED or ref.name == name]


def _kind(scope: Scope) -> GroupKind:
    return scope.group_kind or GroupKind("", "")


def _window(services: Services, query: ChangeQuery, question: object) -> tuple[Window, int]:
    """The window, and how many items earlier pages had; ``since`` an age counts from ``until`` where that is given."""
    mark = read_any_mark(query.cursor, question)
    if isinstance(mark, list):
        since, until, done = mark
        return Window(int(since or 0), int(until or 0)), int(done or 0)
    now_ms, zone = services.clock.now_ms(), zone_of(query.zone)
    return window_of(now_ms, query.since, query.until, otherwise_hours=USUAL_HOURS, zone=zone), 0


async def _versions_of(services: Services, window: Window, near: Iterable[ObjectRef]) -> list[RevisionSummary]:
    """The versions of many objects in a window."""
    found: list[RevisionSummary] = []
    for ref in near:
        scope = Scope(ref.group_kind, ref.namespace, ref.name)
        found += await services.store.change_list(window, scope, None, MOST_VERSIONS // 20)
    return found


async def _grouped(
    services: Services, found: Sequence[RevisionSummary], query: ChangeQuery, near: dict[ObjectRef, Nearness]
) -> list[_Group]:
    """Versions by object, ranked; those below the least rank and those that lack a word left out."""
    least, words = RANK_NAMES.index(query.least), (query.search or "").lower().split()
    groups: dict[ObjectRef, _Group] = {}
    for place, summary in enumerate(found, 1):
        if place % _CHUNK == 0:
            await services.clock.sleep(0)
        rank = rank_of_version(summary)
        if rank < least or (words and not _has_words(summary, words)):
            continue
        group = groups.get(summary.ref)
        if group is None:
            group = groups[summary.ref] = _Group(summary.ref, [], near.get(summary.ref))
        group.add(rank, summary)
    return sorted(groups.values(), key=lambda group: group.place)


def _word_of_the_record(services: Services, search: str | None) -> str | None:
    """The longest word that the record can look for itself: no part of a kind's name or of what happened."""
    ours = f"{' '.join(CHANGES.values())} {' '.join(resource.kind for resource in services.source.catalog)}".lower()
    words = [word for word in (search or "").lower().split() if "/" not in word and word not in ours]
    return max(words, key=len, default=None)


def _has_words(summary: RevisionSummary, words: Sequence[str]) -> bool:
    writer = summary.writer.manager if summary.writer else ""
    text = f"{summary.ref.kind}/{summary.ref.name} {writer} {CHANGES[summary.op]} {' '.join(summary.paths)}".lower()
    return all(word in text for word in words)


async def _told(services: Services, groups: Sequence[_Group]) -> list[ChangedObject]:
    """Groups in the form of the answers; only what is shown is read from the record."""
    shown = [(group, group.weightiest()) for group in groups]
    lacking = services.worded.lacking(summary.id for _, versions in shown for _, summary in versions)
    words: dict[int, list[str]] = {}
    for pair in await services.store.pairs(lacking):
        words[pair.after.id] = _heaviest_words(what_changed(pair.before, pair.after))
        services.worded.put(pair.after.id, words[pair.after.id])
    known = {summary.id: words.get(summary.id) or services.worded.of(summary.id) for _, versions in shown for _, summary in versions}
    return [_object(group, sorted(versions, key=lambda one: -one[1].id), known) for group, versions in shown]


def _heaviest_words(found: Told) -> list[str]:
    """The sentences of the weightiest fields: beside a new image nobody asks for the ready count."""
    return [field.text for field in found.fields if field.weight is heaviest(found)]


def _object(group: _Group, versions: Sequence[tuple[int, RevisionSummary]], words: dict[int, list[str]]) -> ChangedObject:
    by_rank = sorted(group.versions, key=_by_rank)
    managers = [summary.writer.manager for _, summary in by_rank if summary.writer and summary.op is not Op.DELETED]
    newest = max(group.versions, key=lambda one: one[1].id)[1]
    return ChangedObject(
        object=reference(group.ref, newest.uid), rank=RANK_NAMES[group.rank], last=rfc3339(newest.seen_ms), count=len(group.versions),
        writers=list(dict.fromkeys(managers)), changes=[_change(rank, summary, words.get(summary.id, [])) for rank, summary in versions],
        distance=group.near.distance if group.near else None, link=group.near.link if group.near else None,
    )  # fmt: skip


def _change(rank: int, summary: RevisionSummary, what: list[str]) -> Change:
    return Change(
        id=summary.id, observed_at=rfc3339(summary.seen_ms), change=CHANGES[summary.op], unseen=summary.unseen, rank=RANK_NAMES[rank],
        writer=None if summary.op is Op.DELETED else written_by(summary.writer), what=what, paths=list(summary.paths),
    )  # fmt: skip
