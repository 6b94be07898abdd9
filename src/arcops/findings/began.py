"""When a pod's trouble began, from what its conditions and events say."""

from __future__ import annotations

from collections.abc import Iterable

from arcops.findings.pods import not_ready_since_ms
from arcops.findings.view import RuleView
from arcops.kube.objects.event import ClusterEvent
from arcops.kube.objects.pod import Pod
from arcops.kube.times import time_ms


def first_seen_ms(events: Iterable[ClusterEvent]) -> int | None:
    """The first time any of these events was seen."""
    times = [found for event in events if (found := time_ms(event.first_seen)) is not None]
    return min(times, default=None)


def began_ms(pod: Pod, view: RuleView, *reasons: str) -> int | None:
    """The earlier of the pod's becoming not ready and the first event of these reasons; None where neither is there."""
    return earliest_ms(not_ready_since_ms(pod), first_seen_ms(view.events(*reasons)) if reasons else None)


def earliest_ms(*times: int | None) -> int | None:
    """The earliest of the times that are known."""
    return min((time for time in times if time is not None), default=None)
