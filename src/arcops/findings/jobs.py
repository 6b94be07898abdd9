"""Reading Jobs: whether they are over, and what their pods did."""

from __future__ import annotations

from arcops.findings.endings import Ending, ending_of
from arcops.findings.pods import Box, boxes, is_over
from arcops.findings.view import RuleView
from arcops.kube.conditions import is_true
from arcops.kube.objects.batch import Job
from arcops.kube.objects.pod import Pod
from arcops.kube.owners import controller_of, owner_ref
from arcops.kube.refs import ObjectRef
from arcops.kube.times import time_ms


def is_finished(job: Job) -> bool:
    """Whether a Job has ended, well or not, or is about to."""
    conditions = job.status.conditions if job.status else None
    return any(is_true(conditions, name) for name in ("Complete", "Failed", "FailureTarget", "SuccessCriteriaMet"))


def is_made_good(view: RuleView, pod: Pod) -> bool:
    """Whether a pod is one that failed on the way of a Job that has completed since. Raises ``CannotLook``."""
    owner = controller_of(pod)
    if owner is None or owner.group_kind != Job.GROUP_KIND or not is_over(pod):
        return False
    view.need(Job.GROUP_KIND)
    if not view.sees(Job.GROUP_KIND):
        return False
    entry = view.get(owner_ref(owner, view.subject.namespace))
    job = entry.obj if entry is not None and isinstance(entry.obj, Job) else None
    return job is not None and job.status is not None and is_true(job.status.conditions, "Complete")


def is_suspended(job: Job) -> bool:
    """Whether somebody, or a queueing system, holds it."""
    return bool(job.spec and job.spec.suspend)


def duration_ms(job: Job) -> int | None:
    """How long a Job took that completed."""
    start = time_ms(job.status.start_time) if job.status else None
    end = time_ms(job.status.completion_time) if job.status else None
    return end - start if start is not None and end is not None else None


def last_failure(view: RuleView, uid: str) -> tuple[ObjectRef, Box, Ending] | None:
    """The container that failed last in the Job's pods that are still there."""
    found = []
    for entry in view.owned_by(uid, Pod.GROUP_KIND) if view.sees(Pod.GROUP_KIND) else ():
        for box in boxes(entry.obj) if isinstance(entry.obj, Pod) else ():
            ending = ending_of(view, entry.ref, box) if box.last_end is not None and box.last_end.exit_code != 0 else None
            if ending is not None:
                found.append((entry.ref, box, ending))
    return max(found, key=lambda one: (one[2].end.finished_at or "", one[0]), default=None)
