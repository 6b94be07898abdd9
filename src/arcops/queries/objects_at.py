"""Objects of any kind as they were at a moment of the past, out of the record; deleted ones too."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from arcops.base.errors import BadCursor
from arcops.kube.fields import parse_field_selector
from arcops.kube.kinds import ApiResource
from arcops.kube.objects.meta import PartialObject
from arcops.kube.refs import ObjectRef
from arcops.kube.selectors import EVERYTHING, Selector, parse_selector
from arcops.queries.bodies import full_bodies, full_body, remembered_event_body
from arcops.queries.coverage import past_ms, seen_at
from arcops.queries.live import EVENTS
from arcops.queries.missing import not_then
from arcops.queries.narrowing import Narrowing, Row, page_of
from arcops.queries.objects import ListMeta, ObjectPage, ObjectQuery, namespace_of, scope_of
from arcops.queries.remembered import events_before
from arcops.queries.services import Services
from arcops.queries.times import HOUR_MS, zone_of
from arcops.store.base import Scope

_CHUNK = 200
"""Bodies decoded between two pauses: about 10 ms of work."""
_LONGEST_MS = 13
"""Digits of a moment in Unix milliseconds before the year 2286."""
_META = msgspec.json.Decoder(PartialObject)
Bodies = dict[ObjectRef, bytes]


async def list_objects_at(services: Services, query: ObjectQuery) -> ObjectPage:
    """A page of the objects that existed at ``query.at``, narrowed and sorted as those of now.

    Of Events, those last seen in the hour before: so long a cluster keeps them. Raises as ``list_objects``, and
    ``BadTime`` and ``BadInput`` for the moment.
    """
    resource = services.source.catalog.find(query.kind)
    at_ms, cursor = _moment_of(services, query)
    narrowing = Narrowing(parse_field_selector(query.field_selector or "").requirements, query.q, query.sort)
    bodies = await _bodies_at(services, resource, scope_of(resource, query.namespace), at_ms)
    rows = await _narrow(services, bodies, narrowing, parse_selector(query.label_selector or ""))
    wanted = (query.namespace, query.label_selector, query.field_selector, query.q, query.sort)
    page = page_of(rows, query.sort, query.limit, cursor, ("at", query.at, query.zone, at_ms, resource.group_kind, *wanted))
    told = await seen_at(services, at_ms, (resource.group_kind,))
    return ObjectPage(
        api_version=resource.api_version, kind=f"{resource.kind}List",
        metadata=ListMeta("", f"{at_ms}.{page.mark}" if page.mark else "", page.remaining, page.total, told.at, told.notes),
        items=await full_bodies(services.clock, (bodies[row.ref] for row in page.rows), resource),
    )  # fmt: skip


def _moment_of(services: Services, query: ObjectQuery) -> tuple[int, str | None]:
    """The moment, and the page mark: a mark keeps the moment of the first page, for an age means another one each time."""
    if not query.cursor:
        return past_ms(services, query.at or "now", zone_of(query.zone)), None
    at, dot, mark = query.cursor.partition(".")
    if not (dot and at.isdecimal() and at.isascii() and len(at) <= _LONGEST_MS):
        raise BadCursor
    return int(at), mark


async def get_object_at(services: Services, kind: str, namespace: str, name: str, *, at: str, zone: str | None = None) -> msgspec.Raw:
    """The body of one object as it was at a moment. Raises ``NotThen`` (which says when it was), ``NeverSeen``, ``UnknownKind``."""
    resource = services.source.catalog.find(kind)
    ref = ObjectRef.of(resource.group_kind, namespace_of(resource, namespace), name)
    at_ms = past_ms(services, at, zone_of(zone))
    if resource.group_kind in EVENTS:
        body = (await _bodies_at(services, resource, ref.namespace, at_ms)).get(ref)
    else:
        found = await services.store.object_at(ref, at_ms)
        body = found.body if found else None
    if body is None:
        raise await not_then(services, ref, at_ms)
    return full_body(body, resource)


async def _bodies_at(services: Services, resource: ApiResource, namespace: str | None, at_ms: int) -> Bodies:
    """Bodies of the objects that existed at a moment, by namespace and name."""
    kind = resource.group_kind
    if kind in EVENTS:
        events = await events_before(services.store, at_ms, HOUR_MS, namespace)
        found = {ObjectRef.of(kind, e.namespace, e.name): remembered_event_body(e, resource) for e in events}
        return dict(sorted(found.items()))
    state = await services.store.state_at(at_ms, Scope(kind, namespace))
    return {revision.ref: revision.body for revision in state}


async def _narrow(services: Services, bodies: Bodies, narrowing: Narrowing, labels: Selector) -> list[Row]:
    rows: list[Row] = []
    items: Sequence[tuple[ObjectRef, bytes]] = list(bodies.items())
    for start in range(0, len(items), _CHUNK):
        for ref, body in items[start : start + _CHUNK]:
            if not narrowing.takes_name(ref) or not (labels == EVERYTHING or labels.matches(_META.decode(body).metadata.labels)):
                continue
            row = narrowing.row(ref, body) if narrowing.needs_bodies else narrowing.plain_row(ref)
            if row is not None:
                rows.append(row)
        await services.clock.sleep(0)
    return rows
