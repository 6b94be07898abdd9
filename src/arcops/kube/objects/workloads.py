"""The kinds that make pods and keep them running: Deployment, ReplicaSet, StatefulSet, DaemonSet, ReplicationController."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from arcops.kube.objects.condition import Condition, ProgressCondition
from arcops.kube.objects.meta import ObjectMeta
from arcops.kube.objects.pod import PodTemplate
from arcops.kube.objects.scalars import IntOrString
from arcops.kube.objects.selector import LabelSelector
from arcops.kube.objects.volume import ClaimTemplate
from arcops.kube.refs import GroupKind


class RollingUpdate(msgspec.Struct, gc=False, rename="camel"):
    """How many pods a rollout may add or take away; ``partition`` is the lowest ordinal a StatefulSet updates."""

    max_surge: IntOrString | None = None
    max_unavailable: IntOrString | None = None
    partition: int | None = None


class UpdateStrategy(msgspec.Struct, gc=False, rename="camel"):
    """``RollingUpdate``, ``Recreate`` or ``OnDelete``."""

    type: str | None = None
    rolling_update: RollingUpdate | None = None


class DeploymentSpec(msgspec.Struct, gc=False, rename="camel"):
    """What a Deployment wants. Absent ``replicas`` means 1, absent ``progress_deadline_seconds`` 600."""

    replicas: int | None = None
    selector: LabelSelector | None = None
    template: PodTemplate | None = None
    strategy: UpdateStrategy | None = None
    min_ready_seconds: int | None = None
    revision_history_limit: int | None = None
    paused: bool | None = None
    progress_deadline_seconds: int | None = None


class DeploymentStatus(msgspec.Struct, gc=False, rename="camel"):
    """How far a Deployment is; absent counts are 0."""

    observed_generation: int | None = None
    replicas: int | None = None
    updated_replicas: int | None = None
    ready_replicas: int | None = None
    available_replicas: int | None = None
    unavailable_replicas: int | None = None
    conditions: tuple[ProgressCondition, ...] | None = None


class Deployment(msgspec.Struct, gc=False, rename="camel"):
    """A Deployment."""

    GROUP_KIND: ClassVar[GroupKind] = GroupKind("apps", "Deployment")

    metadata: ObjectMeta = msgspec.field(default_factory=ObjectMeta)
    spec: DeploymentSpec | None = None
    status: DeploymentStatus | None = None


class ReplicaSetSpec(msgspec.Struct, gc=False, rename="camel"):
    """What a ReplicaSet wants."""

    replicas: int | None = None
    selector: LabelSelector | None = None
    template: PodTemplate | None = None
    min_ready_seconds: int | None = None


class ReplicaSetStatus(msgspec.Struct, gc=False, rename="camel"):
    """How far a ReplicaSet or ReplicationController is; absent counts are 0."""

    observed_generation: int | None = None
    replicas: int | None = None
    ready_replicas: int | None = None
    available_replicas: int | None = None
    fully_labeled_replicas: int | None = None
    conditions: tuple[Condition, ...] | None = None


class ReplicaSet(msgspec.Struct, gc=False, rename="camel"):
    """A ReplicaSet: one revision of a Deployment."""

    GROUP_KIND: ClassVar[GroupKind] = GroupKind("apps", "ReplicaSet")

    metadata: ObjectMeta = msgspec.field(default_factory=ObjectMeta)
    spec: ReplicaSetSpec | None = None
    status: ReplicaSetStatus | None = None


class ReplicationControllerSpec(msgspec.Struct, gc=False, rename="camel"):
    """What a ReplicationController wants; its selector is plain labels."""

    replicas: int | None = None
    selector: dict[str, str] | None = None
    template: PodTemplate | None = None


class ReplicationController(msgspec.Struct, gc=False, rename="camel"):
    """A ReplicationController."""

    GROUP_KIND: ClassVar[GroupKind] = GroupKind("", "ReplicationController")

    metadata: ObjectMeta = msgspec.field(default_factory=ObjectMeta)
    spec: ReplicationControllerSpec | None = None
    status: ReplicaSetStatus | None = None


class Ordinals(msgspec.Struct, gc=False, rename="camel"):
    """Where a StatefulSet starts to count."""

    start: int | None = None


class StatefulSetSpec(msgspec.Struct, gc=False, rename="camel"):
    """What a StatefulSet wants."""

    replicas: int | None = None
    selector: LabelSelector | None = None
    template: PodTemplate | None = None
    service_name: str | None = None
    pod_management_policy: str | None = None
    update_strategy: UpdateStrategy | None = None
    volume_claim_templates: tuple[ClaimTemplate, ...] | None = None
    min_ready_seconds: int | None = None
    ordinals: Ordinals | None = None


class StatefulSetStatus(msgspec.Struct, gc=False, rename="camel"):
    """How far a StatefulSet is; absent counts are 0."""

    observed_generation: int | None = None
    replicas: int | None = None
    ready_replicas: int | None = None
    current_replicas: int | None = None
    updated_replicas: int | None = None
    available_replicas: int | None = None
    current_revision: str | None = None
    update_revision: str | None = None
    conditions: tuple[Condition, ...] | None = None


class StatefulSet(msgspec.Struct, gc=False, rename="camel"):
    """A StatefulSet."""

    GROUP_KIND: ClassVar[GroupKind] = GroupKind("apps", "StatefulSet")

    metadata: ObjectMeta = msgspec.field(default_factory=ObjectMeta)
    spec: StatefulSetSpec | None = None
    status: StatefulSetStatus | None = None


class DaemonSetSpec(msgspec.Struct, gc=False, rename="camel"):
    """What a DaemonSet wants."""

    selector: LabelSelector | None = None
    template: PodTemplate | None = None
    update_strategy: UpdateStrategy | None = None
    min_ready_seconds: int | None = None


class DaemonSetStatus(msgspec.Struct, gc=False, rename="camel"):
    """How far a DaemonSet is; the first four counts are always sent."""

    observed_generation: int | None = None
    desired_number_scheduled: int = 0
    current_number_scheduled: int = 0
    number_misscheduled: int = 0
    number_ready: int = 0
    updated_number_scheduled: int | None = None
    number_available: int | None = None
    number_unavailable: int | None = None
    conditions: tuple[Condition, ...] | None = None


class DaemonSet(msgspec.Struct, gc=False, rename="camel"):
    """A DaemonSet."""

    GROUP_KIND: ClassVar[GroupKind] = GroupKind("apps", "DaemonSet")

    metadata: ObjectMeta = msgspec.field(default_factory=ObjectMeta)
    spec: DaemonSetSpec | None = None
    status: DaemonSetStatus | None = None
