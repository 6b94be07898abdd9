"""How two moments of an object, a namespace or the whole cluster differ."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from arcops.base.clock import rfc3339
from arcops.base.errors import BadInput
from arcops.inventory.wording import SECRET, Weight
from arcops.kube.kinds import ApiResource
from arcops.kube.refs import ObjectRef
from arcops.kube.watch import Op
from arcops.queries.answers import GapSpan, Reference, reference
from arcops.queries.coverage import past_ms, seen_at, seen_in, shortened
from arcops.queries.cursors import read_any_mark, write_mark
from arcops.queries.fields import NOTHING, FieldChange, WrittenBy, between, field_changes, heaviest, written_by
from arcops.queries.missing import not_then
from arcops.queries.objects import namespace_of, scope_of
from arcops.queries.ranking import NOISE, rank_of, rank_of_version
from arcops.queries.raw_diff import raw_diff
from arcops.queries.services import Services
from arcops.queries.times import zone_of
from arcops.store.base import Revision, RevisionSummary, Scope, Window

_CHUNK = 50
_MOST_WRITERS = 100
USUAL_FROM = "1h"


class ObjectDiff(msgspec.Struct, frozen=True, gc=False):
    """How one object differs: ``created``, ``changed``, ``deleted`` or ``replaced`` by another of the same name.

    ``fields`` (of one replaced those of both objects compared) come the weightiest first; ``folded`` counts those of no
    interest (stamps, heartbeats). ``writers`` wrote it between the two moments, who set something before who reported.
    ``raw`` is the unified diff of both bodies as YAML, null unless asked for.
    """

    object: Reference
    change: str
    fields: list[FieldChange]
    folded: int
    writers: list[WrittenBy]
    raw: str | None


class DiffPage(msgspec.Struct, frozen=True, gc=False):
    """Objects that differ between two moments, those that somebody changed before those whose status moved.

    ``folded`` counts objects in which nothing of interest changed. ``gaps`` lie between the moments; ``notes`` say why the
    answer may not be whole.
    """

    from_: str = msgspec.field(name="from")
    to: str
    items: list[ObjectDiff]
    total: int
    folded: int
    continue_: str | None = msgspec.field(name="continue")
    gaps: list[GapSpan]
    notes: list[str]


@dataclass(frozen=True, slots=True)
class DiffQuery:
    """Which objects (a kind by any word, a namespace, a name; what is left out is not restricted) and which two moments."""

    kind: str | None = None
    namespace: str | None = None
    name: str | None = None
    since: str = USUAL_FROM
    until: str = "now"
    zone: str | None = None
    raw: bool = False
    limit: int = 100
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class _Pair:
    """One object at both moments; None where it did not exist."""

    ref: ObjectRef
    before: Revision | None
    after: Revision | None

    @property
    def change(self) -> str:
        if self.before is None:
            return "created"
        if self.after is None:
            return "deleted"
        return "changed" if self.before.uid == self.after.uid else "replaced"


async def diff(services: Services, query: DiffQuery) -> DiffPage:
    """A page of what differs between two moments. A page mark keeps the moments of the first page.

    Raises ``UnknownKind``, ``BadTime``, ``BadInput``, ``BadCursor``, and for one object that existed at neither moment
    ``NotThen`` or ``NeverSeen``.
    """
    resource = services.source.catalog.find(query.kind) if query.kind else None
    scope = _scope(resource, query)
    question = ("diff", scope, query.since, query.until, query.zone)
    since_ms, until_ms, done = _moments(services, query, question)
    pairs = await _pairs(services, scope, since_ms, until_ms)
    if resource and scope.name and not pairs:
        await _must_exist(services, ObjectRef.of(resource.group_kind, scope.namespace or "", scope.name), since_ms, until_ms)
    between_ms = Window(since_ms + 1, until_ms)
    found, folded = await _differing(services, pairs, between_ms)
    page = found[done : done + query.limit]
    left = len(found) > done + query.limit
    kinds = (resource.group_kind,) if resource else ()
    gaps, _ = await seen_in(services, Window(since_ms, until_ms), kinds)
    ends = [await seen_at(services, at_ms, kinds) for at_ms in (since_ms, until_ms)]
    return DiffPage(
        from_=rfc3339(since_ms), to=rfc3339(until_ms), total=len(found), folded=folded, gaps=gaps,
        items=[await _completed(services, pair, item, between_ms, raw=query.raw) for pair, item in page],
        continue_=write_mark([since_ms, until_ms, done + query.limit], question) if left else None,
        notes=shortened(note for end in ends for note in end.notes),
    )  # fmt: skip


def _scope(resource: ApiResource | None, query: DiffQuery) -> Scope:
    if resource is None:
        if query.name:
            raise BadInput(what=f'The name "{query.name}"', why="its kind is missing", hint="Name the kind too, as deploy/web.")
        return Scope(None, query.namespace or None)
    if query.name:
        return Scope(resource.group_kind, namespace_of(resource, query.namespace or ""), query.name)
    return Scope(resource.group_kind, scope_of(resource, query.namespace))


def _moments(services: Services, query: DiffQuery, question: object) -> tuple[int, int, int]:
    """Both moments, and how many items earlier pages had."""
    mark = read_any_mark(query.cursor, question)
    if isinstance(mark, list):
        since, until, done = mark
        return int(since or 0), int(until or 0), int(done or 0)
    zone = zone_of(query.zone)
    since_ms, until_ms = past_ms(services, query.since, zone), past_ms(services, query.until, zone)
    if since_ms > until_ms:
        raise BadInput(what="The two moments", why=f"the second is before the first ({rfc3339(since_ms)}, {rfc3339(until_ms)})")
    return since_ms, until_ms, 0


async def _pairs(services: Services, scope: Scope, since_ms: int, until_ms: int) -> list[_Pair]:
    """Objects at both moments, by kind, namespace and name, those left out whose body is the same."""
    before = {one.ref: one for one in await services.store.state_at(since_ms, scope)}
    after = {one.ref: one for one in await services.store.state_at(until_ms, scope)}
    refs = sorted(before.keys() | after.keys(), key=lambda ref: (ref.kind, ref.group, ref.namespace, ref.name))
    return [_Pair(ref, before.get(ref), after.get(ref)) for ref in refs]


async def _must_exist(services: Services, ref: ObjectRef, since_ms: int, until_ms: int) -> None:
    """An object that lived only between the moments differs in nothing; one that lived outside them was not there."""
    if not await services.store.versions(ref, Window(since_ms, until_ms), 1):
        raise await not_then(services, ref, until_ms)


async def _differing(services: Services, pairs: list[_Pair], window: Window) -> tuple[list[tuple[_Pair, ObjectDiff]], int]:
    """What differs, ranked, and how many objects only made noise."""
    ranked: list[tuple[int, _Pair, ObjectDiff]] = []
    folded = 0
    for place, pair in enumerate(pairs, 1):
        if place % _CHUNK == 0:
            await services.clock.sleep(0)
        if _is_same(pair):
            continue
        # The record keeps no values of a Secret: only the paths of its versions tell of a change.
        versions = await _versions(services, pair.ref, window) if pair.ref.group_kind == SECRET else []
        rank, item = _diff_of(pair, tuple(sorted({path for version in versions for path in version.paths})))
        if item is None:
            folded += 1
        else:
            ranked.append((rank, pair, item))
    ranked.sort(key=lambda one: -one[0])
    return [(pair, item) for _, pair, item in ranked], folded


async def _versions(services: Services, ref: ObjectRef, window: Window) -> list[RevisionSummary]:
    """The versions of an object between the moments, without their bodies."""
    return await services.store.change_list(window, Scope(ref.group_kind, ref.namespace, ref.name), None, _MOST_WRITERS)


def _is_same(pair: _Pair) -> bool:
    before, after = pair.before, pair.after
    return before is not None and after is not None and (before.uid, before.body) == (after.uid, after.body)


def _diff_of(pair: _Pair, paths: tuple[str, ...]) -> tuple[int, ObjectDiff | None]:
    """The rank of a difference and its form, None if it is only noise."""
    before, after = pair.before, pair.after
    found = between(pair.ref, before.body, after.body, paths) if before and after else NOTHING
    rank = rank_of(pair.ref.group_kind, heaviest(found) if pair.change == "changed" else Weight.SPEC)
    if rank == NOISE:
        return 0, None
    alive = after or before
    return rank, ObjectDiff(reference(pair.ref, alive.uid if alive else ""), pair.change, field_changes(found), found.folded, [], None)


async def _completed(services: Services, pair: _Pair, item: ObjectDiff, window: Window, *, raw: bool) -> ObjectDiff:
    """An item of the page with who wrote it, and its unified diff."""
    text = None
    if raw:
        before, after = (one.body if one else b"" for one in (pair.before, pair.after))
        text = raw_diff(str(pair.ref), before, after, rfc3339(window.since_ms - 1), rfc3339(window.until_ms))
    return msgspec.structs.replace(item, writers=list(_writers(await _versions(services, pair.ref, window))), raw=text)


def _writers(versions: list[RevisionSummary]) -> Iterator[WrittenBy]:
    """Who wrote an object, each once: who set something before who reported, then newest first; a deletion has no writer."""
    seen: set[tuple[str, str, str]] = set()
    for version in sorted(versions, key=rank_of_version, reverse=True):
        writer = None if version.op is Op.DELETED else written_by(version.writer)
        if writer and (key := (writer.manager, writer.operation, writer.subresource)) not in seen:
            seen.add(key)
            yield writer
