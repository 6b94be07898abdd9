"""A container is killed because it uses more memory than its limit.

Found: the last or current end of a container is OOMKilled (or exit code 137 while another container of the pod says OOMKilled), and it
happened at least twice, or once with the container not ready. The pod may be Running again at this moment.

Quiet: for a single kill that the container has got over, for any number once it has run for a day since the last, for init containers
that have ended well since, and for pods of a Job that has completed. A pod that failed more than a day ago is only information.

Do: look whether the limit is too low for the load or the program leaks; raise the limit or mend the leak.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.began import first_seen_ms
from arcops.findings.jobs import is_made_good
from arcops.findings.pods import Box, boxes, is_over, is_unwell, not_ready_since_ms
from arcops.findings.recovery import is_long_past, is_well_again
from arcops.findings.text.counts import times
from arcops.findings.view import RuleView
from arcops.kube.objects.pod import ContainerStateTerminated, Pod
from arcops.kube.times import time_ms

OOM = "OOMKilled"
TWICE = 2
"""No accident."""


@rule(Pod, severity=Severity.CRITICAL, gate=is_unwell, mixin="PodCrashLooping", blames_changes=True)
def check(pod: Pod, view: RuleView) -> Iterator[Hit]:
    """One hit for each container that is killed for memory; the worst first."""
    for box in boxes(pod):
        end = killed_for_memory(box)
        if end is None or not _matters(pod, view, box):
            continue
        if not is_made_good(view, pod):
            yield _hit(pod, view, box, end)
        return


def _matters(pod: Pod, view: RuleView, box: Box) -> bool:
    """Whether the kill is not got over yet, or was not the only one and is not long past."""
    if box.running_since_ms is not None and is_long_past(view, pod, box):
        return False
    return box.restarts >= TWICE or not box.ready or is_over(pod) or not is_well_again(view, box)


def killed_for_memory(box: Box) -> ContainerStateTerminated | None:
    """How the container ended, if that was for want of memory."""
    ends = [end for end in (box.ended, box.ended_before) if end is not None]
    return next((end for end in ends if end.reason == OOM), None)


def _hit(pod: Pod, view: RuleView, box: Box, end: ContainerStateTerminated) -> Hit:
    limit = _limit(box)
    again = f", restarted {times(box.restarts)}" if box.restarts else ""
    at = f", last at {end.finished_at}" if end.finished_at else ""
    now = "; it is running again now" if box.ready else ""
    against = f"its memory limit of {limit}" if limit else "the memory there is (it has no limit of its own)"
    said = f"{view.subject}: container {box.name} ended: {OOM}, exit code {end.exit_code}"
    path = f"{box.path}.{'state' if box.ended is end else 'lastState'}.terminated.reason"
    return Hit(
        title=f"Container {box.name} of {view.subject} is killed for exceeding {against} (OOMKilled{again}{at}){now}",
        why="A container that exceeds its limit is ended by the kernel at once and started again by the kubelet",
        severity=Severity.WARNING if box.ready else Severity.INFO if is_long_past(view, pod, box) else Severity.CRITICAL,
        evidence=(
            evidence.field(view.subject, path, end.reason, said, end.finished_at),
            evidence.field(view.subject, f"spec.containers[{box.name}].resources.limits.memory", limit or "not set"),
            evidence.field(view.subject, f"{box.path}.restartCount", box.restarts),
        ),
        next=(
            advice.logs(view.subject, box.name, previous=True),
            f"kubectl -n {view.subject.namespace} top pod {view.subject.name} --containers",
            f"Raise resources.limits.memory of container {box.name} above {limit}, or make the program use less." if limit
            else f"Set a memory request and limit for container {box.name} that fit its use.",
        ),
        since_ms=_since(pod, view, box, end),
    )  # fmt: skip


def _limit(box: Box) -> str:
    resources = box.spec.resources if box.spec else None
    return str((resources.limits or {}).get("memory", "")) if resources else ""


def _since(pod: Pod, view: RuleView, box: Box, end: ContainerStateTerminated) -> int | None:
    """The first kill, where it can be known: the only one so far, or the event of the first back-off."""
    backed_off = first_seen_ms(view.events("BackOff", "OOMKilling"))
    if box.restarts <= 1:
        known = [time for time in (time_ms(end.finished_at), not_ready_since_ms(pod), backed_off) if time is not None]
        return min(known, default=None)
    return backed_off
