"""Events about a node say again and again that something of the machine fails, though its conditions look well.

Found: within the last hour the kubelet could not free disk space or read its image disk (3 times, 5 for the latter); the machine as a
whole ran out of memory (SystemOOM, twice); the machine was rebooted, or the kubelet started, 3 times or more (4 for the kubelet); or no
range of pod addresses was left for it (3 times). The last of them must be younger than half an hour.

Quiet: for single events, one reboot, a kubelet's start, and nodes that are cordoned: somebody is working on them.

Do: look at the machine: df -h, dmesg, journalctl -u kubelet. For CIDRNotAvailable enlarge the cluster CIDR.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.began import first_seen_ms
from arcops.findings.text.counts import times
from arcops.findings.view import RuleView
from arcops.kube.objects.event import ClusterEvent
from arcops.kube.objects.node import Node
from arcops.kube.times import time_ms

_RECENT_MINUTES = 30
_HOUR_MS = 3_600_000


class _Wanted(NamedTuple):
    reasons: tuple[str, ...]
    least: int
    said: str
    words: str = ""


_WANTED = (
    _Wanted(("SystemOOM",), 2, "the machine itself ran out of memory, and the kernel killed processes"),
    _Wanted(("FreeDiskSpaceFailed", "ImageGCFailed", "ContainerGCFailed"), 3, "the kubelet cannot free disk space"),
    _Wanted(("Rebooted",), 3, "the machine is rebooted again and again"),
    _Wanted(("Starting",), 4, "its kubelet starts again and again", "kubelet"),
    _Wanted(("CIDRNotAvailable",), 3, "no range of pod addresses (CIDR) is left for it"),
    _Wanted(("InvalidDiskCapacity",), 5, "the kubelet cannot tell the capacity of its disk"),
)


@rule(Node, severity=Severity.WARNING)
def check(node: Node, view: RuleView) -> Iterator[Hit]:
    """One hit for what is told first in the list above."""
    events = view.events()
    if not events or (node.spec and node.spec.unschedulable):
        return
    for wanted in _WANTED:
        found = [one for one in events if one.reason in wanted.reasons and wanted.words in one.message and _is_of_the_hour(one, view)]
        if found and _an_hour(found) >= wanted.least and not view.held(_last_ms(found), _RECENT_MINUTES):
            yield _hit(wanted, found, view)
            return


def _is_of_the_hour(event: ClusterEvent, view: RuleView) -> bool:
    return (time_ms(event.last_seen) or 0) > view.now_ms - _HOUR_MS


def _an_hour(events: list[ClusterEvent]) -> float:
    """How often in an hour, over the time that the events tell of."""
    span_ms = _last_ms(events) - (first_seen_ms(events) or _last_ms(events))
    return sum(one.count for one in events) * _HOUR_MS / max(span_ms, _HOUR_MS)


def _last_ms(events: list[ClusterEvent]) -> int:
    return max(time_ms(event.last_seen) or 0 for event in events)


def _hit(wanted: _Wanted, events: list[ClusterEvent], view: RuleView) -> Hit:
    last = events[-1]
    often = times(sum(one.count for one in events))
    return Hit(
        title=f"{view.subject}: {wanted.said} ({often}): {last.reason}: {last.message.strip().rstrip('.')}",
        evidence=tuple(evidence.event(one) for one in events[-5:]),
        next=(advice.look(view.subject), f"On the machine {view.subject.name}: df -h; dmesg -T | tail; journalctl -u kubelet -e"),
        since_ms=first_seen_ms(events),
    )
