"""A controller cannot carry out what a Service, Ingress or Gateway asks for, and says so again and again.

Found: Warning events about it, three or more with the same reason, the last within 15 minutes: a load balancer that cannot be changed,
endpoints that cannot be written, rules that are refused.

Quiet: for single events, conflicts of two writers, objects that are being deleted, and a Service that waits for its address (that is
told by itself).

Do: read the event; its source names the controller, whose log tells more.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.began import first_seen_ms
from arcops.findings.traffic import waits_for_address
from arcops.findings.view import RuleView
from arcops.kube.objects.event import ClusterEvent
from arcops.kube.objects.gateway import Gateway
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.network import Ingress
from arcops.kube.objects.service import Service
from arcops.kube.times import time_ms

_WINDOW_MS = 15 * 60_000
_LEAST = 3
_DONE = frozenset({"IPAllocated", "nodeAssigned", "EnsuredLoadBalancer", "UpdatedLoadBalancer", "SuccessfullyReconciled", "Provisioned"})
"""Reasons of events that say that a controller has carried it out after all."""
_PASSING = ("the object has been modified", "being terminated", "being deleted", "not found")


@rule(Service, Ingress, Gateway, severity=Severity.WARNING)
def check(obj: KubeObject, view: RuleView) -> Iterator[Hit]:
    """One hit about the reason that was told last."""
    events = [event for event in view.events() if event.type == "Warning" and not any(word in event.message for word in _PASSING)]
    if not events or obj.metadata.deletion_timestamp or waits_for_address(obj):
        return
    last = events[-1]
    same = [event for event in events if event.reason == last.reason]
    seen_ms = time_ms(last.last_seen)
    if any(event.type == "Normal" and _is_success(event) and event.last_seen > last.last_seen for event in view.events()):
        return
    if sum(event.count for event in same) < _LEAST or seen_ms is None or view.held(seen_ms, _WINDOW_MS / 60_000):
        return
    yield Hit(
        title=f"A controller cannot carry out {view.subject}: {last.reason}: {last.message} ({_times(same)} times)",
        evidence=tuple(evidence.event(event) for event in same),
        next=(advice.look(view.subject),),
        since_ms=first_seen_ms(same),
    )


def _is_success(event: ClusterEvent) -> bool:
    """Whether a controller says that it has done it, and not only that it sets about it."""
    return event.reason in _DONE


def _times(events: list[ClusterEvent]) -> int:
    return sum(event.count for event in events)
