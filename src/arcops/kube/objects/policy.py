"""Rules over groups of pods or a namespace: PodDisruptionBudget, ResourceQuota, LimitRange, PriorityClass."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from arcops.kube.objects.condition import Condition
from arcops.kube.objects.meta import ObjectMeta
from arcops.kube.objects.scalars import IntOrString, Resources
from arcops.kube.objects.selector import LabelSelector
from arcops.kube.refs import GroupKind


class PodDisruptionBudgetSpec(msgspec.Struct, gc=False, rename="camel"):
    """How many of the selected pods must stay."""

    min_available: IntOrString | None = None
    max_unavailable: IntOrString | None = None
    selector: LabelSelector | None = None
    unhealthy_pod_eviction_policy: str | None = None


class PodDisruptionBudgetStatus(msgspec.Struct, gc=False, rename="camel"):
    """How many there are, and how many may go now."""

    observed_generation: int | None = None
    disruptions_allowed: int = 0
    current_healthy: int = 0
    desired_healthy: int = 0
    expected_pods: int = 0
    conditions: tuple[Condition, ...] | None = None


class PodDisruptionBudget(msgspec.Struct, gc=False, rename="camel"):
    """A PodDisruptionBudget."""

    GROUP_KIND: ClassVar[GroupKind] = GroupKind("policy", "PodDisruptionBudget")

    metadata: ObjectMeta = msgspec.field(default_factory=ObjectMeta)
    spec: PodDisruptionBudgetSpec | None = None
    status: PodDisruptionBudgetStatus | None = None


class ResourceQuotaSpec(msgspec.Struct, gc=False, rename="camel"):
    """The limits wanted, by resource name."""

    hard: Resources | None = None
    scopes: tuple[str, ...] | None = None


class ResourceQuotaStatus(msgspec.Struct, gc=False, rename="camel"):
    """The limits in force and what is used of them."""

    hard: Resources | None = None
    used: Resources | None = None


class ResourceQuota(msgspec.Struct, gc=False, rename="camel"):
    """A ResourceQuota of a namespace."""

    GROUP_KIND: ClassVar[GroupKind] = GroupKind("", "ResourceQuota")

    metadata: ObjectMeta = msgspec.field(default_factory=ObjectMeta)
    spec: ResourceQuotaSpec | None = None
    status: ResourceQuotaStatus | None = None


class LimitRangeItem(msgspec.Struct, gc=False, rename="camel"):
    """Bounds and defaults for one type: ``Container``, ``Pod`` or ``PersistentVolumeClaim``."""

    type: str = ""
    max: Resources | None = None
    min: Resources | None = None
    default: Resources | None = None
    default_request: Resources | None = None
    max_limit_request_ratio: Resources | None = None


class LimitRangeSpec(msgspec.Struct, gc=False, rename="camel"):
    """All bounds of a LimitRange."""

    limits: tuple[LimitRangeItem, ...] | None = None


class LimitRange(msgspec.Struct, gc=False, rename="camel"):
    """A LimitRange of a namespace."""

    GROUP_KIND: ClassVar[GroupKind] = GroupKind("", "LimitRange")

    metadata: ObjectMeta = msgspec.field(default_factory=ObjectMeta)
    spec: LimitRangeSpec | None = None


class PriorityClass(msgspec.Struct, gc=False, rename="camel"):
    """A PriorityClass; higher ``value`` may push out lower."""

    GROUP_KIND: ClassVar[GroupKind] = GroupKind("scheduling.k8s.io", "PriorityClass")

    metadata: ObjectMeta = msgspec.field(default_factory=ObjectMeta)
    value: int = 0
    global_default: bool | None = None
    preemption_policy: str | None = None
    description: str | None = None
