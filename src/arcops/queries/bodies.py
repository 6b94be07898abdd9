"""Bodies out of the record: JSON as the API gives it, without managedFields, decoded only where a question needs it.

The record does not keep three things, and the typed index has them: Events (kept as sightings), the renewals of Leases
and the heartbeats of Nodes, and resourceVersions that changed with nothing else. ``current_body`` puts them back, so
that what is shown of a live object equals what the API server says.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

import msgspec

from arcops.base.clock import Clock
from arcops.base.redact import mask_json
from arcops.kube.kinds import ApiResource
from arcops.kube.objects.cluster import Lease
from arcops.kube.objects.custom import RawBody
from arcops.kube.objects.decode import decode
from arcops.kube.objects.event import ClusterEvent, Event
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.node import Node
from arcops.kube.objects.pod import Pod
from arcops.store.base import Revision

_FIELDS = msgspec.json.Decoder(dict[str, msgspec.Raw])
_NAMED = (b'{"apiVersion":', b'{"kind":')
_SLICE = 25
_METADATA_ONLY = "PartialObjectMetadata"
_ALWAYS_THERE: RawBody = {
    "eventTime": None,
    "firstTimestamp": None,
    "lastTimestamp": None,
    "reportingComponent": "",
    "reportingInstance": "",
    "source": {},
}
"""Fields of a core Event that its Go type writes even when they are empty."""


def decode_pod(revision: Revision) -> Pod:
    """The typed pod of a revision; with the revision's name where the body is empty (an inferred deletion)."""
    pod = cast("Pod", decode(revision.ref.group_kind, revision.body)) if revision.body else Pod()
    meta = pod.metadata
    meta.name, meta.namespace, meta.uid = meta.name or revision.ref.name, meta.namespace or revision.ref.namespace, meta.uid or revision.uid
    return pod


async def full_bodies(clock: Clock, bodies: Iterable[bytes], resource: ApiResource) -> list[msgspec.Raw]:
    """``full_body`` of many, giving way to other work in between: masking takes half a millisecond for each."""
    made: list[msgspec.Raw] = []
    for body in bodies:
        made.append(full_body(body, resource))
        if len(made) % _SLICE == 0:
            await clock.sleep(0)
    return made


def full_body(body: bytes, resource: ApiResource) -> msgspec.Raw:
    """A body that names its apiVersion and kind, as a GET gives it and a list does not, with every credential in it masked."""
    return _named(masked_body(body) if body else body, resource)


def masked_body(body: bytes) -> bytes:
    """An object's JSON with every credential in it masked: in variables, arguments, annotations, keys of ConfigMaps. Else as it was."""
    found = msgspec.json.decode(body)
    masked = mask_json(found)
    return body if masked == found else msgspec.json.encode(masked)


def _named(body: bytes, resource: ApiResource) -> msgspec.Raw:
    if body.startswith(_NAMED) and _METADATA_ONLY.encode() not in body[:80]:
        return msgspec.Raw(body)
    fields = _FIELDS.decode(body) if body else {}
    named = {"apiVersion": resource.api_version, "kind": resource.kind}
    if "kind" in fields and "apiVersion" in fields and msgspec.json.decode(fields["kind"]) != _METADATA_ONLY:
        return msgspec.Raw(body)
    return msgspec.Raw(msgspec.json.encode({**named, **{k: v for k, v in fields.items() if k not in named}}))


def current_body(revision: Revision, obj: KubeObject) -> bytes:
    """The body of a live object: the newest version, with what the record leaves out put back."""
    version = obj.metadata.resource_version
    if not version or version == revision.resource_version:
        return revision.body
    body: RawBody = msgspec.json.decode(revision.body)
    if not isinstance(body, dict) or not isinstance(body.get("metadata"), dict):
        return revision.body
    body["metadata"]["resourceVersion"] = version
    if isinstance(obj, Lease) and obj.spec and obj.spec.renew_time:
        body.setdefault("spec", {})["renewTime"] = obj.spec.renew_time
    elif isinstance(obj, Node):
        _put_heartbeats_back(body, obj)
    return msgspec.json.encode(body)


def event_body(event: Event, resource: ApiResource) -> bytes:
    """The body of a live Event, out of its typed fields."""
    body = msgspec.to_builtins(event)
    there = {key: value for key, value in body.items() if value is not None}
    there["metadata"] = {key: value for key, value in body["metadata"].items() if value is not None}
    for field in ("involvedObject", "regarding", "related", "source", "deprecatedSource"):
        if isinstance(there.get(field), dict):
            there[field] = {key: value for key, value in there[field].items() if value != ""}
    missing = {} if resource.group else {key: value for key, value in _ALWAYS_THERE.items() if key not in there}
    return msgspec.json.encode({"apiVersion": resource.api_version, "kind": resource.kind, **there, **missing})


def remembered_event_body(event: ClusterEvent, resource: ApiResource) -> bytes:
    """The body of an Event out of the record, which keeps one form of both APIs: a core Event, with what is known of it."""
    ref = event.involved
    involved = {
        "apiVersion": f"{ref.group}/v1" if ref.group else "v1", "kind": ref.kind, "namespace": ref.namespace, "name": ref.name,
        "uid": event.involved_uid, "fieldPath": event.field_path,
    }  # fmt: skip
    body = {
        "apiVersion": resource.api_version,
        "kind": resource.kind,
        "metadata": {"name": event.name, "namespace": event.namespace, "uid": event.uid, "creationTimestamp": event.first_seen},
        "type": event.type,
        "reason": event.reason,
        "regarding" if resource.group else "involvedObject": {key: value for key, value in involved.items() if value},
        "note" if resource.group else "message": event.message,
        "deprecatedCount" if resource.group else "count": event.count,
        "deprecatedFirstTimestamp" if resource.group else "firstTimestamp": event.first_seen,
        "deprecatedLastTimestamp" if resource.group else "lastTimestamp": event.last_seen,
        "deprecatedSource" if resource.group else "source": {"component": event.source} if event.source else {},
    }
    return msgspec.json.encode(body)


def _put_heartbeats_back(body: RawBody, node: Node) -> None:
    beats = {c.type: c.last_heartbeat_time for c in (node.status.conditions or ()) if c.last_heartbeat_time} if node.status else {}
    for condition in (body.get("status") or {}).get("conditions") or []:
        if condition.get("type") in beats:
            condition["lastHeartbeatTime"] = beats[condition["type"]]
