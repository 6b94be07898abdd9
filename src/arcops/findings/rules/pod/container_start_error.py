"""A container's command cannot be run, so it never starts.

Found: a container waits with CreateContainerError, RunContainerError or a failed hook, or ended with StartError, or with exit code 126,
127 or 128 and words about a file that is missing or may not be executed. The command is told.

Quiet: for images of another CPU architecture (ExecFormatError) and for programs that start and then fail (ContainerCrashing). A pod that
failed more than a day ago is only information.

Do: compare the command and args with what the image holds; a script may lack its execute bit or its interpreter.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Evidence, Hit, Severity, rule
from arcops.findings.began import earliest_ms, first_seen_ms
from arcops.findings.endings import Ending, ending_evidence, ending_of
from arcops.findings.pods import Box, boxes, has_owner, is_over, is_unwell, not_ready_since_ms
from arcops.findings.recovery import has_outlived, is_long_past
from arcops.findings.starts import WAITING, is_never_started, is_wrong_platform
from arcops.findings.text.families import Family
from arcops.findings.text.lines import decisive
from arcops.findings.text.starts import start_failure
from arcops.findings.view import RuleView
from arcops.kube.objects.pod import Pod


@rule(Pod, severity=Severity.CRITICAL, for_minutes=1, gate=is_unwell, blames_changes=True)
def check(pod: Pod, view: RuleView) -> Iterator[Hit]:
    """One hit for the first such container."""
    if pod.metadata.deletion_timestamp:
        return
    for box in boxes(pod):
        if box.waiting not in WAITING and has_owner(pod, "Job"):
            continue
        ending = ending_of(view, view.subject, box)
        if not _is_stuck(view, box, ending) or not is_never_started(box, ending) or is_wrong_platform(ending) or _is_foreign(box):
            continue
        yield _hit(pod, view, box, ending)
        return


def _is_stuck(view: RuleView, box: Box, ending: Ending | None) -> bool:
    """Whether it is not past trouble: it waits, or has ended and may be tried again, or is being tried just now."""
    if box.waiting or ending is None or box.ended is ending.end:
        return bool(box.waiting) or ending is not None
    return box.restarts > 1 and box.running_since_ms is not None and not has_outlived(view, box)


def _is_foreign(box: Box) -> bool:
    found = decisive(box.waiting_message)
    return found is not None and found.family is Family.EXEC_FORMAT


def _hit(pod: Pod, view: RuleView, box: Box, ending: Ending | None) -> Hit:
    events = [event for event in view.events("Failed", "FailedPostStartHook") if "image" not in event.message.lower()]
    said = box.waiting_message if box.waiting in WAITING else ""
    said = said or (ending.said if ending else "") or (events[-1].message if events else "")
    why = start_failure((ending.end.message if ending else "") or said) or start_failure(said)
    how = f" ({box.waiting})" if box.waiting else ""
    code = f", {ending.code_text}" if ending else ""
    return Hit(
        title=f"Container {box.name} of {view.subject} cannot be started{how}{code}: {why or said or 'the runtime does not say why'}",
        why=f"The runtime says: {said}" if why and said else "",
        severity=Severity.INFO if is_over(pod) and is_long_past(view, pod, box) else None,
        evidence=(
            *((evidence.field(view.subject, f"{box.path}.state.waiting.reason", box.waiting),) if box.waiting else ()),
            *(ending_evidence(view.subject, box, ending) if ending else ()),
            *_command(view, box),
            *(evidence.event(event) for event in events[-2:]),
        ),
        next=(advice.look(view.subject), "Correct the command, args or mounts of the container, or the image it runs."),
        since_ms=earliest_ms(not_ready_since_ms(pod), first_seen_ms(events), first_seen_ms(view.events("BackOff"))),
    )


def _command(view: RuleView, box: Box) -> tuple[Evidence, ...]:
    words = (*(box.spec.command or ()), *(box.spec.args or ())) if box.spec else ()
    return (evidence.field(view.subject, f"spec.containers[{box.name}].command", " ".join(words)[:300]),) if words else ()
