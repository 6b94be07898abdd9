"""A CronJob does not run when it should, or none of its runs succeeds any more.

Found: the next run by its schedule is overdue by more than 5 minutes and half a period; or its runs start, and none has succeeded
for three periods. If the run before still goes on and runs must not overlap, that Job is to blame.

Quiet: while it is suspended, and where the schedule cannot be read (CronJobInvalid tells that).

Do: look at the CronJob's events and its last Job; if nothing is created, at kube-controller-manager.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.base.clock import rfc3339
from arcops.findings import advice, evidence
from arcops.findings.base import Evidence, Hit, Severity, rule
from arcops.findings.jobs import is_finished
from arcops.findings.onset import MINUTE_MS
from arcops.findings.schedule import Schedule, period_ms, schedule_of
from arcops.findings.view import RuleView
from arcops.kube.objects.batch import CronJob, Job
from arcops.kube.objects.meta import KubeObject
from arcops.kube.refs import ObjectRef
from arcops.kube.times import duration_text, time_ms

_SLACK_MS = 5 * MINUTE_MS
_PERIODS = 3


def _is_on(obj: KubeObject) -> bool:
    return isinstance(obj, CronJob) and obj.spec is not None and not obj.spec.suspend and not obj.metadata.deletion_timestamp


@rule(CronJob, severity=Severity.WARNING, gate=_is_on, is_symptom=True)
def check(job: CronJob, view: RuleView) -> Iterator[Hit]:
    """One hit: overdue, or without success."""
    spec = job.spec
    schedule = schedule_of(spec.schedule, spec.time_zone or "") if spec else None
    created_ms = time_ms(job.metadata.creation_timestamp)
    last_ms = time_ms(job.status.last_schedule_time) if job.status else None
    if spec is None or schedule is None or created_ms is None:
        return
    period = period_ms(schedule, last_ms or created_ms)
    if period is None:
        return
    due_ms = _due_ms(schedule, last_ms, created_ms, period)
    late_ms = due_ms + max(_SLACK_MS, period // 2)
    if view.held(late_ms, 0):
        yield _overdue(job, view, due_ms, last_ms)
    elif last_ms is not None:
        yield from _without_success(job, view, last_ms, period)


def _due_ms(schedule: Schedule, last_ms: int | None, created_ms: int, period: int) -> int:
    """When the next run should have begun. A last run that does not fit the schedule shows another time zone: then the period counts."""
    if last_ms is None:
        return next(schedule.after(created_ms), created_ms + period)
    fits = next(schedule.after(last_ms - MINUTE_MS), None) == last_ms // MINUTE_MS * MINUTE_MS
    return next(schedule.after(last_ms), last_ms + period) if fits else last_ms + period


def _overdue(job: CronJob, view: RuleView, due_ms: int, last_ms: int | None) -> Hit:
    running = _running(job, view)
    last = f"its last run was at {rfc3339(last_ms)}" if last_ms else "it has never run"
    why = f"{running} still runs, and runs must not overlap (concurrencyPolicy Forbid)" if running else ""
    schedule = job.spec.schedule if job.spec else ""
    return Hit(
        title=f"{view.subject} is late: by its schedule {schedule} it was due at {rfc3339(due_ms)}, {last}{f'; {why}' if why else ''}",
        cause=running,
        link="waits for" if running else "",
        evidence=tuple(_evidence(job, view)),
        next=(advice.look(view.subject), *((advice.look(running),) if running else ())),
        since_ms=due_ms,
    )


def _running(job: CronJob, view: RuleView) -> ObjectRef | None:
    if job.spec is None or job.spec.concurrency_policy != "Forbid" or not view.sees(Job.GROUP_KIND):
        return None
    own = view.owned_by(view.uid, Job.GROUP_KIND)
    return next((entry.ref for entry in own if isinstance(entry.obj, Job) and not is_finished(entry.obj)), None)


def _without_success(job: CronJob, view: RuleView, last_ms: int, period: int) -> Iterator[Hit]:
    status = job.status
    good_ms = time_ms(status.last_successful_time) if status else None
    if status is None or status.active or good_ms is None or last_ms - good_ms < _PERIODS * period:
        return
    yield Hit(
        title=f"{view.subject} runs but does not succeed: the last success was at {rfc3339(good_ms)}, "
        f"{duration_text(view.now_ms - good_ms)} ago, the last run at {rfc3339(last_ms)}",
        evidence=(*_evidence(job, view), evidence.field(view.subject, "status.lastSuccessfulTime", status.last_successful_time)),
        next=(f"kubectl -n {view.subject.namespace} get jobs --sort-by=.metadata.creationTimestamp", advice.look(view.subject)),
        since_ms=good_ms + period,
    )


def _evidence(job: CronJob, view: RuleView) -> Iterator[Evidence]:
    yield evidence.field(view.subject, "spec.schedule", job.spec.schedule if job.spec else "")
    yield evidence.field(view.subject, "status.lastScheduleTime", job.status.last_schedule_time if job.status else "")
    for event in view.events("FailedCreate", "FailedNeedsStart", "MissSchedule", "TooManyMissedTimes"):
        yield evidence.event(event)
