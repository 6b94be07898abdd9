"""Nodes."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from arcops.kube.objects.condition import NodeCondition
from arcops.kube.objects.meta import ObjectMeta
from arcops.kube.objects.scalars import Resources
from arcops.kube.refs import GroupKind


class Taint(msgspec.Struct, gc=False, rename="camel"):
    """What keeps pods that do not tolerate it away; ``effect`` is NoSchedule, PreferNoSchedule or NoExecute."""

    key: str = ""
    value: str | None = None
    effect: str = ""
    time_added: str | None = None


class NodeSpec(msgspec.Struct, gc=False, rename="camel"):
    """What is asked of the node; ``unschedulable`` is a cordon."""

    unschedulable: bool | None = None
    taints: tuple[Taint, ...] | None = None
    provider_id: str | None = msgspec.field(default=None, name="providerID")


class NodeAddress(msgspec.Struct, gc=False, rename="camel"):
    """``InternalIP``, ``ExternalIP`` or ``Hostname``."""

    type: str = ""
    address: str = ""


class NodeSystemInfo(msgspec.Struct, gc=False, rename="camel"):
    """Versions of what runs on the node."""

    kernel_version: str = ""
    os_image: str = ""
    container_runtime_version: str = ""
    kubelet_version: str = ""
    operating_system: str = ""
    architecture: str = ""


class AttachedVolume(msgspec.Struct, gc=False, rename="camel"):
    """A volume that is attached."""

    name: str = ""
    device_path: str | None = None


class NodeStatus(msgspec.Struct, gc=False, rename="camel"):
    """What the kubelet reports (without the list of images: 50 of them a node, which nobody asks for)."""

    capacity: Resources | None = None
    allocatable: Resources | None = None
    conditions: tuple[NodeCondition, ...] | None = None
    addresses: tuple[NodeAddress, ...] | None = None
    node_info: NodeSystemInfo | None = None
    volumes_attached: tuple[AttachedVolume, ...] | None = None


class Node(msgspec.Struct, gc=False, rename="camel"):
    """A node."""

    GROUP_KIND: ClassVar[GroupKind] = GroupKind("", "Node")

    metadata: ObjectMeta = msgspec.field(default_factory=ObjectMeta)
    spec: NodeSpec | None = None
    status: NodeStatus | None = None
