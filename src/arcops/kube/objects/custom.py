"""Objects of kinds arcops has no type for: metadata, and what such kinds usually say of their health.

Nothing binds a custom resource to these shapes. ``read_loosely`` takes what fits and leaves the rest.
"""

from __future__ import annotations

from typing import Any

import msgspec

from arcops.kube.objects.autoscaling import CrossVersionObjectReference
from arcops.kube.objects.condition import GenerationCondition
from arcops.kube.objects.meta import ObjectMeta

RawBody = Any
"""A JSON value of unknown shape."""


class NamedStatus(msgspec.Struct, gc=False, rename="camel"):
    """A nested verdict, as Argo CD's ``status.health`` and ``status.sync``."""

    status: str | None = None
    message: str | None = None


class CustomStatus(msgspec.Struct, gc=False, rename="camel"):
    """The fields of a status by which custom kinds report health, where they have them."""

    conditions: tuple[GenerationCondition, ...] | None = None
    observed_generation: int | None = None
    phase: str | None = None
    state: str | None = None
    reason: str | None = None
    message: str | None = None
    ready: bool | int | str | None = None
    health: NamedStatus | str | None = None
    sync: NamedStatus | str | None = None
    not_after: str | None = None


class CustomSpec(msgspec.Struct, gc=False, rename="camel"):
    """The few settings that change how a status is read, or name another object."""

    suspend: bool | None = None
    paused: bool | None = None
    secret_name: str | None = None
    scale_target_ref: CrossVersionObjectReference | None = None


class CustomObject(msgspec.Struct, gc=False, rename="camel"):
    """An object of any other kind."""

    metadata: ObjectMeta = msgspec.field(default_factory=ObjectMeta)
    api_version: str = ""
    kind: str = ""
    spec: CustomSpec | None = None
    status: CustomStatus | None = None


def read_loosely(body: RawBody) -> CustomObject:
    """A custom object from parsed JSON: only ``metadata`` must have its right shape (``msgspec.ValidationError`` if not)."""
    if not isinstance(body, dict):
        return msgspec.convert(body, CustomObject)
    found = msgspec.convert({"metadata": body.get("metadata", {})}, CustomObject)
    found.api_version = str(body.get("apiVersion") or "")
    found.kind = str(body.get("kind") or "")
    found.spec = msgspec.convert(_fitting(CustomSpec, body.get("spec")), CustomSpec)
    status = _fitting(CustomStatus, body.get("status"))
    listed = (body.get("status") or {}).get("conditions") if isinstance(body.get("status"), dict) else None
    if "conditions" not in status and isinstance(listed, list):
        status["conditions"] = [c for c in listed if _fits(c, GenerationCondition)]
    found.status = msgspec.convert(status, CustomStatus)
    return found


def _fitting(kind: type[msgspec.Struct], value: RawBody) -> dict[str, RawBody]:
    """Those fields of ``value`` that ``kind`` knows and whose types it accepts."""
    if not isinstance(value, dict):
        return {}
    known = {field.encode_name: field.type for field in msgspec.structs.fields(kind)}
    return {name: value[name] for name, type_ in known.items() if name in value and _fits(value[name], type_)}


def _fits(value: RawBody, type_: RawBody) -> bool:
    try:
        msgspec.convert(value, type_)
    except msgspec.ValidationError:
        return False
    return True
