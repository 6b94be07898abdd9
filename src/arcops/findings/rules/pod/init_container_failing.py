"""An init container fails, so the pod's own containers never start.

Found: an init container waits with CrashLoopBackOff, or ended with an error and is being tried again. Its exit code and last words
are quoted.

Quiet: for native sidecars (they count as ordinary containers), a first failed try, one that has been running for much longer than those
before, and pods of a Job, which are judged with the Job. A pod that failed more than a day ago is only information.

Do: read the quoted line and the init container's log.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.began import earliest_ms, first_seen_ms
from arcops.findings.dependencies import dependency_in
from arcops.findings.endings import Ending, ending_evidence, ending_of
from arcops.findings.pods import CRASH_LOOP, Box, has_owner, init_boxes, is_over, is_unwell, main_boxes, not_ready_since_ms
from arcops.findings.recovery import has_outlived, is_long_past
from arcops.findings.starts import is_never_started, is_wrong_platform
from arcops.findings.view import RuleView
from arcops.kube.objects.pod import Pod


@rule(Pod, severity=Severity.CRITICAL, gate=is_unwell, blames_changes=True)
def check(pod: Pod, view: RuleView) -> Iterator[Hit]:
    """One hit for the init container at which the pod stands."""
    if pod.metadata.deletion_timestamp or has_owner(pod, "Job"):
        return
    for box in init_boxes(pod):
        if not _fails(pod, box, view):
            continue
        ending = ending_of(view, view.subject, box)
        if is_wrong_platform(ending) or is_never_started(box, ending):
            continue
        yield _hit(pod, view, box, ending)
        return


def _fails(pod: Pod, box: Box, view: RuleView) -> bool:
    if box.waiting == CRASH_LOOP:
        return True
    failed = pod.status is not None and pod.status.phase == "Failed"
    if box.ended is not None:
        return box.ended.exit_code != 0 and (box.restarts > 0 or failed)
    before = box.ended_before
    return box.restarts > 1 and before is not None and before.exit_code != 0 and not has_outlived(view, box)


def _hit(pod: Pod, view: RuleView, box: Box, ending: Ending | None) -> Hit:
    waiting = ", ".join(main.name for main in main_boxes(pod))
    how = f" with {ending.code_text}" if ending else ""
    killed = f" ({ending.end.reason})" if ending and ending.end.reason not in (None, "Error", "Completed") else ""
    said = f'. It says: "{ending.said}"' if ending and ending.said else ""
    loop = " (CrashLoopBackOff)" if box.waiting == CRASH_LOOP else ""
    blamed = dependency_in(view, ending.said) if ending and ending.is_of_dependency else None
    at_fault = blamed if blamed and blamed.is_at_fault else None
    told = [part for part in (ending.meaning if ending else "", blamed.text if blamed else "") if part]
    return Hit(
        cause=at_fault.cause if at_fault else None,
        link="depends on" if at_fault else "",
        title=f"Init container {box.name} of {view.subject} keeps failing{loop}{how}{killed}, so {waiting or 'the pod'} never starts{said}",
        why=f"That means: {', and '.join(told)}" if told else "",
        severity=Severity.INFO if is_over(pod) and is_long_past(view, pod, box) else None,
        evidence=(
            *(ending_evidence(view.subject, box, ending) if ending else ()),
            evidence.field(view.subject, f"{box.path}.restartCount", box.restarts),
            *(evidence.event(event) for event in view.events("BackOff")),
        ),
        next=(advice.logs(view.subject, box.name, previous=True), advice.look(view.subject)),
        since_ms=earliest_ms(not_ready_since_ms(pod), first_seen_ms(view.events("BackOff"))),
    )
