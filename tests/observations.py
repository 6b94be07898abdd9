"""Observations of made-up objects, as a source would give them, for tests of the record."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import msgspec

from arcops.kube.objects.event import Event
from arcops.kube.objects.meta import KubeObject, PartialObject
from arcops.kube.refs import GroupKind, ObjectRef
from arcops.kube.watch import Observation, Op

POD = GroupKind("", "Pod")
DEPLOYMENT = GroupKind("apps", "Deployment")
LEASE = GroupKind("coordination.k8s.io", "Lease")
NODE = GroupKind("", "Node")
SECRET = GroupKind("", "Secret")
EVENT = GroupKind("", "Event")

START_MS = 1_795_500_000_000
"""2026-11-24T06:00:00Z."""


class ManualClock:
    """Wall time that moves only when a test says so."""

    def __init__(self, now_ms: int = START_MS) -> None:
        self.ms = now_ms

    def now_ms(self) -> int:
        """The moment set."""
        return self.ms

    def monotonic_s(self) -> float:
        """The same moment in seconds."""
        return self.ms / 1000

    async def sleep(self, seconds: float) -> None:
        """Move the clock instead of waiting."""
        self.ms += int(seconds * 1000)


def ref(name: str, namespace: str = "shop", kind: GroupKind = POD) -> ObjectRef:
    return ObjectRef.of(kind, namespace, name)


def managed_fields(manager: str = "kubelet", time: str = "2026-11-24T07:20:00Z") -> list[dict[str, Any]]:
    """Two writers, of which ``manager`` is the newer."""
    return [
        {"manager": "kubectl", "operation": "Apply", "time": "2026-01-01T00:00:00Z", "fieldsV1": {"f:spec": {"f:x": {}}}},
        {"manager": manager, "operation": "Update", "subresource": "status", "time": time, "fieldsV1": {"f:status": {".": {}}}},
    ]  # fmt: skip


def body(
    name: str, version: int, *, kind: GroupKind = POD, namespace: str = "shop", uid: str = "", fields: Mapping[str, Any] | None = None,
    meta: Mapping[str, Any] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """The JSON object a server would send."""
    metadata = {
        "name": name, "namespace": namespace, "uid": uid or f"uid-{name}", "resourceVersion": str(version),
        "managedFields": managed_fields(), **(meta or {}),
    }  # fmt: skip
    api_version = f"{kind.group}/v1" if kind.group else "v1"
    return {"apiVersion": api_version, "kind": kind.kind, "metadata": metadata, **(fields or {"spec": {"image": "nginx:1"}})}


def seen(
    op: Op, name: str, version: int, at_ms: int, *, kind: GroupKind = POD, namespace: str = "shop", uid: str = "", unseen: bool = False,
    fields: Mapping[str, Any] | None = None, meta: Mapping[str, Any] | None = None,
) -> Observation:  # fmt: skip
    """One observation of an object that has these fields."""
    return of_body(op, kind, body(name, version, kind=kind, namespace=namespace, uid=uid, fields=fields, meta=meta), at_ms, unseen=unseen)


def of_body(op: Op, kind: GroupKind, content: Mapping[str, Any], at_ms: int, *, unseen: bool = False) -> Observation:
    """One observation of a raw object."""
    raw = json.dumps(content, separators=(",", ":")).encode()
    obj: KubeObject = msgspec.json.decode(raw, type=Event) if kind == EVENT else msgspec.json.decode(raw, type=PartialObject)
    return Observation(op, kind, obj, raw, at_ms, unseen)


def inferred_end(name: str, at_ms: int, *, kind: GroupKind = POD, namespace: str = "shop", uid: str = "") -> Observation:
    """A deletion that a list told of: metadata only."""
    content = {"metadata": {"name": name, "namespace": namespace, "uid": uid or f"uid-{name}"}}
    return Observation(Op.DELETED, kind, msgspec.convert(content, PartialObject), b"", at_ms, unseen=True)


def event(name: str, count: int, at_ms: int, *, reason: str = "BackOff", message: str = "Back-off restarting", type_: str = "Warning",
          pod: str = "web-0", namespace: str = "shop", last: str = "2026-11-24T07:20:00Z") -> Observation:  # fmt: skip
    """One sighting of a core Event about a pod."""
    content = {
        "apiVersion": "v1", "kind": "Event",
        "metadata": {"name": name, "namespace": namespace, "uid": f"uid-{name}", "resourceVersion": str(at_ms)},
        "involvedObject": {"apiVersion": "v1", "kind": "Pod", "namespace": namespace, "name": pod, "uid": f"uid-{pod}"},
        "type": type_, "reason": reason, "message": message, "count": count, "firstTimestamp": "2026-11-24T07:00:00Z",
        "lastTimestamp": last, "source": {"component": "kubelet"},
    }  # fmt: skip
    return of_body(Op.ADDED if count == 1 else Op.MODIFIED, EVENT, content, at_ms)
