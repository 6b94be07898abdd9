"""If the largest node failed, the pods would not fit on the others.

Found: in a cluster of 3 and more nodes the requests of all pods for CPU or memory exceed what the ready nodes have without the
largest, for 10 minutes. It is told of one node: the largest.

Quiet: for fewer nodes, and for what pods use without having asked for it.

Do: add a node, or lower requests that are larger than what is used.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from arcops.findings import evidence
from arcops.findings.amounts import Amounts, read_amounts, shown, wanted_on
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.nodes import every_node
from arcops.findings.view import RuleView
from arcops.kube.conditions import is_true
from arcops.kube.objects.node import Node

_LEAST_NODES = 3
_RESOURCES = ("cpu", "memory")


@rule(Node, severity=Severity.WARNING, for_minutes=10, mixin="CPUOvercommit")
def check(node: Node, view: RuleView) -> Iterator[Hit]:  # noqa: ARG001 - the view names it
    """One hit, for the largest node of the cluster."""
    offer = view.fact(_offer)
    if offer is None or view.subject.name != offer.largest:
        return
    wanted = view.fact(_wanted)
    short = [(name, wanted.get(name, 0), rest) for name, rest in offer.rest if wanted.get(name, 0) > rest]
    if short:
        told = " and ".join(f"{shown(name, asked)} of {name} requested, {shown(name, rest)} left without it" for name, asked, rest in short)
        yield Hit(
            title=f"The cluster is overcommitted: if {view.subject} failed, its pods would not fit on the {offer.others} others: {told}",
            evidence=tuple(evidence.field(view.subject, f"requests.{name}", shown(name, asked)) for name, asked, _ in short),
            next=("kubectl describe nodes", "Add a node, or lower requests that are larger than what is used."),
        )


class _Offer(NamedTuple):
    """What the ready nodes have without the largest of each resource."""

    largest: str
    others: int
    rest: tuple[tuple[str, int], ...]


def _offer(view: RuleView) -> _Offer | None:
    have = {ref.name: offered for ref in every_node(view) if (offered := view.fact(_offered, ref)) is not None}
    if len(have) < _LEAST_NODES:
        return None
    amounts = {name: [one.get(name, 0) for one in have.values()] for name in _RESOURCES}
    return _Offer(_largest(have), len(have) - 1, tuple((name, sum(each) - max(each)) for name, each in amounts.items()))


def _wanted(view: RuleView) -> Amounts:
    """What all pods ask for, node by node, so that a pod's change is one node's affair."""
    total: Amounts = {}
    for ref in every_node(view):
        for resource, amount in view.fact(wanted_on, ref).items():
            total[resource] = total.get(resource, 0) + amount
    return total


def _serves(obj: object) -> bool:
    if not isinstance(obj, Node) or obj.status is None or not obj.status.allocatable:
        return False
    return is_true(obj.status.conditions, "Ready") and not (obj.spec and obj.spec.unschedulable)


def _offered(view: RuleView) -> Amounts | None:
    """What a node has for pods; None if it takes none."""
    entry = view.get(view.subject)
    node = entry.obj if entry is not None and isinstance(entry.obj, Node) else None
    return read_amounts(node.status.allocatable) if node is not None and node.status and _serves(node) else None


def _largest(have: dict[str, Amounts]) -> str:
    return max(sorted(have), key=lambda name: (have[name].get("memory", 0), have[name].get("cpu", 0)))
