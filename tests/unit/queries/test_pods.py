"""Pods: their status now, and how one came to be so."""

from __future__ import annotations

import pytest

from arcops.base.errors import BadInput, NeverSeen
from arcops.queries.pods import list_pods, pod_history
from tests.small_cluster import World

pytestmark = pytest.mark.anyio


async def test_pods_come_by_namespace_and_name(world: World) -> None:
    assert [f"{p.namespace}/{p.name}" for p in list_pods(world.services)] == [
        "data/db-0",
        "shop/cart-5c4d8-bbbbb",
        "shop/web-7d9f8b6c5-aaaaa",
    ]


async def test_sidecars_count_as_containers_and_finished_init_containers_do_not(world: World) -> None:
    web = list_pods(world.services, "shop")[1]
    assert (web.ready, web.total, web.restarts) == (2, 2, 1)
    assert (web.containers, web.init_containers) == (["app"], ["migrate", "proxy"])
    assert (web.owner, web.qos, web.ip) == ("ReplicaSet/web-7d9f8b6c5", "BestEffort", "10.42.0.7")


async def test_the_reason_is_what_kubectl_shows_and_the_phase_stays_the_phase(world: World) -> None:
    cart = list_pods(world.services, "shop")[0]
    assert (cart.phase, cart.reason, cart.ready, cart.total, cart.restarts) == ("Running", "CrashLoopBackOff", 1, 2, 4)


async def test_a_pod_without_a_node_is_unscheduled(world: World) -> None:
    (db,) = list_pods(world.services, "data")
    assert (db.node, db.ip, db.owner) == ("unscheduled", None, None)


@pytest.mark.parametrize("word", ["pending", "PENDING", " Pending "])
async def test_a_phase_is_found_in_any_case(world: World, word: str) -> None:
    assert [p.name for p in list_pods(world.services, phase=word)] == ["db-0"]


async def test_a_phase_there_is_not_is_an_error_that_names_the_five(world: World) -> None:
    with pytest.raises(BadInput, match="Pending, Running, Succeeded, Failed or Unknown"):
        list_pods(world.services, phase="crashed")


async def test_history_tells_what_changed_oldest_first(world: World) -> None:
    first, second = await pod_history(world.services, "shop", "cart-5c4d8-bbbbb")
    assert (first.observed_at, first.change, first.unseen) == ("2026-11-24T12:00:00Z", "first seen", True)
    assert (second.observed_at, second.unseen) == ("2026-11-24T12:10:00Z", False)
    assert second.change == "reason Running → CrashLoopBackOff, restarts 0 → 4, ready 2/2 → 1/2"


async def test_history_works_for_a_pod_that_is_gone(world: World) -> None:
    moments = await pod_history(world.services, "shop", "report-ccccc")
    assert [m.change for m in moments] == ["first seen", "deleted"]
    assert moments[-1].reason == "Completed"


async def test_history_tells_a_new_pod_of_the_same_name_apart(world: World) -> None:
    moments = await pod_history(world.services, "data", "db-0")
    assert [(m.uid, m.change) for m in moments] == [("pod-db-1", "first seen"), ("pod-db-1", "deleted"), ("pod-db-2", "created")]


async def test_history_begins_with_the_state_in_force_when_the_window_does(world: World) -> None:
    await world.clock.advance(7200)
    moments = await pod_history(world.services, "shop", "cart-5c4d8-bbbbb", hours=1)
    assert [(m.reason, m.observed_at) for m in moments] == [("CrashLoopBackOff", "2026-11-24T12:10:00Z")]


async def test_history_of_a_pod_nobody_saw_is_an_error_with_the_names_near(world: World) -> None:
    with pytest.raises(NeverSeen) as raised:
        await pod_history(world.services, "shop", "cart")
    assert raised.value.advice == "The record begins at 2026-11-24T12:00:00Z. Did you mean cart-5c4d8-bbbbb?"


async def test_the_same_name_in_another_namespace_is_said(world: World) -> None:
    with pytest.raises(NeverSeen) as raised:
        await pod_history(world.services, "shop", "db-0")
    assert "Did you mean data/db-0?" in raised.value.advice
