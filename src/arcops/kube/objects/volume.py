"""Where a pod's volumes come from: only the sources that name another object or a driver."""

from __future__ import annotations

import msgspec

from arcops.kube.objects.meta import ObjectMeta
from arcops.kube.objects.scalars import Resources
from arcops.kube.objects.selector import LabelSelector


class KeyToPath(msgspec.Struct, gc=False, rename="camel"):
    """One key that must be there."""

    key: str = ""
    path: str = ""


class ConfigMapVolume(msgspec.Struct, gc=False, rename="camel"):
    """A ConfigMap as files; the same shape serves a projected ConfigMap or Secret."""

    name: str = ""
    items: tuple[KeyToPath, ...] | None = None
    optional: bool | None = None


class SecretVolume(msgspec.Struct, gc=False, rename="camel"):
    """A Secret as files."""

    secret_name: str = ""
    items: tuple[KeyToPath, ...] | None = None
    optional: bool | None = None


class ClaimVolume(msgspec.Struct, gc=False, rename="camel"):
    """A PersistentVolumeClaim."""

    claim_name: str = ""
    read_only: bool | None = None


class ProjectedSource(msgspec.Struct, gc=False, rename="camel"):
    """One part of a projected volume; parts that name no object are left out."""

    config_map: ConfigMapVolume | None = None
    secret: ConfigMapVolume | None = None


class ProjectedVolume(msgspec.Struct, gc=False, rename="camel"):
    """Several sources in one folder."""

    sources: tuple[ProjectedSource, ...] | None = None


class SecretReference(msgspec.Struct, gc=False, rename="camel"):
    """A Secret by name, of another namespace where one is given."""

    name: str = ""
    namespace: str | None = None


class CsiVolume(msgspec.Struct, gc=False, rename="camel"):
    """A volume of a CSI driver: inline in a pod, or behind a PersistentVolume."""

    driver: str = ""
    volume_handle: str | None = None
    node_publish_secret_ref: SecretReference | None = None


class HostPathVolume(msgspec.Struct, gc=False, rename="camel"):
    """A folder of the node."""

    path: str = ""
    type: str | None = None


class NfsVolume(msgspec.Struct, gc=False, rename="camel"):
    """An NFS export."""

    server: str = ""
    path: str = ""


class ClaimSpec(msgspec.Struct, gc=False, rename="camel"):
    """What a PersistentVolumeClaim asks for."""

    access_modes: tuple[str, ...] | None = None
    selector: LabelSelector | None = None
    resources: ClaimResources | None = None
    volume_name: str | None = None
    storage_class_name: str | None = None
    volume_mode: str | None = None
    volume_attributes_class_name: str | None = None


class ClaimResources(msgspec.Struct, gc=False, rename="camel"):
    """The size asked for."""

    requests: Resources | None = None
    limits: Resources | None = None


class ClaimTemplate(msgspec.Struct, gc=False, rename="camel"):
    """The claim that an ephemeral volume or a StatefulSet makes."""

    metadata: ObjectMeta = msgspec.field(default_factory=ObjectMeta)
    spec: ClaimSpec | None = None


class EphemeralVolume(msgspec.Struct, gc=False, rename="camel"):
    """A claim that lives and dies with the pod, named ``<pod>-<volume>``."""

    volume_claim_template: ClaimTemplate | None = None


class Volume(msgspec.Struct, gc=False, rename="camel"):
    """One volume of a pod."""

    name: str = ""
    config_map: ConfigMapVolume | None = None
    secret: SecretVolume | None = None
    persistent_volume_claim: ClaimVolume | None = None
    projected: ProjectedVolume | None = None
    csi: CsiVolume | None = None
    ephemeral: EphemeralVolume | None = None
    host_path: HostPathVolume | None = None
    nfs: NfsVolume | None = None
