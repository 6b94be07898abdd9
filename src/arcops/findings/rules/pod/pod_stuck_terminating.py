"""A pod should be gone, but is not.

Found: its deletion time (which includes the grace period) passed more than 5 minutes ago. The node that does not answer, the finalizer that
holds it, or what the kubelet says of ending it is told.

Quiet: while the grace period runs.

Do: see to the node, or to the controller that owns the finalizer. Deleting by force leaves the containers running.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.nodes import is_lost, node_of, node_ref, not_ready
from arcops.findings.pods import boxes
from arcops.findings.view import RuleView
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.pod import Pod
from arcops.kube.times import duration_text, time_ms

_TELLING = ("FailedKillPod", "FailedPreStopHook", "ExceededGracePeriod")


def _is_terminating(obj: KubeObject) -> bool:
    return isinstance(obj, Pod) and obj.metadata.deletion_timestamp is not None


@rule(Pod, severity=Severity.WARNING, for_minutes=5, gate=_is_terminating)
def check(pod: Pod, view: RuleView) -> Iterator[Hit]:
    """One hit."""
    due_ms = time_ms(pod.metadata.deletion_timestamp)
    if due_ms is None or not view.held(due_ms, 0):
        return
    name = pod.spec.node_name if pod.spec else None
    down = not_ready(node_of(view, name))
    lost = is_lost(view, name)
    finalizers = ", ".join(pod.metadata.finalizers or ())
    told = view.events(*_TELLING)
    running = [box.name for box in boxes(pod) if box.running_since_ms is not None]
    if down or lost:
        why = f"its node {name} {'does not exist any more' if lost else 'is not ready'}, so nobody confirms that it ended"
    elif finalizers and not running:
        why = f"its finalizer {finalizers} has not been removed by whoever set it"
    elif told:
        why = f"the kubelet says {told[-1].reason}: {told[-1].message}"
    elif finalizers:
        why = f"container {', '.join(running)} still runs, and finalizer {finalizers} is set"
    else:
        why = (
            f"container {', '.join(running)} still runs on node {name}" if running else f"node {name or '(none)'} has not confirmed its end"
        )
    yield Hit(
        title=f"{view.subject} is stuck terminating: its deletion was due {duration_text(max(0, view.now_ms - due_ms))} ago; {why}",
        cause=node_ref(name or "") if down or lost else None,
        link="runs on" if down or lost else "",
        evidence=(
            evidence.field(
                view.subject, "metadata.deletionTimestamp", pod.metadata.deletion_timestamp, time=pod.metadata.deletion_timestamp
            ),
            *((evidence.field(view.subject, "metadata.finalizers", finalizers),) if finalizers else ()),
            *((evidence.condition(node_ref(name or ""), down),) if down else ()),
            *(evidence.event(event) for event in told[-2:]),
        ),
        next=(advice.look(view.subject), *((advice.look(node_ref(name)),) if name else ())),
        since_ms=due_ms,
    )
