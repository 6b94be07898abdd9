"""Objects of any kind: what kinds there are, lists that can be narrowed, sorted and paged, and single objects.

The typed index answers what metadata alone decides; bodies come out of the record, which is how their fields equal the
raw API's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

import msgspec

from arcops.base.errors import BadInput, Busy
from arcops.kube.fields import FieldPath, FieldRequirement, FieldSelector, parse_field_selector, parse_path, scalar_text, values_at
from arcops.kube.kinds import ApiResource
from arcops.kube.objects.custom import RawBody
from arcops.kube.objects.event import Event
from arcops.kube.objects.meta import KubeObject
from arcops.kube.refs import ObjectRef
from arcops.kube.selectors import parse_selector
from arcops.kube.watch import Op
from arcops.queries.answers import stamp
from arcops.queries.bodies import current_body, event_body, full_body
from arcops.queries.cursors import read_any_mark, write_mark
from arcops.queries.live import EVENTS, live_object, live_objects, require_readable
from arcops.queries.missing import object_not_found
from arcops.queries.services import Services
from arcops.store.base import Revision

NO_NAMESPACE = "_"
"""Stands for the namespace of cluster-scoped objects where an address needs one."""
_CHUNK = 200
"""Bodies decoded between two pauses: about 10 ms of work."""
_PATIENCE = 20
"""A list is shown before it is remembered; so many tenths of a second may pass until its bodies can be read."""


_IN_INDEX: tuple[FieldPath, ...] = (("metadata", "name"), ("metadata", "namespace"))
"""Fields that need no body."""

SortKey = tuple[int, float | str]
"""Missing before numbers before text; times sort as text because RFC 3339 in UTC does."""


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
    """As in a Kubernetes list, and ``total``: how many matched on all pages together."""

    resource_version: str
    continue_: str = msgspec.field(name="continue")
    remaining_item_count: int
    total: int


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
    ``limit`` is 1 to 1000.
    """

    kind: str
    namespace: str | None = None
    label_selector: str | None = None
    field_selector: str | None = None
    q: str | None = None
    sort: str | None = None
    limit: int = 500
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class _Row:
    """A candidate with its place in the order: sort key, namespace, name."""

    place: tuple[SortKey, str, str]
    ref: ObjectRef


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
    terms = parse_field_selector(query.field_selector or "").requirements
    question = ("objects", resource.group_kind, query.namespace, query.label_selector, query.field_selector, query.q, query.sort)
    after = _after(read_any_mark(query.cursor, question))
    candidates = _candidates(services, resource, query, terms)
    rows = await _narrow(services, resource, query, terms, candidates)
    reverse = bool(query.sort and query.sort.startswith("-"))
    if query.sort:
        rows.sort(key=lambda row: row.place, reverse=reverse)
    total = len(rows)
    if after is not None:
        rows = [row for row in rows if (row.place < after if reverse else row.place > after)]
    page = rows[: query.limit]
    remaining = len(rows) - len(page)
    place = page[-1].place if page else None
    mark = write_mark([*place[0], place[1], place[2]], question) if remaining and place else ""
    bodies = await _bodies(services, resource, [row.ref for row in page])
    return ObjectPage(
        api_version=resource.api_version, kind=f"{resource.kind}List",
        metadata=ListMeta(_resource_version(services, resource), mark, remaining, total),
        items=[full_body(body, resource) for body in bodies if body],
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


def _candidates(services: Services, resource: ApiResource, query: ObjectQuery, terms: Sequence[FieldRequirement]) -> list[KubeObject]:
    """Objects that pass namespace, labels and the two field terms that metadata alone decides."""
    namespace = query.namespace if resource.namespaced and query.namespace not in {"", NO_NAMESPACE} else None
    objects = live_objects(services, resource.group_kind, namespace, parse_selector(query.label_selector or ""))
    for term in terms:
        if term.path in _IN_INDEX:
            field = str(term.path[1])
            objects = [o for o in objects if (getattr(o.metadata, field) == term.value) is not term.negated]
    return objects


async def _narrow(
    services: Services, resource: ApiResource, query: ObjectQuery, terms: Sequence[FieldRequirement], objects: Sequence[KubeObject]
) -> list[_Row]:
    """Rows that pass everything, with their places; bodies are read only if a term, the text or the order needs them."""
    path = parse_path(query.sort.lstrip("-")) if query.sort and query.sort.lstrip("-") else None
    deeper = FieldSelector(tuple(t for t in terms if t.path not in _IN_INDEX))
    has_text = text_matcher(query.q)
    refs = [ObjectRef.of(resource.group_kind, o.metadata.namespace, o.metadata.name) for o in objects]
    if not deeper.requirements and has_text is None and path is None:
        return [_Row(((0, ""), r.namespace, r.name), r) for r in refs]
    rows: list[_Row] = []
    for start in range(0, len(refs), _CHUNK):
        chunk = refs[start : start + _CHUNK]
        for ref, body in zip(chunk, await _bodies(services, resource, chunk), strict=True):
            if body is None or (has_text and not has_text(body)):
                continue
            fields = msgspec.json.decode(body) if deeper.requirements or path else None
            if deeper.matches(fields):
                rows.append(_Row((sort_key(fields, path) if path else (0, ""), ref.namespace, ref.name), ref))
        await services.clock.sleep(0)
    return rows


def text_matcher(text: str | None) -> Callable[[bytes], bool] | None:
    """Whether a body holds a text, whatever its case; None for no text.

    Bodies are JSON as an API server writes it: quotes are escaped, and so, beside JSON's needs, are ``<``, ``>`` and ``&``.
    """
    wanted = text.strip().casefold() if text else ""
    if not wanted:
        return None
    escaped = msgspec.json.encode(wanted)[1:-1]
    html = escaped.replace(b"<", b"\\u003c").replace(b">", b"\\u003e").replace(b"&", b"\\u0026")
    if wanted.isascii():
        return lambda body: escaped in (plain := body.lower()) or html in plain
    return lambda body: escaped.decode() in body.decode(errors="replace").casefold()


def sort_key(body: RawBody, path: FieldPath) -> SortKey:
    """Where a body stands by the first value of a path."""
    value = next(values_at(body, path), None)
    if isinstance(value, int | float):
        return (1, float(value))
    text = scalar_text(value)
    return (0, "") if text is None else (2, text)


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


def _after(at: int | list[str | int | float | bool | None] | None) -> tuple[SortKey, str, str] | None:
    if not isinstance(at, list):
        return None
    rank, value, namespace, name = at
    return (int(rank or 0), value if isinstance(value, (float, str)) else str(value)), str(namespace), str(name)


def _resource_version(services: Services, resource: ApiResource) -> str:
    state = services.source.state.kinds.get(resource.group_kind)
    return state.resource_version if state else ""
