"""A CronJob is suspended and misses its runs.

Found: it is suspended. A warning once more than two runs of its schedule have passed since the record saw it being suspended;
before that, and where the record does not know when it was, it is only information, for it may be meant so.

Quiet: where the schedule cannot be read (CronJobInvalid tells that).

Do: resume it, or delete it if it is not needed any more.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.base.clock import rfc3339
from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.schedule import runs_between, schedule_of
from arcops.findings.view import RuleView
from arcops.kube.objects.batch import CronJob
from arcops.kube.objects.meta import KubeObject
from arcops.kube.times import duration_text, time_ms

_MISSED = 2
_MOST = 10_000


def _is_suspended(obj: KubeObject) -> bool:
    return isinstance(obj, CronJob) and obj.spec is not None and obj.spec.suspend is True


@rule(CronJob, severity=Severity.WARNING, gate=_is_suspended)
def check(job: CronJob, view: RuleView) -> Iterator[Hit]:
    """One hit."""
    spec = job.spec
    schedule = schedule_of(spec.schedule, spec.time_zone or "") if spec else None
    if spec is None or schedule is None:
        return
    changes = [change for change in view.changes(view.subject) if change.path == "spec.suspend" and change.new == "true"]
    change = changes[-1] if changes else None
    last_ms = time_ms((job.status.last_schedule_time if job.status else None) or job.metadata.creation_timestamp)
    since_ms = change.at_ms if change else last_ms
    missed = runs_between(schedule, since_ms, view.now_ms, _MOST) if since_ms is not None else 0
    if since_ms is None:
        return
    if missed <= _MISSED:
        _wake_at_third_run(view, schedule.after(since_ms))
    who = f" by {change.who}" if change and change.who else ""
    when = (
        f"since {rfc3339(since_ms)} ({duration_text(view.now_ms - since_ms)}){who}"
        if change
        else f"; its last run was at {rfc3339(since_ms)}"
    )
    yield Hit(
        title=f"{view.subject} is suspended {when} and has missed {missed} runs of its schedule {spec.schedule}".replace(" ;", ";"),
        severity=None if change and missed > _MISSED else Severity.INFO,
        evidence=(evidence.field(view.subject, "spec.suspend", "true"), *((evidence.change(change),) if change else ())),
        next=(advice.kubectl(view.subject, "patch", '-p \'{"spec":{"suspend":false}}\''),),
        since_ms=change.at_ms if change else None,
    )


def _wake_at_third_run(view: RuleView, times: Iterator[int]) -> None:
    for _, at_ms in zip(range(_MISSED), times, strict=False):
        view.held(at_ms, 0)
    third = next(times, None)
    if third is not None:
        view.held(third, 0)
