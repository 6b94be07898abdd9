"""A Job is suspended: it makes no pods until somebody resumes it.

Found: ``suspend`` is true and the Job is not over. It is information, for it may be meant so.

Quiet: for Jobs that a queueing system (Kueue, or another controller named in ``managedBy``) holds until there is room.

Do: resume it, or delete it if it is not needed any more.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.jobs import is_finished, is_suspended
from arcops.findings.view import RuleView
from arcops.kube.conditions import condition_of
from arcops.kube.objects.batch import Job
from arcops.kube.objects.meta import KubeObject
from arcops.kube.times import time_ms

_QUEUES = ("kueue.x-k8s.io/queue-name", "volcano.sh/queue-name")


def _is_held(obj: KubeObject) -> bool:
    return isinstance(obj, Job) and is_suspended(obj)


@rule(Job, severity=Severity.INFO, gate=_is_held)
def check(job: Job, view: RuleView) -> Iterator[Hit]:
    """One hit."""
    labels = {**(job.metadata.labels or {}), **(job.metadata.annotations or {})}
    if is_finished(job) or any(queue in labels for queue in _QUEUES) or (job.spec and job.spec.managed_by):
        return
    suspended = condition_of(job.status.conditions, "Suspended") if job.status else None
    yield Hit(
        title=f"{view.subject} is suspended and makes no pods until it is resumed",
        evidence=(evidence.field(view.subject, "spec.suspend", "true"),),
        next=(advice.kubectl(view.subject, "patch", '-p \'{"spec":{"suspend":false}}\''),),
        since_ms=time_ms(suspended.last_transition_time) if suspended else None,
    )
