"""HorizontalPodAutoscalers: autoscaling/v2, and v1's single CPU target beside it."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from arcops.kube.objects.condition import Condition
from arcops.kube.objects.meta import ObjectMeta
from arcops.kube.objects.scalars import Quantity
from arcops.kube.objects.selector import LabelSelector
from arcops.kube.refs import GroupKind, ObjectRef, group_of


class CrossVersionObjectReference(msgspec.Struct, gc=False, rename="camel"):
    """The object to scale, or that a metric describes; in the autoscaler's namespace."""

    kind: str = ""
    name: str = ""
    api_version: str = ""

    def ref_in(self, namespace: str) -> ObjectRef:
        """The object's name, in ``namespace``."""
        return ObjectRef(group_of(self.api_version), self.kind, namespace, self.name)


class MetricValue(msgspec.Struct, gc=False, rename="camel"):
    """A target or a current value; ``average_utilization`` is a percentage of the requests."""

    type: str | None = None
    value: Quantity | None = None
    average_value: Quantity | None = None
    average_utilization: int | None = None


class MetricIdentifier(msgspec.Struct, gc=False, rename="camel"):
    """A custom metric's name."""

    name: str = ""
    selector: LabelSelector | None = None


class MetricSource(msgspec.Struct, gc=False, rename="camel"):
    """One metric, of any of the five types: ``name`` for resources, ``metric`` for custom ones; target or current value."""

    name: str | None = None
    container: str | None = None
    metric: MetricIdentifier | None = None
    described_object: CrossVersionObjectReference | None = None
    target: MetricValue | None = None
    current: MetricValue | None = None


class Metric(msgspec.Struct, gc=False, rename="camel"):
    """One wanted or measured metric; ``type`` names the field that is set."""

    type: str = ""
    resource: MetricSource | None = None
    container_resource: MetricSource | None = None
    pods: MetricSource | None = None
    object: MetricSource | None = None
    external: MetricSource | None = None

    @property
    def source(self) -> MetricSource | None:
        """Whichever of the five is set."""
        return self.resource or self.container_resource or self.pods or self.object or self.external


class HorizontalPodAutoscalerSpec(msgspec.Struct, gc=False, rename="camel"):
    """What to scale, between which bounds, by which metrics. Absent ``min_replicas`` means 1."""

    scale_target_ref: CrossVersionObjectReference | None = None
    min_replicas: int | None = None
    max_replicas: int = 0
    metrics: tuple[Metric, ...] | None = None
    target_cpu_utilization_percentage: int | None = msgspec.field(default=None, name="targetCPUUtilizationPercentage")


class HorizontalPodAutoscalerStatus(msgspec.Struct, gc=False, rename="camel"):
    """What it sees and does."""

    observed_generation: int | None = None
    last_scale_time: str | None = None
    current_replicas: int | None = None
    desired_replicas: int | None = None
    current_metrics: tuple[Metric, ...] | None = None
    current_cpu_utilization_percentage: int | None = msgspec.field(default=None, name="currentCPUUtilizationPercentage")
    conditions: tuple[Condition, ...] | None = None


class HorizontalPodAutoscaler(msgspec.Struct, gc=False, rename="camel"):
    """A HorizontalPodAutoscaler."""

    GROUP_KIND: ClassVar[GroupKind] = GroupKind("autoscaling", "HorizontalPodAutoscaler")

    metadata: ObjectMeta = msgspec.field(default_factory=ObjectMeta)
    spec: HorizontalPodAutoscalerSpec | None = None
    status: HorizontalPodAutoscalerStatus | None = None
