"""A container ends again and again, or ended with an error and will not be started again.

Found: a container waits with CrashLoopBackOff, was restarted at least 3 times and ended within the last 15 minutes after a run of less than
that, or its pod has failed. The exit code, the termination message and the last log lines before the end tell why; the line that
decides is quoted with what it means. A Service it needs that is absent or has no endpoints is to blame; a container of the same pod
that has its port is named.

Quiet: containers killed for memory (OomKilled), by a probe (ProbeFailing), that cannot be started (ContainerStartError) or are built
for another CPU (ExecFormatError) have findings of their own; pods of a Job are judged
with the Job; a container that was restarted now and then over days is none.

Do: read the quoted line; then the log of the run before. If a change is named, compare or undo it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Evidence, Hit, Severity, rule
from arcops.findings.began import earliest_ms, first_seen_ms
from arcops.findings.dependencies import dependency_in
from arcops.findings.endings import Ending, ending_evidence, ending_of
from arcops.findings.pods import Box, has_owner, is_unwell, main_boxes, not_ready_since_ms
from arcops.findings.probes import killed_by_probe
from arcops.findings.starts import is_never_started, is_wrong_platform
from arcops.findings.text.families import Family
from arcops.findings.view import RuleView
from arcops.kube.objects.pod import Pod
from arcops.kube.times import time_ms

CRASH_LOOP = "CrashLoopBackOff"
WINDOW_MS = 15 * 60_000
MANY = 3
_NOT_A_CRASH = frozenset({"Evicted", "NodeShutdown", "Terminated", "NodeAffinity", "NodeLost", "Shutdown", "UnexpectedAdmissionError"})


@rule(Pod, severity=Severity.CRITICAL, gate=is_unwell, mixin="PodCrashLooping", blames_changes=True)
def check(pod: Pod, view: RuleView) -> Iterator[Hit]:
    """One hit for the first container that crashes."""
    if has_owner(pod, "Job") or pod.metadata.deletion_timestamp or (pod.status and pod.status.reason in _NOT_A_CRASH):
        return
    for box in main_boxes(pod):
        if not crashes(pod, box, view.now_ms) or is_for_memory(box) or killed_by_probe(view, box) is not None:
            continue
        ending = ending_of(view, view.subject, box)
        if is_wrong_platform(ending) or is_never_started(box, ending):
            continue
        yield _hit(pod, view, box, ending)
        return


def crashes(pod: Pod, box: Box, now_ms: int) -> bool:
    """Whether a container is in a crash loop, or ended for good with an error."""
    if box.waiting == CRASH_LOOP:
        return True
    if box.ended is not None:
        failed = pod.status is not None and pod.status.phase == "Failed"
        return box.ended.exit_code != 0 and (failed or box.restarts > 0)
    before = box.ended_before
    ended_ms, began_ms = (time_ms(before.finished_at), time_ms(before.started_at)) if before else (None, None)
    if box.restarts < MANY or ended_ms is None or now_ms - ended_ms >= WINDOW_MS:
        return False
    return began_ms is None or ended_ms - began_ms < WINDOW_MS


def is_for_memory(box: Box) -> bool:
    """Whether it was killed for memory, which has a rule of its own."""
    return any(end is not None and end.reason == "OOMKilled" for end in (box.ended, box.ended_before))


def _hit(pod: Pod, view: RuleView, box: Box, ending: Ending | None) -> Hit:
    loop = " (CrashLoopBackOff)" if box.waiting == CRASH_LOOP else ""
    times = f", restarted {box.restarts} times" if box.restarts else ""
    how = f": it ends with {ending.code_text}" if ending else ""
    said = f'. It says: "{ending.said}"' if ending and ending.said else ""
    blamed = dependency_in(view, ending.said) if ending and ending.is_of_dependency else None
    at_fault = blamed if blamed and blamed.is_at_fault else None
    kept = tuple(evidence.event(event) for event in view.events("BackOff"))
    return Hit(
        title=f"Container {box.name} of {view.subject} keeps crashing{loop}{times}{how}{said}",
        cause=at_fault.service if at_fault else None,
        link="depends on" if at_fault else "",
        why=_why(pod, box, ending, blamed.text if blamed else ""),
        severity=Severity.WARNING if box.ready else None,
        evidence=(*(ending_evidence(view.subject, box, ending) if ending else ()), _restarts(view, box), *kept),
        next=(advice.logs(view.subject, box.name, previous=True), advice.look(view.subject)),
        since_ms=_since(pod, view, box, ending),
    )


def _why(pod: Pod, box: Box, ending: Ending | None, dependency: str) -> str:
    parts = [f"That means: {ending.meaning}"] if ending and ending.meaning else []
    if box.spec and (box.spec.command or box.spec.args) and ending and ending.end.exit_code in (1, 2, 126, 127):
        command = " ".join((*(box.spec.command or ()), *(box.spec.args or ())))
        parts.append(f"Its command and args are: {command[:200]}")
    rival = _rival(pod, box, ending) if ending else ""
    if rival:
        parts.append(rival)
    if dependency:
        parts.append(dependency[0].upper() + dependency[1:])
    if ending and not ending.said:
        parts.append("It wrote nothing before it ended")
    return ". ".join(parts)


def _rival(pod: Pod, box: Box, ending: Ending) -> str:
    """The container of the same pod that has the port already."""
    if ending.reading is None or ending.reading.family is not Family.IN_USE:
        return ""
    ports = set(re.findall(r"\d{2,5}", ending.said))
    for other in main_boxes(pod):
        declared = {str(port.container_port) for port in (other.spec.ports if other.spec else None) or ()}
        if other.name != box.name and declared & ports:
            taken = ", ".join(sorted(declared & ports))
            return f"Container {other.name} of the same pod uses port {taken}, and all of a pod share one address"
    return ""


def _restarts(view: RuleView, box: Box) -> Evidence:
    return evidence.field(view.subject, f"{box.path}.restartCount", box.restarts)


def _since(pod: Pod, view: RuleView, box: Box, ending: Ending | None) -> int | None:
    first_end = time_ms(ending.end.finished_at) if ending and box.restarts <= 1 else None
    return earliest_ms(not_ready_since_ms(pod), first_seen_ms(view.events("BackOff")), first_end)
