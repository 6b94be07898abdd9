"""A Job runs far longer than it should.

Found: it is active and started more than 12 hours ago, or more than 3 times as long ago as the Jobs of its CronJob usually take
(the median of at least three, and never less than 10 minutes).

Quiet: while it is suspended, and as long as a deadline of its own (activeDeadlineSeconds) has not passed.

Do: look at its pods: whether they wait for something, or work through more than before.
"""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.jobs import duration_ms, is_finished, is_suspended
from arcops.findings.onset import MINUTE_MS
from arcops.findings.pods import main_boxes
from arcops.findings.text.lines import last_line
from arcops.findings.view import RuleView
from arcops.kube.objects.batch import Job
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.pod import Pod
from arcops.kube.owners import controller_of
from arcops.kube.refs import ObjectRef
from arcops.kube.times import duration_text, time_ms

_LONGEST_MS = 12 * 60 * MINUTE_MS
_LEAST_MS = 10 * MINUTE_MS
_TIMES = 3
_FEWEST = 3


def _is_active(obj: KubeObject) -> bool:
    return isinstance(obj, Job) and obj.status is not None and bool(obj.status.active)


@rule(Job, severity=Severity.WARNING, gate=_is_active, is_symptom=True, mixin="JobNotCompleted")
def check(job: Job, view: RuleView) -> Iterator[Hit]:
    """One hit."""
    started = job.status.start_time if job.status else None
    start = time_ms(started)
    if start is None or is_finished(job) or is_suspended(job):
        return
    usual = _usual_ms(job, view)
    allowed = max(min(_TIMES * usual, _LONGEST_MS), _LEAST_MS) if usual is not None else _LONGEST_MS
    deadline_s = job.spec.active_deadline_seconds if job.spec else None
    due_ms = start + max(round(allowed), (deadline_s or 0) * 1000)
    if not view.held(due_ms, 0):
        return
    said = _last_words(view)
    before = f"; its runs usually take {duration_text(round(usual))}" if usual is not None else ""
    yield Hit(
        title=f"{view.subject} has been running for {duration_text(view.now_ms - start)} and has not ended{before}",
        why=f'Its log ends with: "{said[2]}"' if said else "",
        evidence=(
            evidence.field(view.subject, "status.startTime", started, time=started),
            *((evidence.log(*said),) if said else ()),
        ),
        next=(advice.look(view.subject), f"kubectl -n {view.subject.namespace} logs {advice.named(view.subject)} --tail=50"),
        since_ms=due_ms,
    )


def _last_words(view: RuleView) -> tuple[ObjectRef, str, str] | None:
    """The last line of the first of its containers that runs and has one."""
    for entry in view.owned_by(view.uid, Pod.GROUP_KIND) if view.sees(Pod.GROUP_KIND) else ():
        for box in main_boxes(entry.obj) if isinstance(entry.obj, Pod) else ():
            line = last_line(view.log(entry.ref, box.name)) if box.running_since_ms is not None else ""
            if line:
                return entry.ref, box.name, line
    return None


def _usual_ms(job: Job, view: RuleView) -> float | None:
    """How long the other Jobs of the same CronJob took, in the middle; None where there are too few."""
    owner = controller_of(job)
    if owner is None or owner.kind != "CronJob":
        return None
    others = [entry.obj for entry in view.owned_by(owner.uid, Job.GROUP_KIND)]
    times = [taken for other in others if isinstance(other, Job) and (taken := duration_ms(other)) is not None]
    return median(times) if len(times) >= _FEWEST else None
