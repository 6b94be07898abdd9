"""If the largest node failed, the pods would not fit on the others.

Found: in a cluster of 3 and more nodes the requests of all pods for CPU or memory exceed what the ready nodes have without the
largest, for 10 minutes. It is told of one node: the largest.

Quiet: for fewer nodes, and for what pods use without having asked for it.

Do: add a node, or lower requests that are larger than what is used.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import evidence
from arcops.findings.amounts import Amounts, read_amounts, requested, shown
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.pods import is_over
from arcops.findings.view import RuleView
from arcops.kube.conditions import is_true
from arcops.kube.objects.node import Node
from arcops.kube.objects.pod import Pod

_LEAST_NODES = 3
_RESOURCES = ("cpu", "memory")


@rule(Node, severity=Severity.WARNING, for_minutes=10, mixin="CPUOvercommit")
def check(node: Node, view: RuleView) -> Iterator[Hit]:  # noqa: ARG001 - the view names it
    """One hit, for the largest node of the cluster."""
    nodes = view.list(Node.GROUP_KIND)
    if len(nodes) < _LEAST_NODES:
        return
    have = {entry.ref.name: _offered(entry.obj) for entry in nodes if _serves(entry.obj)}
    if len(have) < _LEAST_NODES or view.subject.name != _largest(have):
        return
    wanted: Amounts = {}
    for entry in view.list(Pod.GROUP_KIND):
        if isinstance(entry.obj, Pod) and entry.obj.spec and entry.obj.spec.node_name and not is_over(entry.obj):
            for resource, amount in requested(entry.obj.spec).items():
                wanted[resource] = wanted.get(resource, 0) + amount
    short = []
    for resource in _RESOURCES:
        rest = sum(amounts.get(resource, 0) for amounts in have.values()) - max(amounts.get(resource, 0) for amounts in have.values())
        if wanted.get(resource, 0) > rest:
            short.append((resource, wanted[resource], rest))
    if short:
        told = " and ".join(f"{shown(name, asked)} of {name} requested, {shown(name, rest)} left without it" for name, asked, rest in short)
        yield Hit(
            title=f"The cluster is overcommitted: if {view.subject} failed, its pods would not fit on the {len(have) - 1} others: {told}",
            evidence=tuple(evidence.field(view.subject, f"requests.{name}", shown(name, asked)) for name, asked, _ in short),
            next=("kubectl describe nodes", "Add a node, or lower requests that are larger than what is used."),
        )


def _serves(obj: object) -> bool:
    if not isinstance(obj, Node) or obj.status is None or not obj.status.allocatable:
        return False
    return is_true(obj.status.conditions, "Ready") and not (obj.spec and obj.spec.unschedulable)


def _offered(obj: object) -> Amounts:
    return read_amounts(obj.status.allocatable if isinstance(obj, Node) and obj.status else None)


def _largest(have: dict[str, Amounts]) -> str:
    return max(sorted(have), key=lambda name: (have[name].get("memory", 0), have[name].get("cpu", 0)))
