"""Letting objects share what one template gave them: replicas differ in name and status, hardly ever in containers.

The same containers stand in a Deployment, in each of its ReplicaSets (ten old ones by default) and in every pod. Measured
with benchmarks/index_rate.py: about half of what 10,000 pods and their workloads hold otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from arcops.inventory.podspecs import spec_of, template_of
from arcops.kube.objects.container import Container
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.pod import Pod, PodSpec

_FROM_TEMPLATE: Final = (
    "node_selector",
    "affinity",
    "tolerations",
    "topology_spread_constraints",
    "image_pull_secrets",
    "security_context",
    "volumes",
)
_OF_CONTAINER: Final = (
    "command", "args", "env", "env_from", "ports", "volume_mounts", "resources", "liveness_probe", "readiness_probe", "startup_probe",
    "security_context",
)  # fmt: skip


def share_with_before(new: KubeObject, old: KubeObject) -> None:
    """Let a changed object keep the parts of its old self that are equal."""
    if new.metadata.annotations == old.metadata.annotations:
        new.metadata.annotations = old.metadata.annotations
    if type(new) is Pod and type(old) is Pod:
        if new.spec is not old.spec and new.spec == old.spec:
            new.spec = old.spec
        if new.status and old.status and new.status.conditions == old.status.conditions:
            new.status.conditions = old.status.conditions
    else:
        _share_template(new, old)


def share_with_relative(new: KubeObject, other: KubeObject) -> None:
    """Let a new object use the equal parts of another of the same template: a sibling, its owner, something it owns."""
    meta, theirs = new.metadata, other.metadata
    if meta.owner_references == theirs.owner_references:
        meta.owner_references = theirs.owner_references
    mine, held = spec_of(new), spec_of(other)
    if mine is not None and held is not None and mine.spec.containers is not held.spec.containers:
        _share_spec(mine.spec, held.spec)


def _share_template(new: KubeObject, old: KubeObject) -> None:
    fresh, held = template_of(new), template_of(old)
    if fresh is None or held is None:
        return
    if fresh.metadata == held.metadata:
        fresh.metadata = held.metadata
    if fresh.spec == held.spec:
        fresh.spec = held.spec
    elif fresh.spec and held.spec:
        _share_spec(fresh.spec, held.spec)


def _share_spec(new: PodSpec, other: PodSpec) -> None:
    _share_fields(new, other, _FROM_TEMPLATE)
    new.containers = _shared(new.containers, other.containers)
    new.init_containers = _shared(new.init_containers, other.init_containers)


def _shared(new: tuple[Container, ...] | None, other: tuple[Container, ...] | None) -> tuple[Container, ...] | None:
    """The other's containers if they are equal; else the new ones, with what is equal in them taken from the others."""
    if new is None or other is None or new is other:
        return new
    if new == other:
        return other
    _share_each(new, {container.name: container for container in other})
    return new


def _share_each(new: Sequence[Container], held: dict[str, Container]) -> None:
    for container in new:
        other = held.get(container.name)
        if other is not None:
            _share_fields(container, other, _OF_CONTAINER)


def _share_fields(new: PodSpec | Container, other: PodSpec | Container, fields: Sequence[str]) -> None:
    for field in fields:
        value = getattr(other, field)
        if value is not None and getattr(new, field) == value:
            setattr(new, field, value)
