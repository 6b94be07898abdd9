"""Objects, pods and events as they were; and what an answer about the past says of itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
import pytest

from arcops.base.errors import BadCursor, BadInput, NeverSeen, NotThen
from arcops.queries.cluster_at import cluster_status_at, events_at, pods_at
from arcops.queries.moments import moment
from arcops.queries.objects import ObjectPage, ObjectQuery, list_objects
from arcops.queries.objects_at import get_object_at, list_objects_at
from arcops.source.base import KindPhase
from tests.past_cluster import at, past_cluster
from tests.small_cluster import World

pytestmark = pytest.mark.anyio
WEB = ("deploy", "shop", "web")


@pytest.fixture
async def past(anyio_backend: str) -> World:
    return await past_cluster()


def names(page: ObjectPage) -> list[str]:
    return [msgspec.json.decode(body)["metadata"]["name"] for body in page.items]


async def then(world: World, minute: float, kind: str = "pods", **more: Any) -> list[str]:
    return names(await list_objects_at(world.services, ObjectQuery(kind, at=at(minute), **more)))


async def test_the_objects_of_each_moment_are_those_that_existed_then(past: World) -> None:
    assert await then(past, 5) == ["web-a-1", "web-a-2"]
    assert await then(past, 20) == ["web-a-1", "web-a-2", "web-b-1"]
    assert await then(past, 21.5) == ["web-a-2", "web-b-1", "web-b-2"]
    assert await then(past, 45) == []
    assert await then(past, 45, "jobs") == ["report"]
    assert await then(past, 55, "jobs") == []


async def test_a_list_of_the_past_is_narrowed_sorted_and_paged_like_that_of_now(past: World) -> None:
    assert await then(past, 23, field_selector="status.containerStatuses.restartCount=1") == ["web-b-1"]
    assert await then(past, 23, field_selector="metadata.name!=web-b-1") == ["web-b-2"]
    assert await then(past, 23, label_selector="app=web", namespace="shop") == ["web-b-1", "web-b-2"]
    assert await then(past, 23, label_selector="app!=web") == []
    assert await then(past, 23, namespace="elsewhere") == []
    assert await then(past, 23, q="oomkilled") == ["web-b-1"]
    assert await then(past, 21.5, sort="-metadata.creationTimestamp") == ["web-b-2", "web-b-1", "web-a-2"]
    query = ObjectQuery("pods", at="2310s", limit=2)
    first = await list_objects_at(past.services, query)
    past.clock.step_wall(600)
    rest = await list_objects_at(past.services, replace(query, cursor=first.metadata.continue_))
    assert (names(first), first.metadata.remaining_item_count, first.metadata.total) == (["web-a-2", "web-b-1"], 1, 3)
    assert (names(rest), rest.metadata.continue_) == (["web-b-2"], "")
    assert rest.metadata.at == first.metadata.at == at(21.5)
    for cursor in (first.metadata.continue_.partition(".")[2], "x.y", "9" * 40 + ".y", f"1{first.metadata.continue_}"):
        with pytest.raises(BadCursor):
            await list_objects_at(past.services, replace(query, cursor=cursor))


async def test_the_moment_now_gives_what_exists_now(past: World) -> None:
    for kind in ("pods", "deploy", "rs", "cm", "nodes", "svc"):
        now = await list_objects(past.services, ObjectQuery(kind))
        assert names(await list_objects_at(past.services, ObjectQuery(kind, at="now"))) == names(now)


async def test_an_object_is_as_it_was_even_when_it_is_gone(past: World) -> None:
    body = msgspec.json.decode(await get_object_at(past.services, *WEB, at=at(19.9)))
    assert body["spec"]["template"]["spec"]["containers"][0]["image"] == "web:1.25"
    body = msgspec.json.decode(await get_object_at(past.services, *WEB, at=at(20)))
    assert body["spec"]["template"]["spec"]["containers"][0]["image"] == "web:1.26"
    job = msgspec.json.decode(await get_object_at(past.services, "job", "shop", "report", at=at(49)))
    assert (job["kind"], job["status"]) == ("Job", {"succeeded": 1})


async def test_what_did_not_exist_then_is_told_with_when_it_did(past: World) -> None:
    with pytest.raises(NotThen, match=r"There was no Pod shop/web-b-1 at 2026-11-24T12:05:00Z") as raised:
        await get_object_at(past.services, "pod", "shop", "web-b-1", at=at(5))
    assert raised.value.advice == f"It was first seen after that at {at(20)}."
    with pytest.raises(NotThen) as raised:
        await get_object_at(past.services, "pod", "shop", "web-b-1", at=at(50))
    assert raised.value.advice == f"It was deleted at {at(40)}."
    with pytest.raises(NeverSeen):
        await get_object_at(past.services, "pod", "shop", "nobody", at=at(50))


async def test_events_of_a_moment_are_those_of_the_hour_before(past: World) -> None:
    assert await then(past, 10, "events") == []
    (body,) = (await list_objects_at(past.services, ObjectQuery("events", at=at(50)))).items
    event = msgspec.json.decode(body)
    assert (event["reason"], event["count"], event["involvedObject"]["name"]) == ("BackOff", 3, "web-b-1")
    rows, _ = await events_at(past.services, at(50), event_type="warning")
    assert [row.reason for row in rows] == ["BackOff"]
    assert (await events_at(past.services, at(50), event_type="normal"))[0] == []


async def test_the_status_of_a_moment(past: World) -> None:
    status = await cluster_status_at(past.services, at(31))
    assert status.timestamp == at(31)
    assert [(pod.name, pod.reason, pod.restarts) for pod in status.pods] == [("web-b-1", "CrashLoopBackOff", 5), ("web-b-2", "Running", 0)]
    assert [event.reason for event in status.events] == ["BackOff"]
    assert status.incomplete == []
    rows, notes = await pods_at(past.services, at(20), phase="pending")
    assert ([row.name for row in rows], notes) == (["web-b-1"], [])


@pytest.mark.parametrize(("minute", "inside"), [(31.9, False), (32, True), (34, True), (35.9, True), (36, False)])
async def test_a_moment_inside_a_gap_is_never_answered_without_saying_so(past: World, minute: float, *, inside: bool) -> None:
    told = await moment(past.services, at(minute))
    page = await list_objects_at(past.services, ObjectQuery("pods", at=at(minute)))
    status = await cluster_status_at(past.services, at(minute))
    assert [gap.since for gap in told.gaps] == ([at(32)] if inside else [])
    for notes in (told.notes, page.metadata.notes, status.incomplete):
        assert any("the API server refused connections" in note for note in notes) is inside


async def test_a_moment_before_the_record_says_where_it_begins(past: World) -> None:
    page = await list_objects_at(past.services, ObjectQuery("pods", at="2026-11-24T11:00:00Z"))
    assert page.items == []
    assert page.metadata.notes == [f"The record begins at {at(0)}: what was before is not known."]


async def test_a_gap_that_still_lasts_is_told(past: World) -> None:
    pods = next(state for kind, state in past.source.state.kinds.items() if kind.kind == "Pod")
    pods.phase, pods.since_ms, pods.last_error = KindPhase.STALE, past.clock.now_ms() - 60_000, "the stream ended"
    assert "the stream ended" in " ".join((await moment(past.services, "30s", kind="pods")).notes)
    assert (await moment(past.services, "2m", kind="pods")).notes == []
    assert (await moment(past.services, "30s", kind="nodes")).notes == []


async def test_a_moment_that_has_not_come_is_refused(past: World) -> None:
    with pytest.raises(BadInput, match="has not come yet"):
        await moment(past.services, "2026-11-24T14:00:00Z")


async def test_a_moment_is_read_in_the_zone_of_the_caller(past: World) -> None:
    assert (await moment(past.services, "today 13:05", "Europe/Berlin")).at == at(5)
    assert (await moment(past.services, "today 12:05")).at == at(5)
