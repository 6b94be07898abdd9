"""Objects of any kind: what kinds there are, lists that can be narrowed, sorted and paged, and single objects.

The typed index answers what metadata alone decides; bodies come out of the record, which is how their fields equal the
raw API's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import msgspec

from arcops.base.errors import BadInput, Busy
from arcops.kube.fields import parse_field_selector
from arcops.kube.kinds import ApiResource
from arcops.kube.objects.event import Event
from arcops.kube.objects.meta import KubeObject
from arcops.kube.refs import ObjectRef
from arcops.kube.selectors import parse_selector
from arcops.kube.watch import Op
from arcops.queries.answers import stamp
from arcops.queries.bodies import current_body, event_body, full_bodies, full_body
from arcops.queries.live import EVENTS, live_object, live_objects, require_readable
from arcops.queries.missing import object_not_found
from arcops.queries.narrowing import Narrowing, Row, page_of
from arcops.queries.services import Services
from arcops.store.base import Revision

NO_NAMESPACE = "_"
"""Stands for the namespace of cluster-scoped objects where an address needs one."""
_CHUNK = 200
"""Bodies decoded between two pauses: about 10 ms of work."""
_PATIENCE = 20
"""A list is shown before it is remembered; so many tenths of a second may pass until its bodies can be read."""


class KindInfo(msgspec.Struct, frozen=True, gc=False):
    """A kind and how far its objects are known. ``phase``: loading, synced, stale, forbidden, failing, not watched."""

    kind: str
    group: str
    version: str
    api_version: str
    plural: str
    singular: str
    short_names: list[str]
    namespaced: bool
    phase: str
    since: str | None
    synced_at: str | None
    objects: int
    unreadable: dict[str, str]
    last_error: str


class ListMeta(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    """As in a Kubernetes list, and ``total``: how many matched on all pages together.

    ``at`` is the past moment that was asked for, else null; ``notes`` say why its answer may not be whole.
    """

    resource_version: str
    continue_: str = msgspec.field(name="continue")
    remaining_item_count: int
    total: int
    at: str | None = None
    notes: list[str] = []


class ObjectPage(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    """A page of objects in the form of a Kubernetes list: bodies as the API gives them, without managedFields."""

    api_version: str
    kind: str
    metadata: ListMeta
    items: list[msgspec.Raw]


@dataclass(frozen=True, slots=True)
class ObjectQuery:
    """Which objects. ``kind`` is any word for it; selectors as in kubectl, but fields by any path.

    ``sort`` is a path, turned round by a ``-`` before it; ``q`` is looked for anywhere in the object, whatever its case;
    ``limit`` is 1 to 1000. With ``at`` (a time as people write it, in ``zone``) the question is of the past and belongs to
    ``objects_at``.
    """

    kind: str
    namespace: str | None = None
    label_selector: str | None = None
    field_selector: str | None = None
    q: str | None = None
    sort: str | None = None
    limit: int = 500
    cursor: str | None = None
    at: str | None = None
    zone: str | None = None


def list_kinds(services: Services) -> list[KindInfo]:
    """Every kind the cluster serves, by group and name, with the state of its watch."""
    return sorted((kind_info(services, r) for r in services.source.catalog), key=lambda k: (k.group, k.kind))


def kind_info(services: Services, resource: ApiResource) -> KindInfo:
    """One kind in the form of the answers."""
    state = services.source.state.kinds.get(resource.group_kind)
    return KindInfo(
        kind=resource.kind, group=resource.group, version=resource.version, api_version=resource.api_version, plural=resource.plural,
        singular=resource.singular or resource.kind.lower(), short_names=list(resource.short_names), namespaced=resource.namespaced,
        phase=state.phase.value if state else "not watched", since=stamp(state.since_ms) if state else None,
        synced_at=stamp(state.synced_ms) if state else None, objects=services.inventory.count(resource.group_kind),
        unreadable=dict(state.unreadable) if state else {}, last_error=state.last_error if state else "",
    )  # fmt: skip


async def list_objects(services: Services, query: ObjectQuery) -> ObjectPage:
    """A page of the objects that exist now, by namespace and name or by ``sort``.

    A page mark stays good while objects come and go: the next page begins after the last object of this one. Raises
    ``UnknownKind``, ``BadSelector``, ``BadCursor``, ``BadInput``, ``Forbidden``.
    """
    resource = services.source.catalog.find(query.kind)
    require_readable(services, resource)
    narrowing = Narrowing(parse_field_selector(query.field_selector or "").requirements, query.q, query.sort)
    question = ("objects", resource.group_kind, query.namespace, query.label_selector, query.field_selector, query.q, query.sort)
    rows = await _narrow(services, resource, narrowing, _candidates(services, resource, query, narrowing))
    page = page_of(rows, query.sort, query.limit, query.cursor, question)
    bodies = await _bodies(services, resource, [row.ref for row in page.rows])
    return ObjectPage(
        api_version=resource.api_version, kind=f"{resource.kind}List",
        metadata=ListMeta(_resource_version(services, resource), page.mark, page.remaining, page.total),
        items=await full_bodies(services.clock, (body for body in bodies if body), resource),
    )  # fmt: skip


async def get_object(services: Services, kind: str, namespace: str, name: str) -> msgspec.Raw:
    """The body of one object that exists now. ``namespace`` is "" or ``_`` for cluster-scoped kinds.

    Raises ``UnknownKind``, ``ObjectNotFound`` (with names near) and ``BadInput`` for a missing namespace.
    """
    resource = services.source.catalog.find(kind)
    ref = ObjectRef.of(resource.group_kind, namespace_of(resource, namespace), name)
    if live_object(services, ref) is None:
        raise object_not_found(services, ref)
    (body,) = await _bodies(services, resource, [ref])
    if body is None:
        raise object_not_found(services, ref)
    return full_body(body, resource)


def namespace_of(resource: ApiResource, namespace: str) -> str:
    """The namespace of an address: "" for cluster-scoped kinds. Raises ``BadInput`` where one is needed and missing."""
    if not resource.namespaced:
        return ""
    if namespace in {"", NO_NAMESPACE}:
        raise BadInput(what=f"The address of a {resource.kind}", why="its namespace is missing", hint="Name the namespace before the name.")
    return namespace


def scope_of(resource: ApiResource, namespace: str | None) -> str | None:
    """The namespace a list is narrowed to; None for all, and for kinds without."""
    return namespace if resource.namespaced and namespace not in {"", NO_NAMESPACE} else None


def _candidates(services: Services, resource: ApiResource, query: ObjectQuery, narrowing: Narrowing) -> list[ObjectRef]:
    """Objects that pass namespace, labels and the field terms that a name alone decides."""
    namespace = scope_of(resource, query.namespace)
    objects = live_objects(services, resource.group_kind, namespace, parse_selector(query.label_selector or ""))
    refs = (ObjectRef.of(resource.group_kind, o.metadata.namespace, o.metadata.name) for o in objects)
    return [ref for ref in refs if narrowing.takes_name(ref)]


async def _narrow(services: Services, resource: ApiResource, narrowing: Narrowing, refs: Sequence[ObjectRef]) -> list[Row]:
    """Rows that pass everything, with their places; bodies are read only if a term, the text or the order needs them."""
    if not narrowing.needs_bodies:
        return [narrowing.plain_row(ref) for ref in refs]
    rows: list[Row] = []
    for start in range(0, len(refs), _CHUNK):
        chunk = refs[start : start + _CHUNK]
        for ref, body in zip(chunk, await _bodies(services, resource, chunk), strict=True):
            row = narrowing.row(ref, body) if body is not None else None
            if row is not None:
                rows.append(row)
        await services.clock.sleep(0)
    return rows


async def _bodies(services: Services, resource: ApiResource, refs: Sequence[ObjectRef]) -> list[bytes | None]:
    """Bodies of live objects, in their order; None for one that vanished meanwhile. Raises ``Busy`` if the record lags."""
    for _ in range(_PATIENCE):
        objects = [live_object(services, ref) for ref in refs]
        if resource.group_kind in EVENTS:
            return [event_body(cast("Event", obj), resource) if obj is not None else None for obj in objects]
        heads = await services.store.heads(refs)
        if all(_is_recorded(head, obj) for head, obj in zip(heads, objects, strict=True)):
            return [current_body(head, obj) if head and obj else None for head, obj in zip(heads, objects, strict=True)]
        await services.clock.sleep(0.1)
    raise Busy(what="The record", retry_s=1)


def _is_recorded(head: Revision | None, obj: KubeObject | None) -> bool:
    """Whether the record knows this life of a live object."""
    return obj is None or (head is not None and head.op is not Op.DELETED and head.uid == obj.metadata.uid)


def _resource_version(services: Services, resource: ApiResource) -> str:
    state = services.source.state.kinds.get(resource.group_kind)
    return state.resource_version if state else ""
