"""A pod of higher priority took a pod's place, and its successor finds none.

Found: a pod has no node, and the pod before it of the same owner was preempted, by its event or its last state in the record. The
workload that took the place is to blame.

Quiet: when the successor runs elsewhere: that is what priorities are for.

Do: make room (a node, smaller requests), or give the workload a priority of its own.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.amounts import requested, shown
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.pods import is_unscheduled
from arcops.findings.preemptions import Preemption, preemption_of
from arcops.findings.view import RuleView
from arcops.kube.conditions import is_false
from arcops.kube.objects.pod import Pod


@rule(Pod, severity=Severity.WARNING, gate=is_unscheduled)
def check(pod: Pod, view: RuleView) -> Iterator[Hit]:
    """One hit."""
    if not is_false(pod.status.conditions if pod.status else None, "PodScheduled"):
        return
    found = preemption_of(pod, view)
    if found is not None:
        yield _hit(pod, view, found)


def _hit(pod: Pod, view: RuleView, found: Preemption) -> Hit:
    asked = requested(pod.spec) if pod.spec else {}
    wants = ", ".join(f"{shown(name, amount)} {name}" for name, amount in sorted(asked.items()) if name != "pods")
    by = str(found.by) if found.by else "a pod of higher priority"
    return Hit(
        title=f"{found.victim} was preempted by {by} on node {found.node or '(unknown)'}, and {view.subject}, which replaces it, "
        f"finds no place{f' (it asks for {wants})' if wants else ''}",
        cause=found.by,
        link="preempted",
        why=f"The scheduler says: {found.said}" if found.said else "",
        evidence=(
            *((evidence.event(found.event),) if found.event else ()),
            evidence.field(view.subject, "spec.priority", (pod.spec.priority if pod.spec else None) or 0),
        ),
        next=(advice.look(view.subject), *((advice.look(found.by),) if found.by else ()), "kubectl get priorityclasses"),
        since_ms=found.at_ms,
    )
