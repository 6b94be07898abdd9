"""Columns of claims, volumes, classes and attachments."""

from __future__ import annotations

from collections.abc import Iterable

from arcops.kube.objects.scalars import Resources
from arcops.kube.objects.storage import (
    CSINode,
    PersistentVolume,
    PersistentVolumeClaim,
    PersistentVolumeSpec,
    StorageClass,
    VolumeAttachment,
    VolumeAttachmentSpec,
)
from arcops.kube.objects.volume import ClaimSpec
from arcops.kube.printers.base import UNSET, age, bool_text, columns_of, number, plain

_CLAIM = ClaimSpec()
_VOLUME = PersistentVolumeSpec()
_ATTACHMENT = VolumeAttachmentSpec()
_MODES = (("ReadWriteOnce", "RWO"), ("ReadOnlyMany", "ROX"), ("ReadWriteMany", "RWX"), ("ReadWriteOncePod", "RWOP"))
_CLASS = "volume.beta.kubernetes.io/storage-class"
_DEFAULT = ("storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class")


def access_modes_text(modes: Iterable[str] | None) -> str:
    """``RWO,ROX``: in kubectl's order, each once."""
    present = set(modes or ())
    return ",".join(short for mode, short in _MODES if mode in present)


def is_default_class(obj: StorageClass) -> bool:
    """Whether claims that name no class get this one."""
    annotations = obj.metadata.annotations or {}
    return any(annotations.get(name) == "true" for name in _DEFAULT)


def class_of(obj: PersistentVolumeClaim | PersistentVolume) -> str:
    """The class by annotation or field, or empty."""
    old = (obj.metadata.annotations or {}).get(_CLASS)
    return old if old is not None else (obj.spec.storage_class_name if obj.spec else None) or ""


def _storage(resources: Resources | None) -> str:
    return str((resources or {}).get("storage", "0"))


def _claim_phase(obj: PersistentVolumeClaim | PersistentVolume) -> str:
    return "Terminating" if obj.metadata.deletion_timestamp else (obj.status.phase if obj.status else None) or ""


def _claim_capacity(obj: PersistentVolumeClaim) -> str:
    if not (obj.spec or _CLAIM).volume_name:
        return ""
    return _storage(obj.status.capacity if obj.status else None)


def _claim_modes(obj: PersistentVolumeClaim) -> str:
    if not (obj.spec or _CLAIM).volume_name:
        return ""
    return access_modes_text(obj.status.access_modes if obj.status else None)


def _claim_of(obj: PersistentVolume) -> str:
    claim = (obj.spec or _VOLUME).claim_ref
    return f"{claim.namespace}/{claim.name}" if claim else ""


def _attached(obj: VolumeAttachment) -> str:
    source = (obj.spec or _ATTACHMENT).source
    return (source.persistent_volume_name if source else None) or ""


_class_columns = columns_of(
    StorageClass,
    plain("PROVISIONER", lambda obj: obj.provisioner),
    plain("RECLAIMPOLICY", lambda obj: obj.reclaim_policy or "Delete"),
    plain("VOLUMEBINDINGMODE", lambda obj: obj.volume_binding_mode or "Immediate"),
    plain("ALLOWVOLUMEEXPANSION", lambda obj: bool_text(obj.allow_volume_expansion)),
    age(),
)


def _class_name(obj: StorageClass) -> str:
    return f"{obj.metadata.name} (default)" if is_default_class(obj) else obj.metadata.name


COLUMNS = dict((
    columns_of(
        PersistentVolumeClaim,
        plain("STATUS", _claim_phase),
        plain("VOLUME", lambda obj: (obj.spec or _CLAIM).volume_name or ""),
        plain("CAPACITY", _claim_capacity),
        plain("ACCESS MODES", _claim_modes),
        plain("STORAGECLASS", class_of),
        plain("VOLUMEATTRIBUTESCLASS", lambda obj: (obj.spec or _CLAIM).volume_attributes_class_name or UNSET),
        age(),
        plain("VOLUMEMODE", lambda obj: (obj.spec or _CLAIM).volume_mode or UNSET, wide=True),
    ),
    columns_of(
        PersistentVolume,
        plain("CAPACITY", lambda obj: _storage((obj.spec or _VOLUME).capacity)),
        plain("ACCESS MODES", lambda obj: access_modes_text((obj.spec or _VOLUME).access_modes)),
        plain("RECLAIM POLICY", lambda obj: (obj.spec or _VOLUME).persistent_volume_reclaim_policy or ""),
        plain("STATUS", _claim_phase),
        plain("CLAIM", _claim_of),
        plain("STORAGECLASS", class_of),
        plain("VOLUMEATTRIBUTESCLASS", lambda obj: (obj.spec or _VOLUME).volume_attributes_class_name or UNSET),
        plain("REASON", lambda obj: (obj.status.reason if obj.status else None) or ""),
        age(),
        plain("VOLUMEMODE", lambda obj: (obj.spec or _VOLUME).volume_mode or UNSET, wide=True),
    ),
    (_class_columns[0], (plain("NAME", _class_name), *_class_columns[1][1:])),
    columns_of(
        VolumeAttachment,
        plain("ATTACHER", lambda obj: (obj.spec or _ATTACHMENT).attacher),
        plain("PV", _attached),
        plain("NODE", lambda obj: (obj.spec or _ATTACHMENT).node_name),
        plain("ATTACHED", lambda obj: bool_text(obj.status.attached if obj.status else None)),
        age(),
    ),
    columns_of(CSINode, number("DRIVERS", lambda obj: len((obj.spec.drivers if obj.spec else None) or ())), age()),
))  # fmt: skip
