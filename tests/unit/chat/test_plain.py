"""Answers by rule."""

from __future__ import annotations

import pytest

from arcops.chat.plain import answer_directly, named_pod
from arcops.queries.live import POD
from arcops.queries.pods import list_pods
from arcops.source.base import KindPhase
from tests.small_cluster import small_cluster

pytestmark = pytest.mark.anyio


async def test_it_counts_and_names_what_is_not_well_with_reason_and_since_when() -> None:
    answer = await answer_directly((await small_cluster()).services, "What is wrong?")
    assert answer.model == "direct-mode"
    assert answer.context_used
    assert "**3 pods** in 2 namespaces on 1 node: 2 Running, 1 Pending." in answer.response
    assert "- `shop/cart-5c4d8-bbbbb`: CrashLoopBackOff, ready 1/2, 4 restarts, since 2026-11-24T12:09:58Z" in answer.response
    assert "BackOff in shop: 1 object, 4 times, last 2026-11-24T12:09:58Z" in answer.response
    assert "Its last lines" not in answer.response


async def test_it_shows_the_last_lines_of_the_pod_that_is_named() -> None:
    answer = await answer_directly((await small_cluster()).services, "Why does cart crash?")
    assert "Its last lines (app):\n\n    cannot reach postgres:5432" in answer.response


async def test_logs_that_cannot_be_read_are_said_and_the_rest_is_answered() -> None:
    answer = await answer_directly((await small_cluster()).services, "db-0?")
    assert "Its logs cannot be read" in answer.response
    assert "**2 pods not well:**" in answer.response


async def test_the_same_cluster_gives_the_same_answer() -> None:
    first, second = await small_cluster(), await small_cluster()
    assert await answer_directly(first.services, "status") == await answer_directly(second.services, "status")


async def test_only_what_is_not_well_is_named() -> None:
    world = await small_cluster(steps=0)
    answer = await answer_directly(world.services, "how are we?")
    assert "not well" in answer.response  # the pod that cannot be scheduled
    assert "cart" not in answer.response


async def test_it_says_that_the_cluster_is_gone_or_not_yet_known() -> None:
    world = await small_cluster()
    world.source.state.connected, world.source.state.last_error = False, "connection refused"
    gone = await answer_directly(world.services, "hi")
    assert gone.response.startswith("The cluster has not answered since 2026-11-24T12:00:00Z: connection refused.")
    world.source.state.connected = True
    world.source.state.kinds[POD].phase = KindPhase.LOADING
    assert (await answer_directly(world.services, "hi")).response.startswith("Not everything is known yet: Pod (loading).")


async def test_without_context_it_does_not_look() -> None:
    answer = await answer_directly((await small_cluster()).services, "cart", include_context=False)
    assert not answer.context_used
    assert "cart" not in answer.response


async def test_a_pod_is_named_on_whole_words_only() -> None:
    rows = list_pods((await small_cluster()).services)
    assert named_pod("carting things", rows) is None
    assert named_pod("shop/cart-5c4d8-bbbbb", rows) == rows[1]
    assert named_pod("is web ok", rows) == rows[2]
