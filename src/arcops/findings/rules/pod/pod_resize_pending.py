"""A running pod was given other resources, and its node cannot grant them.

Found: the pod's condition PodResizePending is True, or its ``status.resize`` (before 1.33) is Infeasible or Deferred. Infeasible means
that the node can never grant it: after a minute. Deferred means that it waits for other pods to leave: after 15.

Quiet: while the kubelet is at it (PodResizeInProgress).

Do: ask for less, or delete the pod so that it is made anew on a larger node.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.nodes import node_ref
from arcops.findings.view import RuleView
from arcops.kube.conditions import condition_of
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.pod import Pod
from arcops.kube.times import time_ms

_INFEASIBLE, _DEFERRED = "Infeasible", "Deferred"
_CONDITION = "PodResizePending"
_PATIENCE_M = {_INFEASIBLE: 1.0, _DEFERRED: 15.0}


def _wants_more(obj: KubeObject) -> bool:
    if not isinstance(obj, Pod) or obj.status is None or obj.metadata.deletion_timestamp:
        return False
    return obj.status.resize in _PATIENCE_M or condition_of(obj.status.conditions, _CONDITION) is not None


@rule(Pod, severity=Severity.WARNING, for_minutes=1, gate=_wants_more)
def check(pod: Pod, view: RuleView) -> Iterator[Hit]:
    """One hit."""
    if pod.status is None:
        return
    found = condition_of(pod.status.conditions, _CONDITION)
    reason = (found.reason if found is not None and found.status == "True" else pod.status.resize) or ""
    if reason not in _PATIENCE_M:
        return
    node = (pod.spec.node_name if pod.spec else None) or ""
    said = f": {found.message}" if found is not None and found.message else ""
    never = "cannot be granted" if reason == _INFEASIBLE else "waits for room"
    yield Hit(
        title=f"{view.subject} runs with its old resources: its resize {never} on node {node} ({reason}{said})",
        cause=node_ref(node) if node and reason == _DEFERRED else None,
        link="runs on" if node and reason == _DEFERRED else "",
        evidence=(
            evidence.condition(view.subject, found) if found is not None else evidence.field(view.subject, "status.resize", reason),
            *(evidence.event(event) for event in view.events("ResizeInfeasible", "ResizeDeferred", "ResizeError")),
        ),
        next=(advice.look(view.subject), *((f"kubectl describe node {node}",) if node else ())),
        since_ms=time_ms(found.last_transition_time) if found is not None else None,
        for_minutes=_PATIENCE_M[reason],
    )
