"""What belongs to an object and has a command of its own: the certificate of a site, the autoscaler of a workload."""

from __future__ import annotations

from arcops.chat.asked import Asked
from arcops.inventory.base import Entry
from arcops.kube.objects.autoscaling import HorizontalPodAutoscaler
from arcops.kube.objects.custom import CustomObject
from arcops.kube.refs import GroupKind, ObjectRef

_CERTIFICATE = GroupKind("cert-manager.io", "Certificate")


def tool_values(asked: Asked, ref: ObjectRef | None) -> dict[str, str]:
    """The certificate and the autoscaler that are meant, capitals where none is."""
    certificate, scaler = certificate_of(asked, ref), scaler_of(asked, ref)
    return {
        "cert": certificate.name if certificate else "NAME", "certn": f"-n {certificate.namespace} " if certificate else "",
        "certsaid": str(certificate) if certificate else "a Certificate",
        "hpa": scaler.name if scaler else "NAME", "hpasaid": str(scaler) if scaler else "of a workload",
    }  # fmt: skip


def certificate_of(asked: Asked, ref: ObjectRef | None) -> ObjectRef | None:
    """The Certificate itself, else the one of its name, of its Secret, or the only one of its namespace."""
    if ref is not None and ref.kind == _CERTIFICATE.kind:
        return ref
    space = ref.namespace if ref is not None and ref.namespace else asked.reading.namespace
    entries = asked.inventory.list(_CERTIFICATE, space or None)
    own = [entry.ref for entry in entries if ref is not None and ref.name in (entry.ref.name, _secret(entry))]
    found = own or [entry.ref for entry in entries]
    return found[0] if len(found) == 1 else None


def secret_of(asked: Asked, ref: ObjectRef | None) -> str:
    """The Secret that the Certificate is kept in."""
    certificate = certificate_of(asked, ref)
    entry = asked.inventory.get(certificate) if certificate else None
    return _secret(entry) if entry else ""


def _secret(entry: Entry) -> str:
    spec = entry.obj.spec if isinstance(entry.obj, CustomObject) else None
    return (spec.secret_name if spec else None) or ""


def scaler_of(asked: Asked, ref: ObjectRef | None) -> ObjectRef | None:
    """The autoscaler itself, else the one that scales the object, or the only one of its namespace."""
    if ref is not None and ref.group_kind == HorizontalPodAutoscaler.GROUP_KIND:
        return ref
    space = ref.namespace if ref is not None else asked.reading.namespace
    entries = asked.inventory.list(HorizontalPodAutoscaler.GROUP_KIND, space or None)
    own = [entry.ref for entry in entries if ref is not None and _scales(entry, ref)]
    found = own or [entry.ref for entry in entries]
    return found[0] if own or len(found) == 1 else None


def _scales(entry: Entry, ref: ObjectRef) -> bool:
    spec = entry.obj.spec if isinstance(entry.obj, HorizontalPodAutoscaler) else None
    target = spec.scale_target_ref if spec else None
    return target is not None and (target.kind, target.name) == (ref.kind, ref.name)
