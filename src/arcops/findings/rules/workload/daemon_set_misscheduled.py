"""A DaemonSet runs on nodes it should not run on any more.

Found: the status counts misscheduled pods for 15 minutes.

Quiet: while the controller has not seen the newest generation.

Do: compare the node selector and tolerations with the labels and taints of the nodes; delete the pods that are too many.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.replicas import is_seen
from arcops.findings.view import RuleView
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.workloads import DaemonSet


def _is_misscheduled(obj: KubeObject) -> bool:
    return isinstance(obj, DaemonSet) and obj.status is not None and obj.status.number_misscheduled > 0


@rule(DaemonSet, severity=Severity.WARNING, for_minutes=15, gate=_is_misscheduled, mixin="DaemonSetMisScheduled")
def check(workload: DaemonSet, view: RuleView) -> Iterator[Hit]:
    """One hit."""
    if workload.status is None or not is_seen(workload) or workload.metadata.deletion_timestamp:
        return
    count = workload.status.number_misscheduled
    yield Hit(
        title=f"{view.subject} runs on {count} node{'s' if count > 1 else ''} where it should not run (misscheduled)",
        why="Labels or taints of these nodes, or node selector or tolerations of the DaemonSet, have changed since its pods came there",
        evidence=(evidence.field(view.subject, "status.numberMisscheduled", count),),
        next=(advice.kubectl(view.subject, "get", "-o yaml"), "kubectl get nodes --show-labels"),
    )
