"""Counts of a moment."""

from typing import Any

from arcops.inventory.index import Inventory
from arcops.inventory.stats import stats_of
from tests.pod_states import CASES, crashed, ended, pod, running
from tests.unit.inventory.seen import filled, seen, thing

NOW_MS = 1_795_504_500_000  # 2026-11-24T07:15:00Z


def named(name: str, body: dict[str, Any]) -> dict[str, Any]:
    return body | {"metadata": {"name": name, "namespace": "shop", "uid": name}}


def test_pods_are_counted_by_phase_readiness_and_restarts() -> None:
    inventory = filled(
        named("a", pod(running())),
        named("b", pod(running(ready=False, restarts=3, last=crashed()))),
        named("c", pod(ended(0, "Completed"), phase="Succeeded")),
        named("d", pod(phase="Pending")),
        thing("Node", "edge-1", namespace=None, status={"conditions": [{"type": "Ready", "status": "True"}]}),
        thing("Node", "edge-2", namespace=None),
    )
    found = stats_of(inventory, NOW_MS)
    assert found.pods_by_phase == {"Pending": 1, "Running": 2, "Succeeded": 1}
    assert (found.pods_not_ready, found.restarts, found.nodes, found.nodes_ready) == (2, 3, 2, 1)
    assert (found.objects, found.by_kind, found.pods_by_namespace) == (6, {"Node": 2, "Pod": 4}, {"shop": 4})
    assert found.counts["pods.Running"] == 2
    assert found.counts["kind.Pod"] == found.counts["pods"] == 4


def test_only_warnings_of_the_last_hour_count() -> None:
    inventory = Inventory()
    for name, type_, last in (("new", "Warning", "07:00:00Z"), ("old", "Warning", "06:14:59Z"), ("normal", "Normal", "07:00:00Z")):
        inventory.apply([seen(thing("Event", name, type=type_, lastTimestamp=f"2026-11-24T{last}"))])
    assert stats_of(inventory, NOW_MS).warnings_last_hour == 1


def test_an_empty_cluster_counts_nothing() -> None:
    assert set(stats_of(Inventory(), NOW_MS).counts.values()) == {0}


def test_every_state_a_pod_can_be_in_is_counted_once() -> None:
    inventory = filled(*(named(case.name, case.body) for case in CASES))
    assert sum(stats_of(inventory, NOW_MS).pods_by_phase.values()) == len(CASES)
