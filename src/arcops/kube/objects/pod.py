"""Pods: spec, status and the template that workloads make them from."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from arcops.kube.objects.condition import Condition
from arcops.kube.objects.container import Container, NamedSource, SecurityContext
from arcops.kube.objects.meta import ObjectMeta
from arcops.kube.objects.placement import Affinity, Toleration, TopologySpreadConstraint
from arcops.kube.objects.scalars import Resources
from arcops.kube.objects.volume import Volume
from arcops.kube.refs import GroupKind


class PodReadinessGate(msgspec.Struct, gc=False, rename="camel"):
    """A condition that must also be True for the pod to be ready."""

    condition_type: str = ""


class PodSchedulingGate(msgspec.Struct, gc=False, rename="camel"):
    """A reason not to schedule the pod yet."""

    name: str = ""


class DnsConfig(msgspec.Struct, gc=False, rename="camel"):
    """Name servers and search domains of a pod."""

    nameservers: tuple[str, ...] | None = None
    searches: tuple[str, ...] | None = None


class PodSpec(msgspec.Struct, weakref=True, rename="camel"):
    """What a pod asks for; the same in a workload's template.

    The one struct the collector tracks, for it must be weakly referable (``podspecs.py``); 10,000 of them cost a full
    collection 3 ms.
    """

    node_name: str | None = None
    service_account_name: str | None = None
    containers: tuple[Container, ...] | None = None
    init_containers: tuple[Container, ...] | None = None
    volumes: tuple[Volume, ...] | None = None
    image_pull_secrets: tuple[NamedSource, ...] | None = None
    node_selector: dict[str, str] | None = None
    affinity: Affinity | None = None
    tolerations: tuple[Toleration, ...] | None = None
    topology_spread_constraints: tuple[TopologySpreadConstraint, ...] | None = None
    scheduling_gates: tuple[PodSchedulingGate, ...] | None = None
    readiness_gates: tuple[PodReadinessGate, ...] | None = None
    priority_class_name: str | None = None
    priority: int | None = None
    preemption_policy: str | None = None
    restart_policy: str | None = None
    termination_grace_period_seconds: int | None = None
    active_deadline_seconds: int | None = None
    host_network: bool | None = None
    host_pid: bool | None = msgspec.field(default=None, name="hostPID")
    host_ipc: bool | None = msgspec.field(default=None, name="hostIPC")
    dns_policy: str | None = None
    dns_config: DnsConfig | None = None
    security_context: SecurityContext | None = None
    overhead: Resources | None = None
    runtime_class_name: str | None = None
    scheduler_name: str | None = None
    subdomain: str | None = None


class PodTemplate(msgspec.Struct, gc=False, rename="camel"):
    """The pod a workload makes: labels and spec."""

    metadata: ObjectMeta = msgspec.field(default_factory=ObjectMeta)
    spec: PodSpec | None = None


class ContainerStateWaiting(msgspec.Struct, gc=False, rename="camel"):
    """Not started, and why."""

    reason: str | None = None
    message: str | None = None


class ContainerStateRunning(msgspec.Struct, gc=False, rename="camel"):
    """Runs since a moment."""

    started_at: str | None = None


class ContainerStateTerminated(msgspec.Struct, gc=False, rename="camel"):
    """Ended: exit code or signal, reason, the termination message."""

    exit_code: int = 0
    signal: int | None = None
    reason: str | None = None
    message: str | None = None
    started_at: str | None = None
    finished_at: str | None = None


class ContainerState(msgspec.Struct, gc=False, rename="camel"):
    """One of three; none set means waiting."""

    waiting: ContainerStateWaiting | None = None
    running: ContainerStateRunning | None = None
    terminated: ContainerStateTerminated | None = None


class ContainerStatus(msgspec.Struct, gc=False, rename="camel"):
    """How one container is doing."""

    name: str = ""
    state: ContainerState | None = None
    last_state: ContainerState | None = None
    ready: bool = False
    started: bool | None = None
    restart_count: int = 0
    image: str | None = None


class PodIP(msgspec.Struct, gc=False, rename="camel"):
    """An address of the pod."""

    ip: str = ""


class PodStatus(msgspec.Struct, gc=False, rename="camel"):
    """What the kubelet and the scheduler last said of the pod."""

    phase: str | None = None
    reason: str | None = None
    message: str | None = None
    conditions: tuple[Condition, ...] | None = None
    container_statuses: tuple[ContainerStatus, ...] | None = None
    init_container_statuses: tuple[ContainerStatus, ...] | None = None
    ephemeral_container_statuses: tuple[ContainerStatus, ...] | None = None
    start_time: str | None = None
    nominated_node_name: str | None = None
    resize: str | None = None
    """Of a change of resources, before 1.33: Proposed, InProgress, Deferred or Infeasible."""
    qos_class: str | None = None
    host_ip: str | None = msgspec.field(default=None, name="hostIP")
    pod_ip: str | None = msgspec.field(default=None, name="podIP")
    pod_ips: tuple[PodIP, ...] | None = msgspec.field(default=None, name="podIPs")


class Pod(msgspec.Struct, gc=False, rename="camel"):
    """A pod. Of its annotations only our own are here (``podspecs.OWN_ANNOTATIONS``)."""

    GROUP_KIND: ClassVar[GroupKind] = GroupKind("", "Pod")

    metadata: ObjectMeta = msgspec.field(default_factory=ObjectMeta)
    spec: PodSpec | None = None
    status: PodStatus | None = None
