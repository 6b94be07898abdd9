"""A custom resource says that it is not well, so what its operator should provide is missing or degraded.

Found: a condition such as Ready, Available or Synced is False for 5 minutes (30 while the reason says that it is under way), or
one such as Degraded, Stalled or Failed is True, or its phase, state or health is a known bad one, or it is pending and complains. If a
workload it owns is not available, that is to blame; else a part it owns, or the issuer of a Certificate, that is not well either.
Backups and workflows that failed count for a day, pipeline runs are information.

Quiet: while the status speaks of an older generation, while it is suspended, paused or being deleted, and for kinds with rules of
their own (Flux, Argo CD, OLM, Azure Arc, Foundry Local).

Do: read the message; then the log of the operator.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from arcops.findings import advice, evidence
from arcops.findings.ailments import Ailment, ailment_of
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.onset import MINUTE_MS
from arcops.findings.replicas import replicas_of
from arcops.findings.view import RuleView
from arcops.kube.objects.custom import CustomObject
from arcops.kube.objects.event import ClusterEvent
from arcops.kube.objects.workloads import DaemonSet, Deployment, StatefulSet
from arcops.kube.refs import GroupKind, ObjectRef
from arcops.kube.times import time_ms

ELSEWHERE = (
    "toolkit.fluxcd.io", "operators.coreos.com", "olm.operatorframework.io", "clusterconfig.azure.com", "arc.azure.com",
    "foundrylocal.azure.com", "wgpolicyk8s.io", "openreports.io", "chaos-mesh.org",
    "litmuschaos.io", "metrics.k8s.io", "policies.kyverno.io",
)  # fmt: skip
"""Groups that have rules of their own, or whose status is no health."""
_TOLD_ELSEWHERE = frozenset({
    *(GroupKind("argoproj.io", kind) for kind in ("Application", "ApplicationSet", "AppProject")),
    GroupKind("snapshot.storage.k8s.io", "VolumeSnapshotContent"),  # its VolumeSnapshot repeats its error
})  # fmt: skip
_RUNS = ("Workflow", "Backup", "Restore", "Job", "Request", "Challenge", "Order")
_OF_THE_USER = ("Run", "Task", "Test", "Scan")
"""Runs whose failure is the business of whoever started them."""
_RUN_COUNTS_MS = 24 * 60 * MINUTE_MS
_BUSY_MINUTES = 30
_DEEPEST = 3


@rule(severity=Severity.WARNING, for_minutes=5, is_symptom=True)
def check(obj: CustomObject, view: RuleView) -> Iterator[Hit]:
    """One hit."""
    kind = view.subject.group_kind
    if kind.group in ELSEWHERE or kind in _TOLD_ELSEWHERE or any(kind.group.endswith(f".{group}") for group in ELSEWHERE):
        return
    found = ailment_of(view.subject, obj)
    if found is None:
        return
    began_ms = found.since_ms or time_ms(obj.status.completion_time if obj.status else None)
    is_old = (began_ms or time_ms(obj.metadata.creation_timestamp) or 0) + _RUN_COUNTS_MS < view.now_ms
    is_past = kind.kind.endswith(_OF_THE_USER) or (kind.kind.endswith(_RUNS) and is_old)
    failing = _failing_workload(view)
    part = None if failing else _ill_part(view, view.uid) or _ill_issuer(obj, view)
    warnings = [event for event in view.events() if event.type == "Warning"][-3:]
    yield Hit(
        title=f"{view.subject} is not well: {found.said}",
        cause=failing or part,
        link="owns" if failing else "needs" if part else "",
        why=". ".join(_besides(found, warnings)),
        severity=Severity.INFO if is_past else Severity.CRITICAL if failing else None,
        evidence=(found.proof, *(evidence.event(event) for event in warnings)),
        next=(advice.look(failing or view.subject), advice.kubectl(view.subject, "get", "-o yaml")),
        since_ms=began_ms,
        for_minutes=_BUSY_MINUTES if found.is_busy else None,
    )


def _besides(found: Ailment, warnings: Sequence[ClusterEvent]) -> Iterator[str]:
    """What its status says besides, and the last Warning about it, which often tells more."""
    if found.also:
        yield found.also
    if warnings and warnings[-1].message not in f"{found.said} {found.also}":
        yield f"Its last event says: {warnings[-1].reason}: {warnings[-1].message.strip().rstrip('.')}"


def _ill_part(view: RuleView, uid: str, depth: int = _DEEPEST) -> ObjectRef | None:
    """A custom resource it owns that is not well, the newest first: the request of a Certificate, the resource of a composite.

    One that is well itself may own one that is not: a Certificate's Order says nothing, its Challenge does.
    """
    owned = [entry for entry in view.owned_by(uid) if isinstance(entry.obj, CustomObject)] if uid and depth else []
    for entry in sorted(owned, key=lambda one: one.obj.metadata.creation_timestamp or "", reverse=True):
        if isinstance(entry.obj, CustomObject) and ailment_of(entry.ref, entry.obj) is not None:
            return entry.ref
        found = _ill_part(view, entry.obj.metadata.uid, depth - 1)
        if found is not None:
            return found
    return None


def _ill_issuer(obj: CustomObject, view: RuleView) -> ObjectRef | None:
    """The issuer of a cert-manager Certificate, where it is not well or not there."""
    named = obj.spec.issuer_ref if obj.spec else None
    if named is None or not named.name:
        return None
    kind = named.kind or "Issuer"
    ref = ObjectRef(view.subject.group, kind, view.subject.namespace if kind == "Issuer" else "", named.name)
    entry = view.get(ref) if view.sees(ref.group_kind) else None
    if entry is None:  # an issuer of another maker is of no concern here
        return (
            ref if view.sees(ref.group_kind) and view.subject.group == "cert-manager.io" and kind in ("Issuer", "ClusterIssuer") else None
        )
    return ref if isinstance(entry.obj, CustomObject) and ailment_of(ref, entry.obj) else None


def _failing_workload(view: RuleView) -> ObjectRef | None:
    """A workload it owns that has none of its pods available."""
    for kind in (Deployment.GROUP_KIND, StatefulSet.GROUP_KIND, DaemonSet.GROUP_KIND):
        for entry in view.owned_by(view.uid, kind) if view.uid and view.sees(kind) else ():
            counts = replicas_of(entry.obj)
            if counts is not None and counts.made and not counts.available and counts.wanted:
                return entry.ref
    return None
