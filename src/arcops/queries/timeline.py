"""The life of an object, or of a workload with its parts and pods, as lanes of spans and marks: ready to draw."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import groupby
from typing import Final

import msgspec

from arcops.base.clock import rfc3339
from arcops.kube.kinds import ApiResource
from arcops.kube.refs import GroupKind, ObjectRef
from arcops.queries.answers import GapSpan, Reference, reference
from arcops.queries.coverage import seen_in, shortened
from arcops.queries.cursors import read_any_mark, write_mark
from arcops.queries.lanes import Lane, lane_of
from arcops.queries.live import POD
from arcops.queries.missing import not_then
from arcops.queries.objects import namespace_of
from arcops.queries.services import Services
from arcops.queries.times import window_of, zone_of
from arcops.store.base import EventFilter, Scope, SeenObject, Sighting, Window

USUAL_HOURS = 1.0
_MOST_VERSIONS = 1_000
_MOST_EVENTS = 200
"""Versions and event sightings of one lane that are looked at, the newest."""

_REPLICASET, _JOB = GroupKind("apps", "ReplicaSet"), GroupKind("batch", "Job")
_PARTS: Final[dict[GroupKind, tuple[GroupKind, ...]]] = {
    GroupKind("apps", "Deployment"): (_REPLICASET, POD),
    GroupKind("batch", "CronJob"): (_JOB, POD),
    _REPLICASET: (POD,),
    _JOB: (POD,),
    GroupKind("apps", "StatefulSet"): (POD,),
    GroupKind("apps", "DaemonSet"): (POD,),
    GroupKind("", "ReplicationController"): (POD,),
}
"""What a workload is made of, from the whole to its pods."""


class Timeline(msgspec.Struct, frozen=True, gc=False):
    """Lanes of a window: the object itself (each life of its name), its parts, its pods, each in the order they came.

    ``total`` counts the lanes of all pages. In ``gaps`` nothing was seen: a span that reaches into one is what was known
    before it.
    """

    object: Reference
    since: str
    until: str
    lanes: list[Lane]
    total: int
    continue_: str | None = msgspec.field(name="continue")
    gaps: list[GapSpan]
    notes: list[str]


@dataclass(frozen=True, slots=True)
class TimelineQuery:
    """Whose timeline (``kind`` by any word) and when; without times the last hour. ``normal`` adds events that are no warnings."""

    kind: str
    namespace: str
    name: str
    since: str | None = None
    until: str | None = None
    zone: str | None = None
    normal: bool = False
    limit: int = 50
    cursor: str | None = None


async def timeline(services: Services, query: TimelineQuery) -> Timeline:
    """A page of lanes; a page mark keeps the window of the first page. Objects that are gone have theirs too.

    Raises ``UnknownKind``, ``BadTime``, ``BadInput``, ``BadCursor`` and ``NeverSeen``.
    """
    resource = services.source.catalog.find(query.kind)
    ref = ObjectRef.of(resource.group_kind, namespace_of(resource, query.namespace), query.name)
    question = ("timeline", ref, query.since, query.until, query.zone, query.normal)
    window, done = _window(services, query, question)
    lives = await _lives(services, resource, ref, window)
    gaps, notes = await seen_in(services, window, {life.ref.group_kind for _, life in lives} or {ref.group_kind})
    if not lives:
        notes = [f"It was not there in this time. {(await not_then(services, ref, window.until_ms)).advice}".strip(), *notes]
    page = lives[done : done + query.limit]
    left = len(lives) > done + query.limit
    return Timeline(
        object=reference(ref, lives[-1][1].uid if lives and lives[-1][1].ref == ref else ""), since=rfc3339(window.since_ms),
        until=rfc3339(window.until_ms), total=len(lives), gaps=gaps, notes=shortened(notes),
        lanes=[await _lane(services, role, life, window, normal=query.normal) for role, life in page],
        continue_=write_mark([window.since_ms, window.until_ms, done + query.limit], question) if left else None,
    )  # fmt: skip


def _window(services: Services, query: TimelineQuery, question: object) -> tuple[Window, int]:
    mark = read_any_mark(query.cursor, question)
    if isinstance(mark, list):
        since, until, done = mark
        return Window(int(since or 0), int(until or 0)), int(done or 0)
    zone = zone_of(query.zone)
    return window_of(services.clock.now_ms(), query.since, query.until, otherwise_hours=USUAL_HOURS, zone=zone), 0


async def _lives(services: Services, resource: ApiResource, ref: ObjectRef, window: Window) -> list[tuple[str, SeenObject]]:
    """The lives of a window with their roles: the object's own, then those of its parts, each by their beginning."""
    own = await services.store.objects_seen(window, Scope(resource.group_kind, ref.namespace, ref.name))
    found = [("self", life) for life in _in_time(own)]
    above = {life.uid for life in own}
    for kind in _PARTS.get(resource.group_kind, ()) if own else ():
        parts = await _owned(services, kind, ref.namespace, window, above)
        above |= {life.uid for life in parts}
        found += [("pod" if kind == POD else "part", life) for life in _in_time(parts)]
    return found


async def _owned(services: Services, kind: GroupKind, namespace: str, window: Window, owners: Collection[str]) -> list[SeenObject]:
    lives = await services.store.objects_seen(window, Scope(kind, namespace))
    return [life for life in lives if life.owner_uid in owners]


def _in_time(lives: Collection[SeenObject]) -> list[SeenObject]:
    return sorted(lives, key=lambda life: (life.first_ms, life.ref.name))


async def _lane(services: Services, role: str, life: SeenObject, window: Window, *, normal: bool) -> Lane:
    store, ref = services.store, life.ref
    inside = await store.versions(ref, window, _MOST_VERSIONS)
    before = await store.versions(ref, Window(0, window.since_ms - 1), 1) if window.since_ms else []
    versions = [one for one in (*before, *reversed(inside)) if one.uid == life.uid]
    match = EventFilter(type=None if normal else "Warning", namespace=ref.namespace or None, kind=ref.kind, name=ref.name)
    sightings = await store.events(window, match, _MOST_EVENTS)
    return lane_of(life, role, versions, _first_of_each(sightings, life.uid), window)


def _first_of_each(sightings: Collection[Sighting], uid: str) -> list[Sighting]:
    """Of repeats of an event the first and the last of the window; those of another life of the name left out."""
    mine = [one for one in sightings if one.event.involved_uid in {"", uid} or not uid]
    kept: list[Sighting] = []
    for _, group in groupby(
        sorted(mine, key=lambda one: (one.event.uid or one.event.name, one.id)), key=lambda one: one.event.uid or one.event.name
    ):
        repeats = list(group)
        kept += repeats if len(repeats) == 1 else [repeats[0], repeats[-1]]
    return kept
