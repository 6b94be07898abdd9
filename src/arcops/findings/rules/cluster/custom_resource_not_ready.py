"""A custom resource says that it is not well, so what its operator should provide is missing or degraded.

Found: a condition such as Ready, Available or Synced is False for 5 minutes (30 while the reason says that it is under way), or
one such as Degraded, Stalled or Failed is True, or its phase, state or health is a known bad one. If a workload it owns is not
available, that is to blame. Backups and workflows that failed count for a day, pipeline runs are information.

Quiet: while the status speaks of an older generation, while it is suspended, paused or being deleted, and for kinds with rules of
their own (Flux, Argo CD, OLM, Azure Arc, Foundry Local).

Do: read the message; then the log of the operator.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.ailments import ailment_of
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.onset import MINUTE_MS
from arcops.findings.replicas import replicas_of
from arcops.findings.view import RuleView
from arcops.kube.objects.custom import CustomObject
from arcops.kube.objects.workloads import DaemonSet, Deployment, StatefulSet
from arcops.kube.refs import GroupKind, ObjectRef
from arcops.kube.times import time_ms

ELSEWHERE = (
    "toolkit.fluxcd.io", "operators.coreos.com", "olm.operatorframework.io", "clusterconfig.azure.com", "arc.azure.com",
    "foundrylocal.azure.com", "wgpolicyk8s.io", "openreports.io", "chaos-mesh.org",
    "litmuschaos.io", "metrics.k8s.io", "policies.kyverno.io",
)  # fmt: skip
"""Groups that have rules of their own, or whose status is no health."""
_ARGO = frozenset(GroupKind("argoproj.io", kind) for kind in ("Application", "ApplicationSet", "AppProject"))
_RUNS = ("Workflow", "Backup", "Restore", "Job", "Request", "Challenge", "Order")
_OF_THE_USER = ("Run", "Task", "Test", "Scan")
"""Runs whose failure is the business of whoever started them."""
_RUN_COUNTS_MS = 24 * 60 * MINUTE_MS
_BUSY_MINUTES = 30


@rule(severity=Severity.WARNING, for_minutes=5, is_symptom=True)
def check(obj: CustomObject, view: RuleView) -> Iterator[Hit]:
    """One hit."""
    kind = view.subject.group_kind
    if kind.group in ELSEWHERE or kind in _ARGO or any(kind.group.endswith(f".{group}") for group in ELSEWHERE):
        return
    found = ailment_of(view.subject, obj)
    if found is None:
        return
    began_ms = found.since_ms or time_ms(obj.status.completion_time if obj.status else None)
    is_old = (began_ms or time_ms(obj.metadata.creation_timestamp) or 0) + _RUN_COUNTS_MS < view.now_ms
    is_past = kind.kind.endswith(_OF_THE_USER) or (kind.kind.endswith(_RUNS) and is_old)
    failing = _failing_workload(view)
    yield Hit(
        title=f"{view.subject} is not well: {found.said}",
        cause=failing,
        link="owns" if failing else "",
        why=found.also,
        severity=Severity.INFO if is_past else Severity.CRITICAL if failing else None,
        evidence=(found.proof, *(evidence.event(event) for event in view.events()[-3:] if event.type == "Warning")),
        next=(advice.look(failing or view.subject), advice.kubectl(view.subject, "get", "-o yaml")),
        since_ms=began_ms,
        for_minutes=_BUSY_MINUTES if found.is_busy else None,
    )


def _failing_workload(view: RuleView) -> ObjectRef | None:
    """A workload it owns that has none of its pods available."""
    for kind in (Deployment.GROUP_KIND, StatefulSet.GROUP_KIND, DaemonSet.GROUP_KIND):
        for entry in view.owned_by(view.uid, kind) if view.uid and view.sees(kind) else ():
            counts = replicas_of(entry.obj)
            if counts is not None and counts.made and not counts.available and counts.wanted:
                return entry.ref
    return None
