"""A CronJob can never run: its schedule, time zone or deadline makes no sense.

Found: the schedule is no cron expression, the controller says that it cannot read it or does not know the time zone, or the
starting deadline is negative.

Quiet: for everything the controller would run.

Do: correct the field that is named.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.schedule import is_schedule
from arcops.findings.view import RuleView
from arcops.kube.objects.batch import CronJob

_EVENTS = ("UnknownTimeZone", "InvalidSchedule", "UnparseableSchedule", "UnParseableCronJobSchedule")


@rule(CronJob, severity=Severity.WARNING)
def check(job: CronJob, view: RuleView) -> Iterator[Hit]:
    """One hit, about the first field that is wrong."""
    spec = job.spec
    if spec is None:
        return
    events = view.events(*_EVENTS)
    deadline = spec.starting_deadline_seconds
    if not is_schedule(spec.schedule):
        path, value, what = "spec.schedule", spec.schedule, f'its schedule "{spec.schedule}" is not a valid cron expression'
    elif deadline is not None and deadline < 0:
        path, value, what = "spec.startingDeadlineSeconds", str(deadline), f"its starting deadline is negative ({deadline} s)"
    elif events:
        path, value, what = "spec.timeZone", spec.time_zone or "", events[-1].message
    else:
        return
    yield Hit(
        title=f"{view.subject} cannot run: {what}",
        evidence=(evidence.field(view.subject, path, value), *(evidence.event(event) for event in events)),
        next=(advice.edit(view.subject, path),),
    )
