"""A PersistentVolumeClaim gets no volume.

Found: the claim is Pending for 2 minutes, and a reason is known: its class does not exist; it names none and there is no default class; the
provisioner says why it fails; the volume it names is not there or belongs to another claim; no volume fits its size, mode and access.

Quiet: while a class with WaitForFirstConsumer waits for a pod to use the claim.

Do: name a class that exists (`kubectl get storageclass`), or provide the volume.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from arcops.findings import advice, evidence
from arcops.findings.base import Evidence, Hit, Severity, rule
from arcops.findings.began import first_seen_ms
from arcops.findings.view import RuleView
from arcops.inventory.base import Entry
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.pod import Pod
from arcops.kube.objects.storage import PersistentVolume, PersistentVolumeClaim, StorageClass
from arcops.kube.refs import ObjectRef

_DEFAULT = "storageclass.kubernetes.io/is-default-class"
_WAITS = "WaitForFirstConsumer"


class _Reason(NamedTuple):
    said: str
    cause: ObjectRef | None = None
    absent: str = ""
    next: str = ""


def _is_pending(obj: KubeObject) -> bool:
    return isinstance(obj, PersistentVolumeClaim) and (obj.status is None or obj.status.phase in (None, "Pending"))


@rule(PersistentVolumeClaim, severity=Severity.WARNING, for_minutes=2, gate=_is_pending)
def check(claim: PersistentVolumeClaim, view: RuleView) -> Iterator[Hit]:
    """One hit."""
    consumers = _consumers(view)
    failures = view.events("ProvisioningFailed", "FailedBinding")
    reason = _reason(claim, view, consumers)
    if reason is None:
        return
    events = [event for event in failures if event.reason == "ProvisioningFailed" or not reason.cause]
    waiting = f"; {consumers[0].ref} waits for it" if consumers else ""
    yield Hit(
        title=f"{view.subject} gets no volume: {reason.said}{waiting}",
        cause=reason.cause,
        link="provisioned by" if reason.cause and reason.cause.kind == "StorageClass" else "binds" if reason.cause else "",
        severity=Severity.CRITICAL if consumers else Severity.WARNING,
        evidence=(
            evidence.field(view.subject, "status.phase", "Pending"),
            evidence.field(view.subject, "spec.storageClassName", claim.spec.storage_class_name if claim.spec else None),
            *_absence(reason),
            *(evidence.event(event) for event in events),
        ),
        next=tuple(step for step in (advice.look(view.subject), "kubectl get storageclass", reason.next) if step),
        since_ms=first_seen_ms(failures),
    )


def _absence(reason: _Reason) -> Iterator[Evidence]:
    if reason.absent and reason.cause is not None:
        yield evidence.absence(reason.cause, reason.absent)


def _reason(claim: PersistentVolumeClaim, view: RuleView, consumers: list[Entry]) -> _Reason | None:
    spec = claim.spec
    if spec is not None and spec.volume_name:
        return _named_volume(view, spec.volume_name)
    failed = [event.message for event in view.events("ProvisioningFailed")]
    name = spec.storage_class_name if spec else None
    return _of_class(view, name, failed, consumers) if name else _without_class(view, name, failed)


def _without_class(view: RuleView, name: str | None, failed: list[str]) -> _Reason | None:
    """No class named (None: the default one is meant), or none wanted ("")."""
    if (name is None and _default(view) is not None) or _fitting_volumes(view, ""):
        return _provisioning(failed)
    if name is not None:
        return _Reason("it asks for a volume without a class, and no such volume is free")
    if not view.list(StorageClass.GROUP_KIND):
        return _Reason("it names no class, and there is no StorageClass in the cluster and no volume that fits")
    return _Reason("it names no class, and there is no default StorageClass", next="Name a class in the claim, or make one the default.")


def _of_class(view: RuleView, name: str, failed: list[str], consumers: list[Entry]) -> _Reason | None:
    ref = ObjectRef.of(StorageClass.GROUP_KIND, "", name)
    entry = view.get(ref)
    if entry is None:
        if _fitting_volumes(view, name):
            return _provisioning(failed)
        others = [other.ref.name for other in view.list(StorageClass.GROUP_KIND)]
        there = f" (there is {', '.join(others[:5])})" if others else " (there is no StorageClass at all)"
        return _Reason(
            f"StorageClass {name} does not exist{there}", ref, "the cluster", f"Create StorageClass {name}, or name another in a new claim."
        )
    if failed:
        return _provisioning(failed)
    waits = isinstance(entry.obj, StorageClass) and entry.obj.volume_binding_mode == _WAITS
    if waits or not isinstance(entry.obj, StorageClass):
        return None
    if entry.obj.provisioner == "kubernetes.io/no-provisioner":
        return None if _fitting_volumes(view, name) else _Reason(f"class {name} makes no volumes by itself, and no volume of it is free")
    silent = f"the provisioner {entry.obj.provisioner} of class {name} has not made one"
    return _Reason(silent, next=f"Check that the provisioner {entry.obj.provisioner} runs.") if consumers else None


def _absent_class(view: RuleView, name: str) -> _Reason:
    others = [other.ref.name for other in view.list(StorageClass.GROUP_KIND)]
    there = f" (there is {', '.join(others[:5])})" if others else " (there is no StorageClass at all)"
    ref = ObjectRef.of(StorageClass.GROUP_KIND, "", name)
    step = f"Create StorageClass {name}, or name another in a new claim."
    return _Reason(f"StorageClass {name} does not exist{there}", ref, "the cluster", step)


def _provisioning(failed: list[str]) -> _Reason | None:
    return _Reason(f"the provisioner fails: {failed[-1]}") if failed else None


def _named_volume(view: RuleView, name: str) -> _Reason | None:
    ref = ObjectRef.of(PersistentVolume.GROUP_KIND, "", name)
    entry = view.get(ref)
    if entry is None:
        return _Reason(f"it names PersistentVolume {name}, which does not exist", ref, "the cluster")
    volume = entry.obj
    holder = volume.spec.claim_ref if isinstance(volume, PersistentVolume) and volume.spec else None
    if holder is not None and (holder.namespace, holder.name) != (view.subject.namespace, view.subject.name):
        phase = volume.status.phase if isinstance(volume, PersistentVolume) and volume.status else ""
        return _Reason(f"the volume {name} it names belongs to claim {holder.namespace}/{holder.name} ({phase})", ref)
    return None


def _default(view: RuleView) -> Entry | None:
    classes = view.list(StorageClass.GROUP_KIND)
    return next((entry for entry in classes if (entry.obj.metadata.annotations or {}).get(_DEFAULT) == "true"), None)


def _fitting_volumes(view: RuleView, class_name: str) -> bool:
    """Whether a free volume of the class is there: then binding is a matter of moments or of size, which the events tell."""
    return any(_is_free(entry.obj, class_name) for entry in view.list(PersistentVolume.GROUP_KIND))


def _is_free(obj: KubeObject, class_name: str) -> bool:
    if not isinstance(obj, PersistentVolume) or obj.spec is None or (obj.spec.storage_class_name or "") != class_name:
        return False
    return obj.status is None or obj.status.phase in (None, "Available")


def _consumers(view: RuleView) -> list[Entry]:
    return [
        entry
        for entry in view.list(Pod.GROUP_KIND, view.subject.namespace)
        if isinstance(entry.obj, Pod) and _uses(entry.obj, view.subject.name)
    ]


def _uses(pod: Pod, name: str) -> bool:
    volumes = (pod.spec.volumes if pod.spec else None) or ()
    return any(
        (one.persistent_volume_claim is not None and one.persistent_volume_claim.claim_name == name)
        or (one.ephemeral is not None and f"{pod.metadata.name}-{one.name}" == name)
        for one in volumes
    )
