"""Versions of any object."""

from __future__ import annotations

import msgspec
import pytest

from arcops.base.errors import BadTime, NeverSeen, UnknownKind
from arcops.queries.history import HistoryQuery, object_history
from arcops.store.base import Gap
from tests.small_cluster import PRESENT_MS, World

pytestmark = pytest.mark.anyio
CART = HistoryQuery("po", "shop", "cart-5c4d8-bbbbb")


async def test_versions_come_newest_first_with_what_differs(world: World) -> None:
    newest, oldest = (await object_history(world.services, CART)).items
    assert (newest.change, newest.observed_at, newest.resource_version) == ("changed", "2026-11-24T12:10:00Z", "200")
    assert "status.containerStatuses.restartCount" in newest.paths
    assert (oldest.change, oldest.unseen, oldest.paths) == ("created", True, [])
    assert newest.object is None


async def test_bodies_come_when_asked_for(world: World) -> None:
    page = await object_history(world.services, HistoryQuery("po", "shop", CART.name, bodies=True))
    body = msgspec.json.decode(page.items[0].object or b"")
    assert (body["kind"], body["status"]["containerStatuses"][0]["restartCount"]) == ("Pod", 4)


async def test_who_wrote_a_version_is_told(world: World) -> None:
    (only,) = (await object_history(world.services, HistoryQuery("pod", "shop", "web-7d9f8b6c5-aaaaa"))).items
    assert only.writer is not None
    assert only.writer.manager == "kubelet"


async def test_a_deleted_object_has_its_tombstone(world: World) -> None:
    page = await object_history(world.services, HistoryQuery("po", "shop", "report-ccccc"))
    assert [v.change for v in page.items] == ["deleted", "created"]


async def test_pages_follow_each_other(world: World) -> None:
    first = await object_history(world.services, HistoryQuery("po", "data", "db-0", limit=2))
    second = await object_history(world.services, HistoryQuery("po", "data", "db-0", limit=2, cursor=first.continue_))
    assert [v.uid for v in (*first.items, *second.items)] == ["pod-db-2", "pod-db-1", "pod-db-1"]
    assert second.continue_ is None


async def test_cluster_scoped_objects_need_no_namespace(world: World) -> None:
    page = await object_history(world.services, HistoryQuery("node", "_", "edge-1"))
    assert (page.namespace, len(page.items)) == ("", 1)


async def test_gaps_of_the_kind_and_of_all_are_told(world: World) -> None:
    kind = world.source.catalog.find("nodes").group_kind
    await world.store.add_gap(Gap(None, PRESENT_MS - 60_000, PRESENT_MS - 30_000, "refused"))
    await world.store.add_gap(Gap(kind, PRESENT_MS - 20_000, PRESENT_MS - 10_000, "of nodes"))
    assert [g.why for g in (await object_history(world.services, CART)).gaps] == ["refused"]


async def test_an_object_nobody_saw_a_kind_there_is_not_and_a_bad_time_are_errors(world: World) -> None:
    with pytest.raises(NeverSeen):
        await object_history(world.services, HistoryQuery("po", "shop", "nobody"))
    with pytest.raises(UnknownKind):
        await object_history(world.services, HistoryQuery("podz", "shop", "x"))
    with pytest.raises(BadTime):
        await object_history(world.services, HistoryQuery("po", "shop", "x", since="soon"))


async def test_a_window_without_versions_of_a_known_object_is_empty_and_no_error(world: World) -> None:
    page = await object_history(world.services, HistoryQuery("po", "shop", "report-ccccc", since="5m"))
    assert page.items == []
