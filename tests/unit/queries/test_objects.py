"""Objects of any kind."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import pytest

from arcops.base.errors import BadCursor, BadInput, BadSelector, Busy, ObjectNotFound, UnknownKind
from arcops.kube.objects.decode import convert
from arcops.kube.refs import GroupKind
from arcops.kube.watch import Observation, Op
from arcops.queries.objects import ObjectPage, ObjectQuery, get_object, list_kinds, list_objects
from tests.small_cluster import PRESENT_MS, World

pytestmark = pytest.mark.anyio


async def names(world: World, query: ObjectQuery) -> list[str]:
    return [body["metadata"]["name"] for body in bodies(await list_objects(world.services, query))]


def bodies(page: ObjectPage) -> list[Any]:
    return [msgspec.json.decode(item) for item in page.items]


@pytest.mark.parametrize("word", ["po", "pods", "Pod", "pod", "v1/pod"])
async def test_a_kind_is_found_by_any_word(world: World, word: str) -> None:
    assert len(await names(world, ObjectQuery(word))) == 3


async def test_a_kind_there_is_not_names_the_nearest(world: World) -> None:
    with pytest.raises(UnknownKind) as raised:
        await list_objects(world.services, ObjectQuery("deplyoment"))
    assert "deployment" in raised.value.advice


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (ObjectQuery("po", namespace="data"), ["db-0"]),
        (ObjectQuery("po", label_selector="tier in (front,back),app!=web"), ["cart-5c4d8-bbbbb"]),
        (ObjectQuery("po", field_selector="metadata.name=db-0"), ["db-0"]),
        (ObjectQuery("po", field_selector="status.phase!=Running"), ["db-0"]),
        (ObjectQuery("po", field_selector="spec.containers.image=metrics:1"), ["cart-5c4d8-bbbbb"]),
        (ObjectQuery("po", field_selector="status.containerStatuses[0].restartCount=4"), ["cart-5c4d8-bbbbb"]),
        (ObjectQuery("po", field_selector="spec.nodeName="), ["db-0"]),
        (ObjectQuery("po", q="crashloop"), ["cart-5c4d8-bbbbb"]),
        (ObjectQuery("cm", q="GRÜSS gott"), ["settings"]),
        (ObjectQuery("po", sort="-status.containerStatuses.restartCount"), ["cart-5c4d8-bbbbb", "web-7d9f8b6c5-aaaaa", "db-0"]),
        (ObjectQuery("po", sort="metadata.creationTimestamp", namespace="shop"), ["cart-5c4d8-bbbbb", "web-7d9f8b6c5-aaaaa"]),
        (ObjectQuery("nodes", namespace="shop"), ["edge-1"]),
    ],
)
async def test_a_list_is_narrowed_and_sorted(world: World, query: ObjectQuery, found: list[str]) -> None:
    assert await names(world, query) == found


@pytest.mark.parametrize("sort", [None, "-metadata.name", "status.phase"])
async def test_pages_together_are_the_whole_without_doubles(world: World, sort: str | None) -> None:
    whole = await names(world, ObjectQuery("po", sort=sort))
    found: list[str] = []
    cursor = None
    for left in (2, 1, 0):
        page = await list_objects(world.services, ObjectQuery("po", sort=sort, limit=1, cursor=cursor))
        found += [body["metadata"]["name"] for body in bodies(page)]
        assert (page.metadata.remaining_item_count, page.metadata.total) == (left, 3)
        cursor = page.metadata.continue_
    assert found == whole
    assert cursor == ""


async def test_a_page_mark_of_another_list_is_refused(world: World) -> None:
    first = await list_objects(world.services, ObjectQuery("po", limit=1))
    with pytest.raises(BadCursor):
        await list_objects(world.services, ObjectQuery("po", limit=1, q="x", cursor=first.metadata.continue_))


async def test_a_body_is_what_the_api_says_without_managed_fields(world: World) -> None:
    (web,) = bodies(await list_objects(world.services, ObjectQuery("po", label_selector="app=web")))
    assert (web["apiVersion"], web["kind"], web["metadata"]["uid"]) == ("v1", "Pod", "pod-web-a")
    assert "managedFields" not in web["metadata"]
    assert web["status"]["initContainerStatuses"][1]["state"] == {"running": {"startedAt": "2026-11-24T09:00:04Z"}}


async def test_renewals_and_heartbeats_that_are_no_versions_are_shown_all_the_same(world: World) -> None:
    lease = msgspec.json.decode(await get_object(world.services, "lease", "kube-node-lease", "edge-1"))
    assert (lease["metadata"]["resourceVersion"], lease["spec"]["renewTime"]) == ("202", "2026-11-24T12:09:55.000000Z")
    node = msgspec.json.decode(await get_object(world.services, "node", "_", "edge-1"))
    assert node["metadata"]["resourceVersion"] == "203"
    assert node["status"]["conditions"][0]["lastHeartbeatTime"] == "2026-11-24T12:09:50Z"


async def test_an_event_has_the_body_its_api_gives_it(world: World) -> None:
    event = msgspec.json.decode(await get_object(world.services, "events", "data", "db-0.1"))
    assert event == {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {
            "name": "db-0.1",
            "namespace": "data",
            "uid": "ev-1",
            "resourceVersion": "108",
            "creationTimestamp": "2026-11-24T11:40:00Z",
        },
        "type": "Warning",
        "reason": "FailedScheduling",
        "message": "0/1 nodes are available: 1 Insufficient memory.",
        "eventTime": "2026-11-24T11:40:00.000000Z",
        "firstTimestamp": None,
        "lastTimestamp": None,
        "series": {"count": 7, "lastObservedTime": "2026-11-24T11:58:00.000000Z"},
        "reportingComponent": "default-scheduler",
        "reportingInstance": "default-scheduler-edge-1",
        "source": {},
        "involvedObject": {
            "kind": "Pod",
            "namespace": "data",
            "name": "db-0",
            "uid": "pod-db-1",
            "apiVersion": "v1",
            "resourceVersion": "99",
        },
    }


async def test_a_secret_has_no_data(world: World) -> None:
    secret = bytes(await get_object(world.services, "secret", "shop", "db-password"))
    assert b"aHVudGVyMg" not in secret
    assert msgspec.json.decode(secret)["kind"] == "Secret"


async def test_an_object_that_is_not_there_names_the_nearest(world: World) -> None:
    with pytest.raises(ObjectNotFound) as raised:
        await get_object(world.services, "cm", "shop", "setings")
    assert raised.value.advice == "Did you mean settings?"
    assert raised.value.message == "There is no ConfigMap shop/setings in the cluster."


async def test_a_namespaced_object_needs_its_namespace(world: World) -> None:
    with pytest.raises(BadInput, match="its namespace is missing"):
        await get_object(world.services, "pod", "_", "db-0")


@pytest.mark.parametrize(
    "query",
    [ObjectQuery("po", label_selector="app in web"), ObjectQuery("po", field_selector="status.phase"), ObjectQuery("po", sort="a[")],
)
async def test_what_cannot_be_read_is_refused(world: World, query: ObjectQuery) -> None:
    with pytest.raises(BadSelector):
        await list_objects(world.services, query)


async def test_an_object_the_record_does_not_know_yet_is_waited_for_and_then_said_to_be_busy(world: World) -> None:
    body = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "new", "namespace": "shop", "uid": "cm-2", "resourceVersion": "9"},
    }
    kind = GroupKind("", "ConfigMap")
    seen = Observation(Op.ADDED, kind, convert(kind, body), msgspec.json.encode(body), PRESENT_MS)
    world.inventory.apply([seen])

    asked = asyncio.ensure_future(get_object(world.services, "cm", "shop", "new"))
    await world.clock.advance(0.3)
    assert not asked.done()
    await world.store.append([seen])
    await world.clock.advance(0.2)
    assert msgspec.json.decode(await asked) == body

    world.inventory.apply(
        [Observation(Op.ADDED, kind, convert(kind, {**body, "metadata": {"name": "never", "uid": "cm-3"}}), b"", PRESENT_MS)]
    )
    listed = asyncio.ensure_future(list_objects(world.services, ObjectQuery("cm")))
    await world.clock.advance(5)
    with pytest.raises(Busy):
        await listed


async def test_kinds_say_how_far_they_are_known(world: World) -> None:
    kinds = {k.plural: k for k in list_kinds(world.services)}
    assert (kinds["pods"].phase, kinds["pods"].objects, kinds["pods"].short_names) == ("synced", 3, ["po"])
    assert kinds["ingressclasses"].phase == "forbidden"
    assert (kinds["deployments"].api_version, kinds["deployments"].namespaced) == ("apps/v1", True)
