"""A Job has failed for good.

Found: the Job's condition Failed is True: it used up its retries (BackoffLimitExceeded), its time (DeadlineExceeded), or its pod
failure policy ended it. The last pod's exit code and the line of its message or log that decides are quoted, from the record where
the pod is gone.

Quiet: for a failed run of a CronJob that has succeeded since, and while retries are left.

Do: read the quoted line; mend the cause; then create the Job again.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Evidence, Hit, Severity, rule
from arcops.findings.endings import Ending, ending_evidence, ending_of
from arcops.findings.pods import Box, boxes
from arcops.findings.view import RuleView
from arcops.kube.conditions import condition_of, is_true
from arcops.kube.objects.batch import CronJob, Job
from arcops.kube.objects.condition import Condition
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.pod import Pod
from arcops.kube.owners import controller_of, owner_ref
from arcops.kube.refs import ObjectRef
from arcops.kube.times import time_ms

_REASONS = {
    "BackoffLimitExceeded": "it used up its retries (BackoffLimitExceeded)",
    "DeadlineExceeded": "it did not end within its deadline (DeadlineExceeded)",
    "PodFailurePolicy": "its pod failure policy ended it (PodFailurePolicy)",
}


def _has_failed(obj: KubeObject) -> bool:
    return isinstance(obj, Job) and obj.status is not None and is_true(obj.status.conditions, "Failed")


@rule(Job, severity=Severity.CRITICAL, gate=_has_failed, mixin="JobFailed", blames_changes=True)
def check(job: Job, view: RuleView) -> Iterator[Hit]:
    """One hit."""
    failed = condition_of(job.status.conditions, "Failed") if job.status else None
    if failed is None or _succeeded_since(job, view, failed):
        return
    count = (job.status.failed if job.status else None) or 0
    found = _last_failure(view)
    reason = _REASONS.get(failed.reason or "", f"{failed.reason or 'it failed'}: {failed.message or ''}".rstrip(": "))
    pod, box, ending = found or (None, None, None)
    how = f". Container {box.name} of {pod} ended with {ending.code_text}" if pod and box and ending else ""
    said = f': "{ending.said}"' if ending and ending.said else ""
    yield Hit(
        title=f"{view.subject} has failed: {reason}, failed pods: {count}{how}{said}",
        why=f"That means: {ending.meaning}" if ending and ending.meaning else failed.message or "",
        evidence=(evidence.condition(view.subject, failed), *_evidence(view, pod, box, ending)),
        next=(f"kubectl -n {view.subject.namespace} logs {advice.named(view.subject)} --tail=50", advice.look(view.subject)),
        since_ms=time_ms(failed.last_transition_time),
    )


def _succeeded_since(job: Job, view: RuleView, failed: Condition) -> bool:
    owner = controller_of(job)
    if owner is None or owner.kind != "CronJob" or not view.sees(CronJob.GROUP_KIND):
        return False
    entry = view.get(owner_ref(owner, view.subject.namespace))
    status = entry.obj.status if entry and isinstance(entry.obj, CronJob) else None
    succeeded_ms = time_ms(status.last_successful_time) if status else None
    failed_ms = time_ms(failed.last_transition_time)
    return succeeded_ms is not None and failed_ms is not None and succeeded_ms > failed_ms


def _last_failure(view: RuleView) -> tuple[ObjectRef, Box, Ending] | None:
    """The container that failed last in a pod of the Job, living or gone."""
    pods = [(entry.ref, entry.obj) for entry in view.owned_by(view.uid, Pod.GROUP_KIND)] if view.sees(Pod.GROUP_KIND) else []
    if not pods:
        gone = view.gone(Pod.GROUP_KIND, view.subject.namespace)
        pods = [(was.ref, was.obj) for was in gone if _is_of(was.obj, view.uid)]
    found = [failure for ref, obj in pods if isinstance(obj, Pod) for failure in _failures(view, ref, obj)]
    return max(found, key=_time) if found else None


def _is_of(obj: KubeObject, uid: str) -> bool:
    return any(owner.uid == uid for owner in obj.metadata.owner_references or ())


def _failures(view: RuleView, ref: ObjectRef, pod: Pod) -> Iterator[tuple[ObjectRef, Box, Ending]]:
    for box in boxes(pod):
        if box.last_end is not None and box.last_end.exit_code != 0:
            ending = ending_of(view, ref, box)
            if ending is not None:
                yield ref, box, ending


def _time(found: tuple[ObjectRef, Box, Ending]) -> tuple[bool, str, ObjectRef]:
    return bool(found[2].said), found[2].end.finished_at or "", found[0]


def _evidence(view: RuleView, pod: ObjectRef | None, box: Box | None, ending: Ending | None) -> Iterator[Evidence]:
    if pod and box and ending:
        yield from ending_evidence(pod, box, ending)
    for event in view.events("BackoffLimitExceeded", "DeadlineExceeded"):
        yield evidence.event(event)
