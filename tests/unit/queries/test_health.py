"""Health: each part's real state."""

from __future__ import annotations

import pytest

from arcops.kube.refs import GroupKind
from arcops.queries.cluster import cluster_status
from arcops.queries.health import health, is_ready
from arcops.source.base import KindPhase
from tests.small_cluster import PRESENT_MS, World

pytestmark = pytest.mark.anyio
POD = GroupKind("", "Pod")


async def test_all_is_well_without_a_model_and_with_a_forbidden_kind(world: World) -> None:
    found = await health(world.services)
    assert found.status == "healthy"
    assert (found.services.kubernetes, found.services.context_buffer, found.services.foundry) == (True, True, False)
    assert [(p.resource, p.phase) for p in found.details.kubernetes.problems] == [("ingressclasses.networking.k8s.io", "forbidden")]
    assert found.details.foundry.state == "absent"


async def test_a_cluster_that_went_away_is_said_with_since_when_and_how_far_behind(world: World) -> None:
    state = world.source.state
    state.connected, state.since_ms, state.last_error = False, PRESENT_MS, "connection refused"
    await world.clock.advance(42)
    found = await health(world.services)
    assert (found.status, found.services.kubernetes) == ("degraded", False)
    kubernetes = found.details.kubernetes
    assert (kubernetes.state, kubernetes.since, kubernetes.behind_s) == ("disconnected", "2026-11-24T12:30:00Z", 42.0)
    assert kubernetes.last_error == "connection refused"


async def test_one_kind_that_is_stale_degrades_and_is_named_where_it_matters(world: World) -> None:
    kind = world.source.state.kinds[POD]
    kind.phase, kind.since_ms, kind.last_error = KindPhase.STALE, PRESENT_MS, "idle"
    await world.clock.advance(5)
    found = await health(world.services)
    assert (found.status, found.services.kubernetes, found.details.kubernetes.behind_s) == ("degraded", True, 5.0)
    assert ("pods", "stale", "idle") in [(p.resource, p.phase, p.last_error) for p in found.details.kubernetes.problems]
    assert cluster_status(world.services).incomplete == ["Pod (stale)"]


async def test_the_first_load_is_syncing_and_not_ready(world: World) -> None:
    kind = world.source.state.kinds[POD]
    kind.phase, kind.synced_ms = KindPhase.LOADING, 0
    assert not is_ready(world.services)
    found = await health(world.services)
    assert (found.status, found.details.kubernetes.state) == ("degraded", "syncing")


async def test_readiness_survives_a_later_fault(world: World) -> None:
    world.source.state.connected = False
    world.source.state.kinds[POD].phase = KindPhase.STALE
    assert is_ready(world.services)


async def test_a_ticker_that_stopped_is_noticed(world: World) -> None:
    await world.clock.advance(91)
    found = await health(world.services)
    assert (found.services.context_buffer, found.details.context_buffer.state) == (False, "late")
    assert found.details.context_buffer.detail == "No snapshot for 91 s."
