"""Troubles of a start that a pod has got past: their Events stay for an hour, and the pod may still be starting for another reason."""

from __future__ import annotations

from collections.abc import Sequence

from arcops.findings.view import RuleView
from arcops.kube.objects.event import ClusterEvent
from arcops.kube.times import time_ms

_GOES_ON = ("Pulling", "Pulled", "Created", "Started")
"""What the kubelet tells only once the volumes are mounted and the sandbox is there."""


def unpassed(view: RuleView, *reasons: str) -> Sequence[ClusterEvent]:
    """The subject's Events of these reasons, oldest first, that came after the last sign that its kubelet went on to the containers."""
    events = view.events(*reasons)
    if not events:
        return ()
    went_on_ms = max((_last_ms(event) for event in view.events(*_GOES_ON)), default=0)
    return [event for event in events if _last_ms(event) >= went_on_ms]


def _last_ms(event: ClusterEvent) -> int:
    return time_ms(event.last_seen) or 0
