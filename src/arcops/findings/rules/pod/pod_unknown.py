"""A pod's node does not answer or is gone, so nobody knows whether the pod still runs.

Found: the pod is in phase Unknown, or it is not ready and its node is not ready either, or its node does not exist any more, for
5 minutes. The node is to blame.

Quiet: for pods on their way out (PodStuckTerminating), and where no node is known at all.

Do: look at the node. Its pods are made anew elsewhere five minutes after it fell silent, those of StatefulSets and those with local
volumes only when it is back or removed.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Evidence, Hit, Severity, rule
from arcops.findings.nodes import is_lost, node_of, node_ref, not_ready
from arcops.findings.pods import is_over, is_ready, is_unwell, not_ready_since_ms
from arcops.findings.view import RuleView
from arcops.kube.objects.pod import Pod
from arcops.kube.times import time_ms


@rule(Pod, severity=Severity.WARNING, for_minutes=5, gate=is_unwell, is_symptom=True)
def check(pod: Pod, view: RuleView) -> Iterator[Hit]:
    """One hit."""
    name = pod.spec.node_name if pod.spec else None
    if not name or is_over(pod) or pod.metadata.deletion_timestamp:
        return
    phase = (pod.status.phase if pod.status else None) or ""
    down = not_ready(node_of(view, name))
    lost = is_lost(view, name)
    if not (phase == "Unknown" or lost or (down is not None and not is_ready(pod))):
        return
    state = "does not exist any more" if lost else "is not ready" if down else "does not answer"
    ref = node_ref(name)
    proof: Evidence = evidence.absence(ref, "the cluster") if lost else evidence.field(view.subject, "status.phase", phase)
    reported = time_ms(down.last_transition_time) if down else not_ready_since_ms(pod)
    yield Hit(
        title=f"Whether {view.subject} runs is not known: its node {name} {state}",
        cause=ref if down or lost or view.sees(ref.group_kind) else None,
        link="runs on",
        evidence=(evidence.condition(ref, down) if down else proof, evidence.field(view.subject, "spec.nodeName", name)),
        next=(advice.look(ref), f"kubectl get pods -A -o wide --field-selector spec.nodeName={name}"),
        since_ms=reported,
    )
