"""Objects out of documents: Lists opened, Secrets emptied, gaps of hand-written manifests filled, the unreadable named."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from arcops.kube.builtin import resource_for
from arcops.kube.kinds import ApiResource
from arcops.kube.objects.custom import RawBody
from arcops.kube.objects.decode import LAST_APPLIED, decode
from arcops.kube.objects.meta import KubeObject
from arcops.kube.refs import GroupKind, ObjectRef, group_of, version_of

_SECRET = GroupKind("", "Secret")
_OURS = uuid.UUID("6f1c4bb0-6a0e-5d0e-9a35-1d2f5a3c8e11")
"""Namespace of the uids that stand in for missing ones; any fixed value does."""

_MOST_DEPTH = 20


@dataclass(frozen=True, slots=True)
class ReadObject:
    """One object of a file: typed, and as JSON without what may not be kept."""

    resource: ApiResource
    obj: KubeObject
    raw: bytes

    @property
    def ref(self) -> ObjectRef:
        """Its name."""
        meta = self.obj.metadata
        return ObjectRef.of(self.resource.group_kind, meta.namespace, meta.name)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An object that could not be read: ``what`` it seems to be, and why."""

    what: str
    why: str


def read_objects(body: RawBody) -> Iterator[ReadObject | Unreadable]:
    """Every object of a document: the document itself, or the items of a List (of Lists)."""
    for item in _opened(body, 0):
        yield item if isinstance(item, Unreadable) else _read(item)


def _opened(body: RawBody, depth: int) -> Iterator[dict[str, Any] | Unreadable]:
    if isinstance(body, list):
        items, item_kind, api_version = body, "", ""
    elif not isinstance(body, dict):
        yield Unreadable("a document", f"it is {_word_for(body)}, not an object")
        return
    elif isinstance(kind := body.get("kind"), str) and kind.endswith("List") and isinstance(body.get("items"), list | None):
        items, item_kind, api_version = body.get("items") or [], kind.removesuffix("List"), str(body.get("apiVersion", ""))
    else:
        yield body
        return
    if depth >= _MOST_DEPTH:
        yield Unreadable("a List", "Lists are nested too deeply")
        return
    for item in items:
        # The items of a typed list (PodList) carry no kind of their own; those of `v1 List` do.
        if isinstance(item, dict) and item_kind and "kind" not in item:
            item = {"apiVersion": api_version, "kind": item_kind, **item}  # noqa: PLW2901 - the item with its kind
        yield from _opened(item, depth + 1)


def _word_for(body: RawBody) -> str:
    return {str: "text", bool: "true or false", int: "a number", float: "a number", type(None): "empty"}.get(type(body), "something else")


def _read(body: dict[str, Any]) -> ReadObject | Unreadable:
    kind, api_version, metadata = body.get("kind"), body.get("apiVersion"), body.get("metadata")
    if not isinstance(kind, str) or not kind:
        return Unreadable("an object", f"it has no kind (its fields are {', '.join(map(str, list(body)[:5])) or 'none'})")
    if not isinstance(api_version, str) or not api_version:
        return Unreadable(f"a {kind}", "it has no apiVersion")
    name = _name_of(metadata)
    if not isinstance(metadata, dict) or not name:
        return Unreadable(f"a {kind}", "it has no metadata.name")
    given = str(metadata.get("namespace") or "")
    resource = resource_for(group_of(api_version), version_of(api_version), kind, namespaced=bool(given))
    namespace = (given or "default") if resource.namespaced else ""
    try:
        raw = msgspec.json.encode(_kept(body, metadata, resource.group_kind, namespace, name))
        obj = decode(resource.group_kind, raw)
    except (msgspec.MsgspecError, TypeError, ValueError, RecursionError) as error:
        return Unreadable(str(ObjectRef.of(resource.group_kind, namespace, name)), str(error) or type(error).__name__)
    return ReadObject(resource, obj, raw)


def _name_of(metadata: RawBody) -> str:
    if not isinstance(metadata, dict):
        return ""
    name = metadata.get("name") or metadata.get("generateName")
    return name if isinstance(name, str) else ""


def _kept(body: dict[str, Any], metadata: dict[str, Any], group_kind: GroupKind, namespace: str, name: str) -> dict[str, Any]:
    """The body that may be kept: of a Secret the metadata alone, of no object the copy that kubectl apply leaves."""
    meta = {**metadata, "name": name, "uid": metadata.get("uid") or stand_in_uid(ObjectRef.of(group_kind, namespace, name))}
    meta.pop("namespace", None)
    if namespace:
        meta["namespace"] = namespace
    if isinstance(annotations := meta.get("annotations"), dict) and LAST_APPLIED in annotations:
        meta["annotations"] = {key: value for key, value in annotations.items() if key != LAST_APPLIED}
    if group_kind == _SECRET:
        return {"apiVersion": body["apiVersion"], "kind": body["kind"], "metadata": meta}
    return {**body, "metadata": meta}


def stand_in_uid(ref: ObjectRef) -> str:
    """The uid of an object that has none: the same for the same name, in every run."""
    return str(uuid.uuid5(_OURS, "/".join(ref)))
