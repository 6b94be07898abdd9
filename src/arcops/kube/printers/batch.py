"""Columns of Jobs and CronJobs."""

from __future__ import annotations

from arcops.kube.conditions import is_true
from arcops.kube.objects.batch import CronJob, CronJobSpec, CronJobStatus, Job, JobSpec, JobStatus
from arcops.kube.objects.pod import PodTemplate
from arcops.kube.printers.base import NONE, UNSET, Column, age, columns_of, number, plain, selector_text, template_columns
from arcops.kube.times import age_text, duration_text, time_ms

_JOB = JobSpec()
_JOB_STATUS = JobStatus()
_CRON = CronJobSpec()
_CRON_STATUS = CronJobStatus()


def job_state(job: Job) -> str:
    """The STATUS column of a Job: Complete, Failed, Terminating, Suspended, FailureTarget, SuccessCriteriaMet or Running."""
    conditions = job.status.conditions if job.status else None
    for condition in ("Complete", "Failed"):
        if is_true(conditions, condition):
            return condition
    if job.metadata.deletion_timestamp:
        return "Terminating"
    for condition in ("Suspended", "FailureTarget", "SuccessCriteriaMet"):
        if is_true(conditions, condition):
            return condition
    return "Running"


def _completions(job: Job) -> str:
    spec = job.spec or _JOB
    succeeded = (job.status or _JOB_STATUS).succeeded or 0
    if spec.completions is not None:
        return f"{succeeded}/{spec.completions}"
    parallelism = spec.parallelism or 0
    return f"{succeeded}/1 of {parallelism}" if parallelism > 1 else f"{succeeded}/1"


def _duration(job: Job, now_ms: int) -> str:
    status = job.status or _JOB_STATUS
    start_ms = time_ms(status.start_time)
    if start_ms is None:
        return ""
    end_ms = time_ms(status.completion_time)
    return duration_text((now_ms if end_ms is None else end_ms) - start_ms)


def _job_template(job: Job) -> PodTemplate | None:
    return (job.spec or _JOB).template


def _cron_job_spec(obj: CronJob) -> JobSpec:
    template = (obj.spec or _CRON).job_template
    return (template.spec if template else None) or _JOB


def _cron_job_template(obj: CronJob) -> PodTemplate | None:
    return _cron_job_spec(obj).template


def _suspend(obj: CronJob) -> str:
    """``True`` with a capital, unlike other tables."""
    suspend = (obj.spec or _CRON).suspend
    return UNSET if suspend is None else str(suspend)


def _last_schedule(obj: CronJob, now_ms: int) -> str:
    last = (obj.status or _CRON_STATUS).last_schedule_time
    return age_text(last, now_ms) if last else NONE


COLUMNS = dict((
    columns_of(
        Job,
        plain("STATUS", job_state),
        plain("COMPLETIONS", _completions),
        Column("DURATION", _duration),
        age(),
        *template_columns(_job_template),
        plain("SELECTOR", lambda job: selector_text((job.spec or _JOB).selector), wide=True),
    ),
    columns_of(
        CronJob,
        plain("SCHEDULE", lambda obj: (obj.spec or _CRON).schedule),
        plain("TIMEZONE", lambda obj: (obj.spec or _CRON).time_zone or NONE),
        plain("SUSPEND", _suspend),
        number("ACTIVE", lambda obj: len((obj.status or _CRON_STATUS).active or ())),
        Column("LAST SCHEDULE", _last_schedule),
        age(),
        *template_columns(_cron_job_template),
        plain("SELECTOR", lambda obj: selector_text(_cron_job_spec(obj).selector), wide=True),
    ),
))  # fmt: skip
