"""A PersistentVolumeClaim gets no volume.

Found: the claim is Pending for 2 minutes, and a reason is known: its class does not exist; it names none and there is no default class; the
provisioner says why it fails, or does not answer although a pod waits (a provisioner without pods, or a Ceph cluster behind it that is
not well, is to blame); the volume it names is not there, belongs to another claim or does
not fit; no free volume fits its size, mode and access.

Quiet: while a class with WaitForFirstConsumer waits for a pod to use the claim.

Do: name a class that exists (`kubectl get storageclass`), or provide the volume.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from arcops.findings import advice, evidence
from arcops.findings.base import Evidence, Hit, Severity, rule
from arcops.findings.began import first_seen_ms
from arcops.findings.stores import ill_cluster, maker_down
from arcops.findings.view import RuleView
from arcops.findings.volumes import default_class, free_volumes, kept_volumes, misfits, users_of
from arcops.inventory.base import Entry
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.pod import Pod
from arcops.kube.objects.storage import PersistentVolume, PersistentVolumeClaim, StorageClass
from arcops.kube.refs import ObjectRef

_WAITS = "WaitForFirstConsumer"
_BY_HAND = "kubernetes.io/no-provisioner"
_CHOSEN_NODE = "volume.kubernetes.io/selected-node"
_MOST_NAMED = 3
_LINKS = {"StorageClass": "provisioned by", "PersistentVolume": "binds"}
_EVENTS = ("ProvisioningFailed", "FailedBinding", "VolumeMismatch", "ClaimMisbound")


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
    consumers = users_of(view, view.subject.namespace, view.subject.name)
    failures = view.events(*_EVENTS)
    reason = _reason(claim, view, consumers)
    if reason is None:
        return
    events = [event for event in failures if event.reason == "ProvisioningFailed" or not reason.cause]
    waiting = f"; {consumers[0].ref} waits for it" if consumers else ""
    yield Hit(
        title=f"{view.subject} gets no volume: {reason.said}{waiting}",
        cause=reason.cause,
        link=_LINKS.get(reason.cause.kind, "makes the volumes of") if reason.cause else "",
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
        return _named_volume(claim, view, spec.volume_name)
    name = spec.storage_class_name if spec else None
    return _of_class(claim, view, name, consumers) if name else _without_class(claim, view, name)


def _without_class(claim: PersistentVolumeClaim, view: RuleView, name: str | None) -> _Reason | None:
    """No class named (None: the default one is meant), or none wanted ("")."""
    if (name is None and default_class(view) is not None) or _fits(claim, view, ""):
        return _provisioning(view)
    if name is not None:
        return _Reason(f"it asks for a volume without a class, and {_no_volume(claim, view, '')}")
    if not view.list(StorageClass.GROUP_KIND):
        return _Reason("it names no class, and there is no StorageClass in the cluster and no volume that fits")
    return _Reason("it names no class, and there is no default StorageClass", next="Name a class in the claim, or make one the default.")


def _of_class(claim: PersistentVolumeClaim, view: RuleView, name: str, consumers: list[Entry]) -> _Reason | None:
    entry = view.get(ObjectRef.of(StorageClass.GROUP_KIND, "", name))
    if entry is None:
        return _provisioning(view) if _fits(claim, view, name) else _absent_class(view, name)
    maker = _ill_maker(view, entry.obj.provisioner) if isinstance(entry.obj, StorageClass) else None
    if (failed := _provisioning(view)) is not None:
        return failed if maker is None else failed._replace(cause=maker, said=f"{failed.said} ({maker} is not well)")
    if not isinstance(entry.obj, StorageClass) or _still_waits(claim, view, entry.obj, consumers):
        return None
    if entry.obj.provisioner == _BY_HAND:
        return None if _fits(claim, view, name) else _by_hand(claim, view, name)
    silent = f"the provisioner {entry.obj.provisioner} of class {name} has not made one"
    if maker is not None:
        return _Reason(f"{silent}: {maker} is not well", maker, next=advice.look(maker)) if consumers else None
    return _Reason(silent, next=f"Check that the provisioner {entry.obj.provisioner} runs.") if consumers else None


def _ill_maker(view: RuleView, provisioner: str) -> ObjectRef | None:
    """The storage system, or the workload that makes its volumes, where it is not well."""
    return ill_cluster(view, provisioner) or maker_down(view, provisioner)


def _by_hand(claim: PersistentVolumeClaim, view: RuleView, name: str) -> _Reason:
    """A class without a provisioner, and no volume: one that a deleted claim of this name has left may be what is meant."""
    left = [one for one in kept_volumes(view, name) if not misfits(claim, one)]
    if not left:
        return _Reason(f"class {name} makes no volumes by itself, and {_no_volume(claim, view, name)}")
    volume = left[0].metadata.name
    said = (
        f"class {name} makes no volumes by itself, and the volume {volume} that fits is Released: it is kept for an earlier, deleted claim"
    )
    return _Reason(said, ObjectRef.of(PersistentVolume.GROUP_KIND, "", volume), next=_release(volume))


def _release(volume: str) -> str:
    return f'If its data may be used again: kubectl patch pv {volume} --type=json -p \'[{{"op":"remove","path":"/spec/claimRef"}}]\''


def _still_waits(claim: PersistentVolumeClaim, view: RuleView, found: StorageClass, consumers: list[Entry]) -> bool:
    """Whether a late-binding class waits as it should: for a pod, and then for the scheduler to choose a node."""
    if found.volume_binding_mode != _WAITS:
        return False
    if found.provisioner == _BY_HAND:
        return not consumers or all(isinstance(entry.obj, Pod) and entry.obj.spec and entry.obj.spec.node_name for entry in consumers)
    chosen = _CHOSEN_NODE in (claim.metadata.annotations or {})
    return not (consumers and chosen and view.events("ExternalProvisioning"))


def _absent_class(view: RuleView, name: str) -> _Reason:
    others = [other.ref.name for other in view.list(StorageClass.GROUP_KIND)]
    there = f" (there is {', '.join(others[:5])})" if others else " (there is no StorageClass at all)"
    ref = ObjectRef.of(StorageClass.GROUP_KIND, "", name)
    step = f"Create StorageClass {name}, or name another in a new claim."
    return _Reason(f"StorageClass {name} does not exist{there}", ref, "the cluster", step)


def _provisioning(view: RuleView) -> _Reason | None:
    failed = [event.message for event in view.events("ProvisioningFailed")]
    return _Reason(f"the provisioner fails: {next((said for said in reversed(failed) if said), 'it does not say why')}") if failed else None


def _named_volume(claim: PersistentVolumeClaim, view: RuleView, name: str) -> _Reason | None:
    ref = ObjectRef.of(PersistentVolume.GROUP_KIND, "", name)
    entry = view.get(ref)
    if entry is None:
        return _Reason(f"it names PersistentVolume {name}, which does not exist", ref, "the cluster")
    if not isinstance(entry.obj, PersistentVolume):
        return None
    volume, holder = entry.obj, entry.obj.spec.claim_ref if entry.obj.spec else None
    phase = (volume.status.phase if volume.status else "") or ""
    if holder is not None and (holder.namespace, holder.name) != (view.subject.namespace, view.subject.name):
        return _Reason(f"the volume {name} it names belongs to claim {holder.namespace}/{holder.name} ({phase})", ref)
    if holder is not None and holder.uid and view.uid and holder.uid != view.uid:
        return _Reason(f"the volume {name} it names is {phase or 'kept'} for an earlier claim of the same name", ref, next=_release(name))
    why = misfits(claim, volume)
    return _Reason(f"the volume {name} it names does not fit: it {'; it '.join(why)}", ref) if why else None


def _fits(claim: PersistentVolumeClaim, view: RuleView, class_name: str) -> bool:
    """Whether a free volume serves the claim: then binding is a matter of moments."""
    return any(not misfits(claim, volume) for volume in free_volumes(view, class_name))


def _no_volume(claim: PersistentVolumeClaim, view: RuleView, class_name: str) -> str:
    """That no volume fits, and what is wrong with those that are free."""
    free = free_volumes(view, class_name)
    if not free:
        return "no such volume is free"
    told = "; ".join(f"{one.metadata.name} {', '.join(misfits(claim, one))}" for one in free[:_MOST_NAMED])
    return f"no free volume fits: {told}"
