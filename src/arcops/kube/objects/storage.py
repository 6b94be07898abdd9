"""Claims, volumes, classes and attachments."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from arcops.kube.objects.condition import Condition
from arcops.kube.objects.event import ObjectReference
from arcops.kube.objects.meta import ObjectMeta
from arcops.kube.objects.placement import NodeSelector
from arcops.kube.objects.scalars import IntOrString, Resources
from arcops.kube.objects.volume import ClaimSpec, CsiVolume, HostPathVolume, NfsVolume
from arcops.kube.refs import GroupKind


class PersistentVolumeClaimStatus(msgspec.Struct, gc=False, rename="camel"):
    """``phase`` is Pending, Bound or Lost; ``capacity`` what there really is."""

    phase: str | None = None
    access_modes: tuple[str, ...] | None = None
    capacity: Resources | None = None
    conditions: tuple[Condition, ...] | None = None


class PersistentVolumeClaim(msgspec.Struct, gc=False, rename="camel"):
    """A PersistentVolumeClaim."""

    GROUP_KIND: ClassVar[GroupKind] = GroupKind("", "PersistentVolumeClaim")

    metadata: ObjectMeta = msgspec.field(default_factory=ObjectMeta)
    spec: ClaimSpec | None = None
    status: PersistentVolumeClaimStatus | None = None


class VolumeNodeAffinity(msgspec.Struct, gc=False, rename="camel"):
    """Nodes from which a volume can be reached."""

    required: NodeSelector | None = None


class LocalVolume(msgspec.Struct, gc=False, rename="camel"):
    """A disk of one node."""

    path: str = ""


class PersistentVolumeSpec(msgspec.Struct, gc=False, rename="camel"):
    """What a volume is and whom it serves."""

    capacity: Resources | None = None
    access_modes: tuple[str, ...] | None = None
    claim_ref: ObjectReference | None = None
    persistent_volume_reclaim_policy: str | None = None
    storage_class_name: str | None = None
    volume_mode: str | None = None
    volume_attributes_class_name: str | None = None
    node_affinity: VolumeNodeAffinity | None = None
    csi: CsiVolume | None = None
    nfs: NfsVolume | None = None
    host_path: HostPathVolume | None = None
    local: LocalVolume | None = None


class PersistentVolumeStatus(msgspec.Struct, gc=False, rename="camel"):
    """``phase`` is Pending, Available, Bound, Released or Failed."""

    phase: str | None = None
    reason: str | None = None
    message: str | None = None
    last_phase_transition_time: str | None = None


class PersistentVolume(msgspec.Struct, gc=False, rename="camel"):
    """A PersistentVolume."""

    GROUP_KIND: ClassVar[GroupKind] = GroupKind("", "PersistentVolume")

    metadata: ObjectMeta = msgspec.field(default_factory=ObjectMeta)
    spec: PersistentVolumeSpec | None = None
    status: PersistentVolumeStatus | None = None


class StorageClass(msgspec.Struct, gc=False, rename="camel"):
    """A StorageClass; the default one carries the annotation ``storageclass.kubernetes.io/is-default-class``."""

    GROUP_KIND: ClassVar[GroupKind] = GroupKind("storage.k8s.io", "StorageClass")

    metadata: ObjectMeta = msgspec.field(default_factory=ObjectMeta)
    provisioner: str = ""
    reclaim_policy: str | None = None
    volume_binding_mode: str | None = None
    allow_volume_expansion: bool | None = None


class VolumeAttachmentSource(msgspec.Struct, gc=False, rename="camel"):
    """What is attached."""

    persistent_volume_name: str | None = None


class VolumeAttachmentSpec(msgspec.Struct, gc=False, rename="camel"):
    """Which volume to which node by which driver."""

    attacher: str = ""
    node_name: str = ""
    source: VolumeAttachmentSource | None = None


class VolumeError(msgspec.Struct, gc=False, rename="camel"):
    """Why attaching or detaching failed last."""

    time: str | None = None
    message: str | None = None


class VolumeAttachmentStatus(msgspec.Struct, gc=False, rename="camel"):
    """Whether it is attached."""

    attached: bool = False
    attach_error: VolumeError | None = None
    detach_error: VolumeError | None = None


class VolumeAttachment(msgspec.Struct, gc=False, rename="camel"):
    """A VolumeAttachment."""

    GROUP_KIND: ClassVar[GroupKind] = GroupKind("storage.k8s.io", "VolumeAttachment")

    metadata: ObjectMeta = msgspec.field(default_factory=ObjectMeta)
    spec: VolumeAttachmentSpec | None = None
    status: VolumeAttachmentStatus | None = None


class CSIDriverSpec(msgspec.Struct, gc=False, rename="camel"):
    """What the driver supports."""

    attach_required: bool | None = None


class CSIDriver(msgspec.Struct, gc=False, rename="camel"):
    """An installed CSI driver."""

    GROUP_KIND: ClassVar[GroupKind] = GroupKind("storage.k8s.io", "CSIDriver")

    metadata: ObjectMeta = msgspec.field(default_factory=ObjectMeta)
    spec: CSIDriverSpec | None = None


class CSINodeAllocatable(msgspec.Struct, gc=False, rename="camel"):
    """How many volumes of the driver the node takes."""

    count: IntOrString | None = None


class CSINodeDriver(msgspec.Struct, gc=False, rename="camel"):
    """A driver registered on a node."""

    name: str = ""
    allocatable: CSINodeAllocatable | None = None


class CSINodeSpec(msgspec.Struct, gc=False, rename="camel"):
    """The drivers of a node."""

    drivers: tuple[CSINodeDriver, ...] | None = None


class CSINode(msgspec.Struct, gc=False, rename="camel"):
    """Which CSI drivers run on the node of the same name."""

    GROUP_KIND: ClassVar[GroupKind] = GroupKind("storage.k8s.io", "CSINode")

    metadata: ObjectMeta = msgspec.field(default_factory=ObjectMeta)
    spec: CSINodeSpec | None = None
