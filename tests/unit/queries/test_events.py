"""Events: those there are, and those there were."""

from __future__ import annotations

import pytest

from arcops.base.errors import BadCursor, BadInput, UnknownKind
from arcops.queries.cluster import cluster_status
from arcops.queries.events import EventQuery, recent_events, search_events
from tests.small_cluster import World

pytestmark = pytest.mark.anyio


async def test_events_without_a_last_timestamp_are_there_by_their_series_or_event_time(world: World) -> None:
    found = {(e.namespace, e.name): e for e in await recent_events(world.services)}
    assert found["data", "db-0.1"].timestamp == "2026-11-24T11:58:00.000000Z"
    assert found["data", "db-0.1"].count == 7
    assert found["data", "same-name"].timestamp == "2026-11-24T11:51:00.000000Z"


async def test_events_of_the_same_name_in_two_namespaces_are_two(world: World) -> None:
    found = [e.namespace for e in await recent_events(world.services) if e.name == "same-name"]
    assert found == ["data", "shop"]


async def test_events_are_chosen_by_their_own_time_newest_first(world: World) -> None:
    hour = [e.timestamp for e in await recent_events(world.services, 1)]
    day = [e.timestamp for e in await recent_events(world.services, 24)]
    assert hour == sorted(hour, reverse=True)
    assert "2026-11-24T09:00:00Z" in day
    assert "2026-11-24T09:00:00Z" not in hour


async def test_an_event_the_cluster_has_forgotten_is_still_there(world: World) -> None:
    live = [e.name for e in cluster_status(world.services).events]
    assert "cart.1" not in live
    assert (await recent_events(world.services))[0].name == "cart.1"


async def test_the_type_is_found_in_any_case(world: World) -> None:
    assert {e.reason for e in await recent_events(world.services, event_type="warning")} == {"BackOff", "FailedScheduling"}


async def test_the_clock_of_the_cluster_decides_what_is_recent(world: World) -> None:
    world.source.state.clock_skew_ms = 30 * 60_000
    assert [e.name for e in await recent_events(world.services, 1)] == ["cart.1"]


async def test_the_involved_object_is_named_in_short_and_in_full(world: World) -> None:
    event = (await recent_events(world.services))[0]
    assert event.involved_object == "Pod/cart-5c4d8-bbbbb"
    assert (event.involved.namespace, event.involved.uid, event.involved.field_path) == ("shop", "pod-cart", "spec.containers{app}")


@pytest.mark.parametrize(
    ("query", "names"),
    [
        (EventQuery(type="warning"), ["cart.1", "db-0.1"]),
        (EventQuery(reason="BackOff"), ["cart.1"]),
        (EventQuery(namespace="data"), ["same-name", "db-0.1"]),
        (EventQuery(object="db-0"), ["same-name", "db-0.1"]),
        (EventQuery(object="po/cart-5c4d8-bbbbb"), ["cart.1"]),
        (EventQuery(kind="pods", text="INSUFFICIENT"), ["db-0.1"]),
        (EventQuery(since="25m"), ["cart.1"]),
        (EventQuery(until="2026-11-24T12:05:00Z", text="back-off"), []),
    ],
)
async def test_the_record_is_searched(world: World, query: EventQuery, names: list[str]) -> None:
    assert [row.event.name for row in (await search_events(world.services, query)).items] == names


async def test_pages_together_are_the_whole_without_doubles(world: World) -> None:
    ids: list[int] = []
    cursor: str | None = None
    for _ in range(10):
        page = await search_events(world.services, EventQuery(limit=2, cursor=cursor))
        ids += [row.id for row in page.items]
        cursor = page.continue_
        if cursor is None:
            break
    assert ids == [row.id for row in (await search_events(world.services, EventQuery())).items]
    assert len(ids) == 5


async def test_a_page_mark_of_another_search_is_refused(world: World) -> None:
    first = await search_events(world.services, EventQuery(limit=1))
    with pytest.raises(BadCursor):
        await search_events(world.services, EventQuery(reason="BackOff", cursor=first.continue_))


async def test_an_object_without_a_name_and_a_kind_there_is_not_are_errors(world: World) -> None:
    with pytest.raises(BadInput):
        await search_events(world.services, EventQuery(object="Pod/"))
    with pytest.raises(UnknownKind):
        await search_events(world.services, EventQuery(kind="podz"))
