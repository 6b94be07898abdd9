"""A node keeps changing between ready and not ready.

Found: its Ready condition changed more than twice within 15 minutes, by the record or by its events.

Quiet: for a node that restarts once, and one that is cordoned.

Do: look at its kubelet, its load, its network and its clock.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.view import RuleView
from arcops.kube.conditions import condition_of
from arcops.kube.objects.event import ClusterEvent
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.node import Node
from arcops.kube.times import time_ms

WINDOW_M = 15
_MOST = 2
_PATH = "status.conditions[Ready].status"


def _says_ready(obj: KubeObject) -> bool:
    return isinstance(obj, Node) and obj.status is not None and condition_of(obj.status.conditions, "Ready") is not None


@rule(Node, severity=Severity.WARNING, gate=_says_ready, mixin="NodeReadinessFlapping")
def check(node: Node, view: RuleView) -> Iterator[Hit]:
    """One hit."""
    ready = condition_of(node.status.conditions, "Ready") if node.status else None
    turned_ms = time_ms(ready.last_transition_time) if ready else None
    if turned_ms is None or view.now_ms - turned_ms > WINDOW_M * 60_000 or (node.spec and node.spec.unschedulable):
        return
    view.held(turned_ms, WINDOW_M)
    changes = [one for one in view.changes(view.subject, WINDOW_M) if one.path == _PATH]
    events = [one for one in view.events("NodeNotReady", "NodeReady") if _is_recent(one, view.now_ms)]
    times = max(len(changes), sum(one.count for one in events))
    if times <= _MOST:
        return
    began = [one.at_ms for one in changes] or [at for one in events if (at := time_ms(one.first_seen)) is not None]
    yield Hit(
        title=f"{view.subject} changed between ready and not ready {times} times in {WINDOW_M} minutes",
        evidence=(*(evidence.change(one) for one in changes), *(evidence.event(one) for one in events)),
        next=(advice.look(view.subject), f"On the machine {view.subject.name}: journalctl -u kubelet -e"),
        since_ms=min(began, default=None),
    )


def _is_recent(event: ClusterEvent, now_ms: int) -> bool:
    """Whether all that it counts lies within the window."""
    first_ms = time_ms(event.first_seen)
    return first_ms is not None and first_ms >= now_ms - WINDOW_M * 60_000
