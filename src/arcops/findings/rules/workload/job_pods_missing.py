"""A Job should run and has no pod.

Found: it is not over and not suspended, and no pod of it is active for 5 minutes (10 after a failure, for retries wait longer and
longer).

Quiet: while pods of it are still being ended, and for Jobs that another controller manages (``managedBy``).

Do: look at the Job's events; if there are none, at kube-controller-manager.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.jobs import is_finished, is_suspended, last_failure
from arcops.findings.view import RuleView
from arcops.kube.objects.batch import Job
from arcops.kube.objects.meta import KubeObject
from arcops.kube.times import time_ms

_CONTROLLER = "kubernetes.io/job-controller"
_MINUTES, _MINUTES_AFTER_FAILURE = 5, 10


def _has_no_pod(obj: KubeObject) -> bool:
    if not isinstance(obj, Job) or obj.metadata.deletion_timestamp:
        return False
    status = obj.status
    return status is None or not (status.active or status.terminating or status.completion_time)


@rule(Job, severity=Severity.WARNING, for_minutes=_MINUTES, gate=_has_no_pod, is_symptom=True)
def check(job: Job, view: RuleView) -> Iterator[Hit]:
    """One hit."""
    spec, status = job.spec, job.status
    if spec is None or is_finished(job) or is_suspended(job) or spec.managed_by not in (None, _CONTROLLER):
        return
    if spec.parallelism == 0 or spec.completions == 0:
        return
    failure = last_failure(view, view.uid)
    failed = (status.failed if status else None) or 0
    succeeded = (status.succeeded if status else None) or 0
    yield Hit(
        title=f"{view.subject} has no pod though it is not over ({failed} have failed, {succeeded} succeeded)",
        evidence=(evidence.field(view.subject, "status.active", 0),),
        next=(advice.look(view.subject),),
        since_ms=time_ms(failure[2].end.finished_at) if failure else time_ms(status.start_time) if status and not failed else None,
        for_minutes=_MINUTES_AFTER_FAILURE if failed else None,
    )
