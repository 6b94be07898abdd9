"""Healthy is silent: clusters made up at random, in all the unrest of a healthy life, give no finding of warning or above.

``ARCOPS_HEALTHY_CLUSTERS`` says how many are looked at (500); the number of a failing one is its seed.
"""

from __future__ import annotations

import os

import msgspec
import pytest

from arcops.findings.base import State
from arcops.findings.coverage import Coverage
from arcops.findings.engine import Engine
from arcops.inventory.index import Inventory
from arcops.kube.objects.decode import decode
from arcops.kube.watch import Observation, Op
from tests.case_pictures import engine_over
from tests.healthy.scenes import healthy_cluster
from tests.healthy.world import NOW_MS, ago

CLUSTERS = int(os.environ.get("ARCOPS_HEALTHY_CLUSTERS", "500"))
PARTS = 20


def alarms(engine: Engine) -> list[str]:
    """What is open and of warning or above."""
    return [f"{found.code}: {found.title}" for found in engine.findings if found.state is State.OPEN and found.severity.is_alarm]


@pytest.mark.parametrize("part", range(PARTS))
def test_a_healthy_cluster_is_silent(part: int) -> None:
    for seed in range(part, CLUSTERS, PARTS):
        inventory = Inventory()
        inventory.apply(healthy_cluster(seed))
        engine = engine_over(inventory)
        engine.evaluate(NOW_MS)
        assert not alarms(engine), f"cluster {seed}"


@pytest.mark.parametrize("part", range(PARTS))
def test_it_is_silent_while_it_is_being_loaded_and_whatever_may_not_be_read(part: int) -> None:
    for seed in range(part, CLUSTERS // 5, PARTS):
        seen = healthy_cluster(seed)
        kinds = sorted({one.group_kind for one in seen})
        hidden = kinds[seed % len(kinds)]
        inventory = Inventory()
        engine = engine_over(inventory, Coverage(forbidden=frozenset({hidden})))
        engine.evaluate(NOW_MS - 1000)
        inventory.apply([one for one in seen if one.group_kind != hidden])
        engine.evaluate(NOW_MS)
        assert not alarms(engine), f"cluster {seed} without {hidden}"


@pytest.mark.parametrize("seed", range(20))
def test_a_fault_set_into_a_healthy_cluster_is_found(seed: int) -> None:
    seen = healthy_cluster(seed)
    node = next(one for one in seen if one.group_kind.kind == "Node" and one.obj.metadata.name == "node-0")
    body = msgspec.json.decode(node.raw)
    body["status"]["conditions"][-1] |= {"status": "Unknown", "reason": "NodeStatusUnknown", "lastTransitionTime": ago(600)}
    raw = msgspec.json.encode(body)
    broken = Observation(Op.ADDED, node.group_kind, decode(node.group_kind, raw), raw, NOW_MS)
    inventory = Inventory()
    inventory.apply([broken if one is node else one for one in seen])
    engine = engine_over(inventory)
    engine.evaluate(NOW_MS)
    assert [found for found in alarms(engine) if found.startswith("NodeNotReady: Node node-0 is not ready")]
