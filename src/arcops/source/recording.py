"""The file format of a recorded watch: gzip, one JSON line per event, credentials masked before they are written."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from arcops.base.guard import safe_text
from arcops.base.redact import mask_json
from arcops.kube.kinds import ApiResource
from arcops.kube.objects.decode import LAST_APPLIED, decode
from arcops.kube.objects.meta import ObjectMeta, PartialObject
from arcops.kube.refs import GroupKind
from arcops.kube.watch import Observation, Op
from arcops.source.base import GapSeen, KindsChanged, Listed, LogSeen, Observed, Replaced, SourceEvent

VERSION = 1


class Seen(msgspec.Struct):
    """One observation. ``body`` is empty for an inferred deletion; then ``metadata`` is all there is."""

    op: int
    ms: int
    body: dict[str, Any] | None = None
    metadata: dict[str, Any] | None = None
    unseen: bool = False


class Line(msgspec.Struct, omit_defaults=True):
    """One line of a recording; the first one is the head. ``ms`` is when the recorder saw it."""

    type: Literal["head", "observed", "replaced", "gap", "kinds", "log"]
    ms: int
    version: int = 0
    resource: ApiResource | None = None
    seen: list[Seen] = []
    cursor: str = ""
    first: bool = False
    group_kind: GroupKind | None = None
    since_ms: int = 0
    until_ms: int = 0
    why: str = ""
    added: list[ApiResource] = []
    removed: list[ApiResource] = []
    namespace: str = ""
    pod: str = ""
    uid: str = ""
    container: str = ""
    previous: bool = False
    text: str = ""


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Line)


def head(now_ms: int) -> bytes:
    """The first line."""
    return _encoder.encode(Line("head", now_ms, version=VERSION)) + b"\n"


def encoded(event: SourceEvent, now_ms: int) -> bytes:
    """The line of an event, with every credential masked."""
    return _encoder.encode(_line_of(event, now_ms)) + b"\n"


def _line_of(event: SourceEvent, now_ms: int) -> Line:
    match event:
        case Observed():
            return Line("observed", now_ms, resource=event.resource, seen=[_seen(o) for o in event.observations], cursor=event.cursor)
        case Replaced():
            seen = [_seen(observation) for observation in event.observations]
            return Line("replaced", event.seen_ms, resource=event.resource, seen=seen, cursor=event.cursor, first=event.first)
        case GapSeen():
            return Line("gap", now_ms, group_kind=event.group_kind, since_ms=event.since_ms, until_ms=event.until_ms, why=event.why)
        case KindsChanged():
            return Line("kinds", now_ms, added=list(event.added), removed=list(event.removed))
        case LogSeen():
            return Line(
                "log", event.seen_ms, namespace=event.namespace, pod=event.pod, uid=event.uid, container=event.container,
                previous=event.previous, text=safe_text(event.text),
            )  # fmt: skip
        case Listed():
            raise ValueError("a recording keeps whole lists: the source must not tell bodies first")


def _seen(observation: Observation) -> Seen:
    if not observation.raw:
        metadata = msgspec.to_builtins(observation.obj.metadata)
        return Seen(
            int(observation.op), observation.seen_ms, metadata=_masked({"metadata": metadata})["metadata"], unseen=observation.unseen
        )
    body: dict[str, Any] = msgspec.json.decode(observation.raw)
    if observation.group_kind == GroupKind("", "Secret"):
        body = {"apiVersion": "v1", "kind": "Secret", "metadata": body.get("metadata") or {}}
    return Seen(int(observation.op), observation.seen_ms, body=_masked(body), unseen=observation.unseen)


def _masked(body: dict[str, Any]) -> dict[str, Any]:
    """Masked but for managedFields, which hold names of fields and no values, and are the largest part."""
    metadata = dict(body.get("metadata") or {})
    fields = metadata.pop("managedFields", None)
    if isinstance(annotations := metadata.get("annotations"), dict):
        metadata["annotations"] = {key: value for key, value in annotations.items() if key != LAST_APPLIED}
    masked: dict[str, Any] = mask_json({**body, "metadata": metadata})
    if fields is not None:
        masked["metadata"]["managedFields"] = fields
    return masked


def decoded(line: bytes) -> Line:
    """A line as it was written; raises ``msgspec.DecodeError`` for anything else."""
    return _decoder.decode(line)


def event_of(line: Line) -> SourceEvent | None:
    """The event of a line, None for the head; raises ``msgspec.DecodeError`` if an object in it cannot be read."""
    if line.type == "kinds":
        return KindsChanged(tuple(line.added), tuple(line.removed))
    if line.type == "gap":
        return GapSeen(line.group_kind, line.since_ms, line.until_ms, line.why)
    if line.type == "log":
        return LogSeen(line.namespace, line.pod, line.uid, line.container, line.previous, line.text, line.ms)
    if line.resource is None:
        return None
    observations = tuple(_observation(seen, line.resource.group_kind) for seen in line.seen)
    if line.type == "replaced":
        return Replaced(line.resource, observations, line.cursor, line.ms, line.first)
    return Observed(line.resource, observations, line.cursor)


def _observation(seen: Seen, kind: GroupKind) -> Observation:
    if seen.body is None:
        meta = msgspec.convert(seen.metadata or {}, ObjectMeta)
        return Observation(Op(seen.op), kind, PartialObject(meta), b"", seen.ms, seen.unseen)
    raw = msgspec.json.encode(seen.body)
    return Observation(Op(seen.op), kind, decode(kind, raw), raw, seen.ms, seen.unseen)
