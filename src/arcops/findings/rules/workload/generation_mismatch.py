"""A controller has not taken in the newest version of a workload: what was changed is not in force.

Found: the status speaks of an older generation than the newest, and the record has seen it so for 15 minutes.

Quiet: in a single look, which cannot tell a change of this second from one that was overlooked.

Do: look at kube-controller-manager; without it no change of a workload takes effect.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.replicas import is_seen
from arcops.findings.view import RuleView
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.workloads import DaemonSet, Deployment, ReplicaSet, StatefulSet

_MINUTES = 15


def _is_behind(obj: KubeObject) -> bool:
    return not is_seen(obj)


@rule(Deployment, StatefulSet, DaemonSet, ReplicaSet, severity=Severity.WARNING, gate=_is_behind, mixin="DeploymentGenerationMismatch")
def check(workload: Deployment | StatefulSet | DaemonSet | ReplicaSet, view: RuleView) -> Iterator[Hit]:
    """One hit."""
    since_ms = _since_ms(view)
    observed = workload.status.observed_generation if workload.status else None
    if since_ms is None or not view.held(since_ms, _MINUTES):
        return
    newest = workload.metadata.generation
    yield Hit(
        title=f"The controller has not taken in the newest version of {view.subject}: generation {newest}, seen {observed or 0}",
        evidence=(
            evidence.field(view.subject, "status.observedGeneration", observed),
            evidence.field(view.subject, "metadata.generation", newest),
        ),
        next=("kubectl -n kube-system get pods,leases", advice.look(view.subject)),
        since_ms=since_ms,
    )


def _since_ms(view: RuleView) -> int | None:
    """From when on every state in the record was behind."""
    since_ms: int | None = None
    for was in view.was(view.subject):
        if was.uid == view.uid:
            since_ms = None if is_seen(was.obj) else since_ms if since_ms is not None else was.at_ms
    return since_ms
