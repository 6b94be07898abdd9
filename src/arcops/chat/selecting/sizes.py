"""How large objects are, by kind: the storage of claims and volumes, the replicas of workloads, the keys of settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from arcops.findings.amounts import read_amounts, shown
from arcops.findings.replicas import replicas_of
from arcops.inventory.base import Entry
from arcops.kube.objects.config import ConfigMap
from arcops.kube.objects.storage import PersistentVolume, PersistentVolumeClaim
from arcops.kube.refs import GroupKind


@dataclass(frozen=True, slots=True)
class Size:
    """``noun`` names it, ``of`` compares it, ``shown`` writes it; "" where an object has none."""

    noun: str
    of: Callable[[Entry], int]
    shown: Callable[[Entry], str]


def size_of(kind: GroupKind) -> Size | None:
    """What the size of a kind is, None where it has none."""
    return _SIZES.get(kind.kind)


def _storage(entry: Entry) -> int:
    obj = entry.obj
    if isinstance(obj, PersistentVolume):
        amounts = obj.spec.capacity if obj.spec else None
    elif isinstance(obj, PersistentVolumeClaim):
        wanted = obj.spec.resources.requests if obj.spec and obj.spec.resources else None
        amounts = (obj.status.capacity if obj.status else None) or wanted
    else:
        amounts = None
    return read_amounts(amounts or {}).get("storage", 0)


def _storage_text(entry: Entry) -> str:
    size = _storage(entry)
    return shown("memory", size) if size else ""


def _replicas(entry: Entry) -> int:
    counts = replicas_of(entry.obj)
    return counts.wanted if counts else 0


def _replicas_text(entry: Entry) -> str:
    count = _replicas(entry)
    return f"{count:,} replica{'' if count == 1 else 's'}" if replicas_of(entry.obj) else ""


def _bytes(entry: Entry) -> int:
    data = entry.obj.data if isinstance(entry.obj, ConfigMap) else None
    return sum(len(key) + len(value) for key, value in (data or {}).items())


_STORAGE = Size("size", _storage, _storage_text)
_REPLICAS = Size("number of replicas", _replicas, _replicas_text)
_SIZES = {
    "PersistentVolumeClaim": _STORAGE,
    "PersistentVolume": _STORAGE,
    "Deployment": _REPLICAS,
    "StatefulSet": _REPLICAS,
    "ReplicaSet": _REPLICAS,
    "DaemonSet": _REPLICAS,
    "ConfigMap": Size("text", _bytes, lambda entry: f"{_bytes(entry):,} letters"),
}
