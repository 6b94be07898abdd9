"""A disruption budget never lets a pod go, so nodes cannot be drained and updates of nodes hang.

Found: no disruption is allowed though all pods are healthy, because the budget asks for as many pods as there are or more
(``minAvailable``), or allows none to be away (``maxUnavailable: 0``). It is only information for a single pod that is to stay, as
long as no node with such a pod is being drained.

Quiet: where pods are missing or not ready (BudgetUnhealthy tells that), and where no pod is selected (that is information).

Do: lower the budget by one, or run one replica more.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.view import RuleView
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.node import Node
from arcops.kube.objects.pod import Pod
from arcops.kube.objects.policy import PodDisruptionBudget
from arcops.kube.refs import ObjectRef
from arcops.kube.selectors import selector_of


def _allows_none(obj: KubeObject) -> bool:
    status = obj.status if isinstance(obj, PodDisruptionBudget) else None
    return status is not None and not status.disruptions_allowed and bool(status.conditions or status.expected_pods)


@rule(PodDisruptionBudget, severity=Severity.WARNING, gate=_allows_none)
def check(budget: PodDisruptionBudget, view: RuleView) -> Iterator[Hit]:
    """One hit."""
    spec, status = budget.spec, budget.status
    if spec is None or status is None or (status.observed_generation or 0) < (budget.metadata.generation or 0):
        return
    if not status.expected_pods:
        yield Hit(
            title=f"{view.subject} guards no pod: its selector matches none, so it allows no disruption and protects nothing",
            severity=Severity.INFO,
            evidence=(evidence.field(view.subject, "status.expectedPods", 0),),
            next=(advice.look(view.subject),),
        )
        return
    if status.current_healthy < status.expected_pods or status.desired_healthy < status.expected_pods:
        return
    path, value = (
        ("spec.maxUnavailable", spec.max_unavailable) if spec.max_unavailable is not None else ("spec.minAvailable", spec.min_available)
    )
    drained = _drained(budget, view)
    is_meant = status.expected_pods == 1 and status.desired_healthy == 1 and not drained
    held = f"; node {drained} is being drained and waits for it" if drained else ""
    yield Hit(
        title=f"{view.subject} never allows a disruption: {path.partition('.')[2]} is {value} and it has {status.expected_pods} pods, "
        f"so none may be evicted and no node with them can be drained{held}",
        severity=Severity.INFO if is_meant else None,
        evidence=(
            evidence.field(view.subject, path, value),
            evidence.field(
                view.subject,
                "status.disruptionsAllowed",
                0,
                f"{view.subject}: 0 disruptions allowed, "
                f"{status.current_healthy} of {status.expected_pods} pods healthy, {status.desired_healthy} demanded",
            ),
        ),
        next=(advice.look(view.subject), advice.edit(view.subject, path)),
    )


def _drained(budget: PodDisruptionBudget, view: RuleView) -> str:
    """The first cordoned node with a pod of the budget."""
    if not view.sees(Pod.GROUP_KIND) or not view.sees(Node.GROUP_KIND):
        return ""
    pods = view.select(Pod.GROUP_KIND, view.subject.namespace, selector_of(budget.spec.selector if budget.spec else None))
    for name in sorted(
        {entry.obj.spec.node_name for entry in pods if isinstance(entry.obj, Pod) and entry.obj.spec and entry.obj.spec.node_name}
    ):
        node = view.get(ObjectRef.of(Node.GROUP_KIND, "", name))
        if node is not None and isinstance(node.obj, Node) and node.obj.spec and node.obj.spec.unschedulable:
            return name
    return ""
