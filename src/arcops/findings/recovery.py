"""Whether a container that ended has recovered: it runs again, and has done so for long enough to believe it.

Between two ends of a crash loop a container runs, and may even be ready; a finding that came and went with it would alarm anew at each.
"""

from __future__ import annotations

from arcops.findings.pods import Box, is_over
from arcops.findings.view import RuleView
from arcops.kube.objects.pod import Pod
from arcops.kube.times import time_ms

MINUTE_MS = 60_000
WELL_AGAIN_M = 10.0
"""The kubelet forgets a container's ends after it has run for twice the longest back-off (5 minutes)."""
LOOPING_M = 15.0
MANY = 3
"""Restarts after which a container is in a loop, however long its runs are."""
_LEAST_M, _RUNS = 2.0, 3
DAY_M = 24 * 60.0


def is_well_again(view: RuleView, box: Box, minutes: float = WELL_AGAIN_M) -> bool:
    """Whether a container has run for so long by now; asks to be woken when it will have."""
    return box.running_since_ms is not None and view.held(box.running_since_ms, minutes)


def has_outlived(view: RuleView, box: Box) -> bool:
    """Whether a container, restarted a few times, has run for three times as long as before (2 minutes at least); 15 minutes after many."""
    before = box.ended_before
    ended_ms, began_ms = (time_ms(before.finished_at), time_ms(before.started_at)) if before else (None, None)
    ran_m = (ended_ms - began_ms) / MINUTE_MS if ended_ms is not None and began_ms is not None else _LEAST_M
    minutes = LOOPING_M if box.restarts >= MANY else min(LOOPING_M, max(_LEAST_M, _RUNS * ran_m))
    return is_well_again(view, box, minutes)


def is_long_past(view: RuleView, pod: Pod, box: Box) -> bool:
    """Whether how a container ended is no news any more: it has run for a day since, or its pod has been over for one.

    The kubelet keeps the last end for as long as the pod lives, and a pod that has failed until somebody removes it.
    """
    since_ms = box.running_since_ms
    if since_ms is None and is_over(pod) and box.ended is not None:
        since_ms = time_ms(box.ended.finished_at)
    return since_ms is not None and view.held(since_ms, DAY_M)
