"""A container has been waiting for an hour for a reason that no other rule explains.

Found: a container waits with a reason other than those of images, configuration, crashes and starting, for an hour.

Quiet: while containers are being created or initialised (PodNotReady), and for all reasons that have rules of their own.

Do: read the kubelet's message.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.pods import boxes, is_waiting_for_start, not_ready_since_ms
from arcops.findings.rules.pod.image_pull_failing import REASONS
from arcops.findings.starts import WAITING
from arcops.findings.view import RuleView
from arcops.kube.objects.pod import Pod

EXPLAINED = REASONS | WAITING | {"CreateContainerConfigError", "CrashLoopBackOff"}
"""Reasons to wait that have rules of their own."""
STARTING = frozenset({"", "ContainerCreating", "PodInitializing"})


@rule(Pod, severity=Severity.WARNING, for_minutes=60, gate=is_waiting_for_start, mixin="ContainerWaiting")
def check(pod: Pod, view: RuleView) -> Iterator[Hit]:
    """One hit for the first such container."""
    for box in boxes(pod):
        if box.waiting in STARTING or box.waiting in EXPLAINED:
            continue
        said = f": {box.waiting_message}" if box.waiting_message else ""
        yield Hit(
            title=f"Container {box.name} of {view.subject} has been waiting for more than an hour ({box.waiting}{said})",
            evidence=(evidence.field(view.subject, f"{box.path}.state.waiting.reason", box.waiting),),
            next=(advice.look(view.subject),),
            since_ms=not_ready_since_ms(pod),
        )
        return
