"""A container ends again and again, or ended with an error and will not be started again.

Found: a container waits with CrashLoopBackOff; or has ended a second time; or runs after that, but not yet for three times as long as
before (2 minutes at least, 15 after three restarts), its last run having been shorter than 15 minutes; or its pod has failed. The exit
code, the termination message and the last log lines before the end tell why; the line that decides is quoted with what it means. A
Service it needs that is absent or has no endpoints is to blame, or the node, if a certificate is of another time and its clock is wrong;
a container of the same pod that has its port is named, and so is the Service whose variable (service links, NAME_PORT=tcp://…) it takes
for a setting.

Quiet: containers killed for memory (OomKilled), by a probe (ProbeFailing), that cannot be started (ContainerStartError) or are built
for another CPU (ExecFormatError) have findings of their own; pods of a Job are judged
with the Job; a container that was restarted now and then over days is none. A pod that failed more than a day ago is only information.

Do: read the quoted line; then the log of the run before. If a change is named, compare or undo it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Evidence, Hit, Severity, rule
from arcops.findings.began import earliest_ms, first_seen_ms
from arcops.findings.clocks import is_of_clock
from arcops.findings.dependencies import dependency_in
from arcops.findings.endings import Ending, ending_evidence, ending_of
from arcops.findings.nodes import node_ref
from arcops.findings.pods import CRASH_LOOP, Box, has_owner, is_over, is_unwell, main_boxes, not_ready_since_ms
from arcops.findings.probes import killed_by_probe
from arcops.findings.recovery import has_outlived, is_long_past
from arcops.findings.service_links import linked_service
from arcops.findings.starts import is_never_started, is_wrong_platform
from arcops.findings.text.counts import times
from arcops.findings.text.families import Family
from arcops.findings.view import RuleView
from arcops.kube.objects.pod import ContainerStateTerminated, Pod
from arcops.kube.times import duration_text, time_ms

WINDOW_MS = 15 * 60_000
TWICE = 2
_NOT_A_CRASH = frozenset({"Evicted", "NodeShutdown", "Terminated", "NodeAffinity", "NodeLost", "Shutdown", "UnexpectedAdmissionError"})


@rule(Pod, severity=Severity.CRITICAL, gate=is_unwell, mixin="PodCrashLooping", blames_changes=True)
def check(pod: Pod, view: RuleView) -> Iterator[Hit]:
    """One hit for the first container that crashes."""
    if has_owner(pod, "Job") or pod.metadata.deletion_timestamp or (pod.status and pod.status.reason in _NOT_A_CRASH):
        return
    for box in main_boxes(pod):
        if not crashes(pod, box, view) or is_for_memory(box) or killed_by_probe(view, box) is not None:
            continue
        ending = ending_of(view, view.subject, box)
        if is_wrong_platform(ending) or is_never_started(box, ending):
            continue
        yield _hit(pod, view, box, ending)
        return


def crashes(pod: Pod, box: Box, view: RuleView) -> bool:
    """Whether a container is in a crash loop, be it that it runs just now, or ended for good with an error."""
    if box.waiting == CRASH_LOOP:
        return True
    if box.ended is not None:
        failed = pod.status is not None and pod.status.phase == "Failed"
        if box.ended.exit_code != 0:
            return failed or box.restarts > 0
        return not is_over(pod) and box.restarts >= TWICE and _was_short(box.ended)
    before = box.ended_before
    if box.restarts < TWICE or before is None or box.running_since_ms is None:
        return False
    return _was_short(before) and not has_outlived(view, box)


def _was_short(end: ContainerStateTerminated) -> bool:
    """Whether the run that ended so was too short to be one of its own."""
    ended_ms, began_ms = time_ms(end.finished_at), time_ms(end.started_at)
    return ended_ms is not None and (began_ms is None or ended_ms - began_ms < WINDOW_MS)


def is_for_memory(box: Box) -> bool:
    """Whether it was killed for memory, which has a rule of its own."""
    return any(end is not None and end.reason == "OOMKilled" for end in (box.ended, box.ended_before))


def _hit(pod: Pod, view: RuleView, box: Box, ending: Ending | None) -> Hit:
    loop = " (CrashLoopBackOff)" if box.waiting == CRASH_LOOP else ""
    again = f", restarted {times(box.restarts)}" if box.restarts else ""
    how = f": it ends with {ending.code_text}" if ending else ""
    said = f'. It says: "{ending.said}"' if ending and ending.said else ""
    blamed = dependency_in(view, ending.said) if ending and ending.is_of_dependency else None
    at_fault = blamed if blamed and blamed.is_at_fault else None
    kept = tuple(evidence.event(event) for event in view.events("BackOff"))
    node = pod.spec.node_name if pod.spec else None
    off_ms = is_of_clock(ending.said, node, view) if ending else None
    off = f"the clock of Node {node} is {duration_text(abs(off_ms))} {'ahead' if off_ms > 0 else 'behind'}" if off_ms else ""
    linked = linked_service(view, ending.reading) if ending else ""
    return Hit(
        title=f"Container {box.name} of {view.subject} keeps crashing{loop}{again}{how}{said}",
        cause=node_ref(node or "") if off else at_fault.cause if at_fault else None,
        link="runs on" if off else "depends on" if at_fault else "",
        why=_why(pod, box, ending, off or linked or (blamed.text if blamed else "")),
        severity=Severity.WARNING if box.ready else Severity.INFO if is_over(pod) and is_long_past(view, pod, box) else None,
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
