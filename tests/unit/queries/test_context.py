"""The context buffer."""

from __future__ import annotations

import pytest

from arcops.base.errors import BadInput, NotFound
from arcops.queries.context import context_snapshot, context_snapshots, context_stats, context_window
from arcops.runtime.ticker import Ticker
from tests.small_cluster import World

pytestmark = pytest.mark.anyio


async def test_ticks_of_recent_hours_and_of_a_range_come_newest_first(world: World) -> None:
    ticker = Ticker(world.services)
    for _ in range(3):
        await world.clock.advance(3600)
        await ticker.tick()
    recent = await context_snapshots(world.services, hours=2)
    assert [s.timestamp for s in recent] == ["2026-11-24T15:30:00Z", "2026-11-24T14:30:00Z", "2026-11-24T13:30:00Z"]
    between = await context_snapshots(world.services, since="2026-11-24T12:30:00Z", until="2026-11-24T13:30:00Z")
    assert [s.timestamp for s in between] == ["2026-11-24T13:30:00Z", "2026-11-24T12:30:00Z"]
    assert between[0].counts["pods"] == 3


async def test_a_tick_gives_the_whole_cluster_of_its_moment(world: World) -> None:
    (tick,) = await context_snapshots(world.services)
    then = await context_snapshot(world.services, tick.id)
    assert then.timestamp == "2026-11-24T12:30:00Z"
    assert [p.name for p in then.pods] == ["db-0", "cart-5c4d8-bbbbb", "web-7d9f8b6c5-aaaaa"]
    assert [e.name for e in then.events] == ["cart.1", "db-0.1", "same-name", "same-name"]


async def test_a_tick_there_is_not_is_an_error(world: World) -> None:
    with pytest.raises(NotFound):
        await context_snapshot(world.services, 5)


async def test_the_figures_name_what_there_is(world: World) -> None:
    stats = await context_stats(world.services)
    assert (stats.snapshots, stats.max_snapshots, stats.retention_hours, stats.interval_s) == (1, 1000, 24.0, 30.0)
    assert (stats.oldest_snapshot, stats.newest_snapshot, stats.engine) == ("2026-11-24T12:30:00Z", "2026-11-24T12:30:00Z", "memory")
    assert stats.event_sightings == 5


async def test_a_window_holds_ticks_events_and_gaps(world: World) -> None:
    window = await context_window(world.services, hours=1)
    assert (window.since, window.until) == ("2026-11-24T11:30:00Z", "2026-11-24T12:30:00Z")
    assert (len(window.snapshots), [e.name for e in window.events]) == (1, ["cart.1", "db-0.1", "same-name", "same-name"])


async def test_reading_changes_nothing(world: World) -> None:
    before = await world.store.stats()
    for _ in range(3):
        await context_window(world.services)
        await context_stats(world.services)
    assert await world.store.stats() == before


async def test_a_span_that_ends_before_it_begins_is_refused(world: World) -> None:
    with pytest.raises(BadInput):
        await context_snapshots(world.services, since="1h", until="2h")
