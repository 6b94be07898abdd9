"""A chaos experiment is under way: somebody breaks pods, their network or their disks on purpose.

Found: an object of Chaos Mesh whose condition AllInjected is True, or a Litmus ChaosEngine that runs. Whom it hits is told: what suffers
there suffers for it.

Quiet: once it has recovered what it broke (AllRecovered), is paused, finished, or being deleted.

Do: end it if it is not meant: delete the experiment, or pause it.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Evidence, Hit, Severity, rule
from arcops.findings.view import RuleView
from arcops.kube.conditions import condition_of
from arcops.kube.objects.custom import CustomObject, CustomStatus
from arcops.kube.times import time_ms

_MESH, _LITMUS = "chaos-mesh.org", "litmuschaos.io"
_PLANS = ("Schedule", "Workflow", "WorkflowNode", "RemoteCluster", "PodIOChaos", "PodNetworkChaos", "PodHttpChaos")
"""Kinds of Chaos Mesh that are no experiments: plans, and its own notes about single pods."""
_RUNNING = ("initialized", "running")


@rule(severity=Severity.WARNING)
def check(experiment: CustomObject, view: RuleView) -> Iterator[Hit]:
    """One hit."""
    status = experiment.status
    if status is None or experiment.metadata.deletion_timestamp or view.subject.group not in (_MESH, _LITMUS):
        return
    proof = _injected(view, status) if view.subject.group == _MESH else _runs(view, status)
    if proof is None:
        return
    action = experiment.spec.action if experiment.spec else None
    yield Hit(
        title=f"A chaos experiment is under way: {view.subject}{f' injects {action}' if action else ''}{_targets(experiment)}",
        why="What it hits is broken on purpose; errors there and of those who call it are its work",
        evidence=(proof,),
        next=(advice.look(view.subject), f"If it is not meant: {advice.kubectl(view.subject, 'delete')}"),
        since_ms=time_ms(experiment.metadata.creation_timestamp),
    )


def _injected(view: RuleView, status: CustomStatus) -> Evidence | None:
    if view.subject.kind in _PLANS:
        return None
    injected, paused = (condition_of(status.conditions, kind) for kind in ("AllInjected", "Paused"))
    if injected is None or injected.status != "True" or (paused is not None and paused.status == "True"):
        return None
    recovered = condition_of(status.conditions, "AllRecovered")
    return None if recovered is not None and recovered.status == "True" else evidence.condition(view.subject, injected)


def _runs(view: RuleView, status: CustomStatus) -> Evidence | None:
    is_engine = view.subject.kind == "ChaosEngine" and (status.engine_status or "").lower() in _RUNNING
    return evidence.field(view.subject, "status.engineStatus", status.engine_status) if is_engine else None


def _targets(experiment: CustomObject) -> str:
    """Whom the experiment is aimed at, as its selector says."""
    spec = experiment.spec
    aim = spec.selector if spec else None
    if aim is not None:
        labels = ", ".join(f"{key}={value}" for key, value in sorted((aim.label_selectors or {}).items()))
        where = f" of namespace {', '.join(aim.namespaces)}" if aim.namespaces else ""
        return f" into pods {labels}{where}" if labels else f" into all pods{where}" if where else ""
    app = spec.appinfo if spec else None
    return f" into {app.appkind or 'pods'} {app.applabel or ''} of namespace {app.appns}" if app and app.appns else ""
