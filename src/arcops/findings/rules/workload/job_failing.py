"""A Job has used up half of its retries or more and has not succeeded.

Found: at least two pods have failed, they are half of the retries or more, and the Job is not over; or the container of its pod,
restarted in place (restartPolicy OnFailure), is in a crash loop. The last exit code and the line that decides are quoted. It is only
information for a Job that is suspended, and where every pod that failed is gone: whoever deletes a running pod of a Job, as a drain
does, makes it count as failed.

Quiet: for the first failure, once the Job is over (JobFailed tells that), and where retries are counted per index.

Do: read the quoted line and mend its cause before the retries are used up.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.endings import ending_evidence
from arcops.findings.jobs import is_finished, is_suspended, last_failure
from arcops.findings.pods import CRASH_LOOP
from arcops.findings.text.counts import times
from arcops.findings.view import RuleView
from arcops.kube.objects.batch import Job
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.pod import Pod

_DEFAULT_LIMIT = 6
_FEWEST = 2


def _fails(obj: KubeObject) -> bool:
    """Pods have failed, or one is at work whose containers are restarted in place, which counts nothing until the Job gives up."""
    if not isinstance(obj, Job) or obj.status is None or is_finished(obj):
        return False
    return (obj.status.failed or 0) >= _FEWEST or bool(obj.status.active and _restarts_in_place(obj))


def _restarts_in_place(job: Job) -> bool:
    template = job.spec.template if job.spec else None
    return bool(template and template.spec and template.spec.restart_policy == "OnFailure")


@rule(Job, severity=Severity.WARNING, gate=_fails, blames_changes=True)
def check(job: Job, view: RuleView) -> Iterator[Hit]:
    """One hit."""
    failed = (job.status.failed if job.status else None) or 0
    if failed < _FEWEST:
        yield from _in_place(job, view)
        return
    limit = _DEFAULT_LIMIT if job.spec is None or job.spec.backoff_limit is None else job.spec.backoff_limit
    if is_finished(job) or 2 * failed < limit or (job.spec and job.spec.backoff_limit_per_index is not None):
        return
    found = last_failure(view, view.uid)
    how = f"; container {found[1].name} ended with {found[2].code_text}" if found else ""
    said = f': "{found[2].said}"' if found and found[2].said else ""
    held = " and is suspended" if is_suspended(job) else ""
    deleted = " and are gone, as after a drain" if found is None and _are_gone(view) else ""
    yield Hit(
        title=f"{view.subject} fails{held}: {failed} pods have failed{deleted}, it gives up after {limit} retries{how}{said}",
        why=f"That means: {found[2].meaning}" if found and found[2].meaning else "",
        severity=Severity.INFO if held or deleted else None,
        evidence=(evidence.field(view.subject, "status.failed", failed), *(ending_evidence(*found) if found else ())),
        next=(f"kubectl -n {view.subject.namespace} logs {advice.named(view.subject)} --tail=50", advice.look(view.subject)),
    )


def _in_place(job: Job, view: RuleView) -> Iterator[Hit]:
    """One hit for a pod whose container is restarted again and again."""
    found = last_failure(view, view.uid)
    if found is None or found[1].waiting != CRASH_LOOP or found[1].restarts < _FEWEST:
        return
    pod, box, ending = found
    said = f': "{ending.said}"' if ending.said else ""
    yield Hit(
        title=f"{view.subject} fails: container {box.name} of its pod {pod.name} keeps crashing, restarted {times(box.restarts)}: it ends "
        f"with {ending.code_text}{said}",
        why=f"That means: {ending.meaning}" if ending.meaning else "",
        severity=Severity.INFO if is_suspended(job) else None,
        evidence=ending_evidence(*found),
        next=(f"kubectl -n {pod.namespace} logs {pod.name} -c {box.name} --previous --tail=50", advice.look(view.subject)),
    )


def _are_gone(view: RuleView) -> bool:
    """Whether none of the pods that failed is left; those that fail by themselves stay as long as their Job. Raises ``CannotLook``."""
    view.need(Pod.GROUP_KIND)
    if not view.sees(Pod.GROUP_KIND):
        return False
    pods = [entry.obj for entry in view.owned_by(view.uid, Pod.GROUP_KIND) if isinstance(entry.obj, Pod)]
    return not any(pod.status and pod.status.phase == "Failed" for pod in pods)
