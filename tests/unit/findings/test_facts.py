"""Facts that rules share: whoever asked for one is run again when it changes, through however many facts that lie between."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

from arcops.findings.amounts import wanted_on
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.coverage import Coverage
from arcops.findings.engine import Engine
from arcops.findings.nodes import every_node
from arcops.findings.past import Recall
from arcops.findings.view import RuleView
from arcops.inventory.delta import Delta
from arcops.inventory.index import Inventory
from arcops.kube.objects.decode import decode
from arcops.kube.objects.node import Node
from arcops.kube.objects.pod import Pod
from arcops.kube.watch import Observation, Op

NOW_MS = 1_795_500_000_000


def _all_wanted(view: RuleView) -> int:
    return sum(view.fact(wanted_on, ref).get("pods", 0) for ref in every_node(view))


@rule(Node, severity=Severity.WARNING)
def carries(node: Node, view: RuleView) -> Iterator[Hit]:
    """How much each node carries, and the cluster."""
    own = view.fact(wanted_on, view.subject).get("pods", 0) // 1000
    yield Hit(title=f"{node.metadata.name} carries {own} of {view.fact(_all_wanted) // 1000}")


def node(name: str, version: int = 1, op: Op = Op.ADDED) -> Observation:
    raw = msgspec.json.encode({"metadata": {"name": name, "uid": name, "resourceVersion": str(version)}, "status": {}})
    return Observation(op, Node.GROUP_KIND, decode(Node.GROUP_KIND, raw), raw, NOW_MS)


def pod(name: str, on: str, op: Op = Op.ADDED) -> Observation:
    meta = {"name": name, "namespace": "shop", "uid": name}
    raw = msgspec.json.encode({"metadata": meta, "spec": {"nodeName": on, "containers": [{"name": "app"}]}, "status": {"phase": "Running"}})
    return Observation(op, Pod.GROUP_KIND, decode(Pod.GROUP_KIND, raw), raw, NOW_MS)


class World:
    """Two nodes with a pod each, and what is said of them."""

    def __init__(self) -> None:
        self.inventory = Inventory()
        self.inventory.apply([node("n1"), node("n2"), pod("a", "n1"), pod("b", "n2")])
        self.engine = Engine([carries], self.inventory, Coverage(), Recall())
        self.engine.evaluate(NOW_MS)

    def change(self, *seen: Observation) -> list[str]:
        """What is said after changes that are handed over together."""
        changes = tuple(change for one in seen for change in self.inventory.apply([one]).changes)
        self.engine.update(Delta(self.inventory.revision, changes), NOW_MS + 1000)
        return self.said()

    def said(self) -> list[str]:
        return sorted(found.title.removeprefix("Node ") for found in self.engine.findings if found.resolved_ms is None)


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        ([pod("c", "n1")], ["n1 carries 2 of 3", "n2 carries 1 of 3"]),
        ([node("n2", 2, Op.MODIFIED), pod("c", "n1")], ["n1 carries 2 of 3", "n2 carries 1 of 3"]),
        ([node("n1", 2, Op.MODIFIED), pod("b", "n2", Op.DELETED), pod("c", "n1")], ["n1 carries 2 of 2", "n2 carries 0 of 2"]),
        ([node("n3"), pod("c", "n3"), pod("d", "n1")], ["n1 carries 2 of 4", "n2 carries 1 of 4", "n3 carries 1 of 4"]),
        ([node("n2", 1, Op.DELETED), pod("c", "n1")], ["n1 carries 2 of 2"]),
    ],
    ids=["a-pod", "a-node-and-a-pod", "a-pod-moves", "a-node-comes", "a-node-goes"],
)
def test_changes_that_come_together_reach_everybody_whom_they_concern(seen: list[Observation], said: list[str]) -> None:
    world = World()
    assert world.said() == ["n1 carries 1 of 2", "n2 carries 1 of 2"]
    assert world.change(*seen) == said
    world.engine.evaluate(NOW_MS + 2000)
    assert world.said() == said
