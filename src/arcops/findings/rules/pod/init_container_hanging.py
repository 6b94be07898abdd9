"""An init container runs and does not end, so the pod's own containers never start.

Found: an init container has been running for 10 minutes while the pod is not initialised. What it waits for is told where its command or
its last line names it; a Service that is absent or has no endpoints is then to blame, or the disruption budget that a drain waits for.

Quiet: for native sidecars (restartPolicy Always), which are meant to go on running.

Do: read its log; look at what it waits for.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Evidence, Hit, Severity, rule
from arcops.findings.dependencies import Dependency, dependency_in
from arcops.findings.drains import budget_in_the_way
from arcops.findings.pods import Box, init_boxes, is_unwell, main_boxes
from arcops.findings.text.lines import last_line
from arcops.findings.view import RuleView
from arcops.kube.objects.pod import Pod
from arcops.kube.times import duration_text


@rule(Pod, severity=Severity.CRITICAL, for_minutes=10, gate=is_unwell, blames_changes=True)
def check(pod: Pod, view: RuleView) -> Iterator[Hit]:
    """One hit for the init container at which the pod stands."""
    if pod.metadata.deletion_timestamp or (pod.status and pod.status.phase != "Pending"):
        return
    for box in init_boxes(pod):
        if box.running_since_ms is not None:
            yield _hit(pod, view, box, box.running_since_ms)
            return


def _hit(pod: Pod, view: RuleView, box: Box, since_ms: int) -> Hit:
    command = " ".join((*(box.spec.command or ()), *(box.spec.args or ()))) if box.spec else ""
    line = last_line(view.log(view.subject, box.name))
    waits_for = dependency_in(view, line) or dependency_in(view, command)
    budget = budget_in_the_way(view, view.log(view.subject, box.name))
    rest = ", ".join(main.name for main in main_boxes(pod))
    said = f'. It says: "{line}"' if line else ""
    told = f"; it waits for {waits_for.host}{f', and {waits_for.text}' if waits_for.text else ''}" if waits_for else ""
    return Hit(
        title=f"Init container {box.name} of {view.subject} is still running after {duration_text(view.now_ms - since_ms)} and does not "
        f"end, so {rest or 'the pod'} never starts{told}{said}",
        cause=budget or (waits_for.cause if waits_for else None),
        link="waits for" if budget or (waits_for and waits_for.is_at_fault) else "",
        why=f"Its command is: {command[:200]}" if command else "",
        evidence=tuple(_evidence(view, box, command, line, waits_for)),
        next=(advice.logs(view.subject, box.name), advice.look(view.subject)),
        since_ms=since_ms,
    )


def _evidence(view: RuleView, box: Box, command: str, line: str, waits_for: Dependency | None) -> Iterator[Evidence]:
    started = box.status.state.running.started_at if box.status and box.status.state and box.status.state.running else None
    yield evidence.field(view.subject, f"{box.path}.state.running.startedAt", started, time=started)
    if command:
        yield evidence.field(view.subject, f"spec.initContainers[{box.name}].command", command[:300])
    if line:
        yield evidence.log(view.subject, box.name, line)
    if waits_for and waits_for.service and waits_for.is_at_fault:
        yield evidence.field(waits_for.service, "status", waits_for.kind.value, waits_for.text)
