"""A pod has scheduling gates, so nobody looks for a node for it.

Found: spec.schedulingGates is not empty, for an hour. The gates are named.

Quiet: for less than an hour: queueing systems hold pods back on purpose.

Do: look at the controller that set the gate and should take it away.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.pods import is_unscheduled
from arcops.findings.view import RuleView
from arcops.kube.conditions import condition_of
from arcops.kube.objects.pod import Pod
from arcops.kube.times import time_ms


@rule(Pod, severity=Severity.INFO, for_minutes=60, gate=is_unscheduled)
def check(pod: Pod, view: RuleView) -> Iterator[Hit]:
    """One hit."""
    gates = [gate.name for gate in (pod.spec.scheduling_gates if pod.spec else None) or ()]
    if not gates:
        return
    told = condition_of(pod.status.conditions if pod.status else None, "PodScheduled")
    yield Hit(
        title=f"{view.subject} is held back by scheduling gate {', '.join(gates)}",
        evidence=(evidence.field(view.subject, "spec.schedulingGates", ", ".join(gates)),),
        next=(advice.look(view.subject), "Look at the controller that set the gate."),
        since_ms=time_ms(told.last_transition_time) if told else None,
    )
