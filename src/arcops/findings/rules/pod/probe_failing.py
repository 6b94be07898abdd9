"""A container runs, but a probe fails: it gets no traffic (readiness), or the kubelet restarts it (liveness, startup).

Found: readiness: the container runs and has started but has not been ready for 2 minutes, and has a readiness probe (5 minutes and
the initial delay if it never was ready and nobody has answered yet); liveness and startup: the kubelet says that it restarts the
container because of the probe. The probe (path, port, command), what it got back and whether the port is one of the container's are told.

Quiet: while a container starts within its initial delay, and for pods on their way out.

Do: ask the same path and port from inside the container; then correct the probe, or what it finds wrong.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.began import earliest_ms, first_seen_ms
from arcops.findings.dependencies import FAMILIES, dependency_in
from arcops.findings.pods import Box, is_ready, is_unwell, main_boxes, not_ready_since_ms
from arcops.findings.probes import READINESS, Failure, cpu_limit, failures_of, killed_by_probe, odd_port, probe_of, probe_text
from arcops.findings.siblings import all_down
from arcops.findings.text.counts import times
from arcops.findings.text.lines import decisive
from arcops.findings.view import RuleView
from arcops.kube.objects.pod import Pod

_READY_WAIT_M = 2.0
_START_WAIT_M = 5.0
"""For a container that has not been ready yet and does not answer: a program may take some minutes to start."""
_SAME_MS = 2_000
_SLOW_START = (
    "If it only needs longer to start: give it a startupProbe, or raise failureThreshold or initialDelaySeconds of its livenessProbe."
)


@rule(Pod, severity=Severity.CRITICAL, gate=is_unwell, blames_changes=True)
def check(pod: Pod, view: RuleView) -> Iterator[Hit]:
    """One hit for the first container whose probe fails, with all its failing probes."""
    if pod.metadata.deletion_timestamp or (pod.status and pod.status.phase != "Running"):
        return
    for box in main_boxes(pod):
        killed = killed_by_probe(view, box)
        unready = _unready(pod, view, box)
        failures = [failure for failure in (killed, unready) if failure is not None]
        if failures:
            yield _hit(pod, view, box, failures, is_killed=killed is not None)
            return


def _unready(pod: Pod, view: RuleView, box: Box) -> Failure | None:
    """The readiness probe that keeps a running, started container from being ready."""
    if box.ready or box.running_since_ms is None or (box.status and box.status.started is False) or is_ready(pod):
        return None
    probe = probe_of(box.spec, READINESS)
    told = failures_of(view, box, READINESS)
    return told[0] if told else (Failure(READINESS, probe, ()) if probe is not None else None)


def _hit(pod: Pod, view: RuleView, box: Box, failures: list[Failure], *, is_killed: bool) -> Hit:
    log = decisive(view.log(view.subject, box.name)) if box.running_since_ms is not None and not box.ready else None
    blamed = dependency_in(view, log.line) if log and log.family in FAMILIES else None
    at_fault = blamed if blamed and blamed.is_at_fault else None
    parts = [_said(box, failure) for failure in failures]
    effect = f"the kubelet has restarted it {times(box.restarts)}" if is_killed else "it is not ready and gets no traffic"
    return Hit(
        title=f"Container {box.name} of {view.subject} fails its {' and its '.join(parts)}; {effect}",
        cause=at_fault.cause if at_fault else None,
        link="depends on" if at_fault else "",
        why=". ".join(_why(box, failures, log.line if log else "", blamed.text if blamed else "")),
        severity=Severity.CRITICAL if is_killed or all_down(pod, view) else Severity.WARNING,
        evidence=(
            *(evidence.event(event) for failure in failures for event in failure.events),
            *(
                evidence.field(view.subject, f"spec.containers[{box.name}].{failure.kind}Probe", probe_text(failure.probe))
                for failure in failures
                if failure.probe
            ),
            evidence.field(view.subject, f"{box.path}.ready", str(box.ready).lower()),
            *((evidence.log(view.subject, box.name, log.line),) if log else ()),
        ),
        next=(
            advice.look(view.subject),
            f"Ask from inside the pod what the probe asks: {probe_text(failures[0].probe)}",
            *((_SLOW_START,) if is_killed and box.spec is not None and box.spec.startup_probe is None else ()),
        ),
        since_ms=_since(pod, failures),
        for_minutes=0 if is_killed else _wait_m(pod, box, failures),
    )


def _wait_m(pod: Pod, box: Box, failures: list[Failure]) -> float:
    """Minutes after its onset from which a container that is not ready is a fault: the time it was not there, or starts, does not count."""
    running_ms, unready_ms, since_ms = box.running_since_ms or 0, not_ready_since_ms(pod) or 0, _since(pod, failures)
    is_first = not box.restarts and unready_ms <= running_ms + _SAME_MS
    delay_s = (failures[0].probe.initial_delay_seconds if failures[0].probe else None) or 0
    wait_m = _START_WAIT_M + delay_s / 60 if is_first and all(failure.is_unheard for failure in failures) else _READY_WAIT_M
    began_ms = max(running_ms, unready_ms)
    return wait_m if since_ms is None or not began_ms else wait_m + (began_ms - since_ms) / 60_000


def _why(box: Box, failures: list[Failure], line: str, dependency: str) -> Iterator[str]:
    """What the log says, and that a container held short of CPU answers late."""
    if line:
        yield f"Its log says: {line}{f'; {dependency}' if dependency else ''}"
    limit = cpu_limit(box.spec)
    if limit and any(failure.is_late for failure in failures):
        yield f"Its CPU limit is only {limit}, which may be why it answers too late"


def _said(box: Box, failure: Failure) -> str:
    asked = f" ({probe_text(failure.probe)})" if failure.probe else ""
    answer = f": {failure.answer}" if failure.answer else ""
    port = odd_port(box.spec, failure.probe)
    return f"{failure.kind} probe{asked}{answer}{f'; {port}' if port else ''}"


def _since(pod: Pod, failures: list[Failure]) -> int | None:
    return earliest_ms(not_ready_since_ms(pod), first_seen_ms(event for failure in failures for event in failure.events))
