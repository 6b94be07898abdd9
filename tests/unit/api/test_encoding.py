"""ETags, gzip, and the large answer."""

from __future__ import annotations

import asyncio
import gzip

import httpx2
import msgspec
import pytest
from starlette.requests import Request

from arcops.api.encode import PIECE_BYTES, answer, compressed, is_known, takes_gzip
from arcops.api.fragments import SHARED_MS, StatusBodies
from arcops.kube.objects.decode import convert
from arcops.kube.watch import Observation, Op
from arcops.queries.cluster import ClusterStatus, cluster_status
from arcops.queries.live import POD
from tests.small_cluster import PRESENT_MS, World

pytestmark = pytest.mark.anyio


def asked(**headers: str) -> Request:
    return Request({"type": "http", "method": "GET", "headers": [(k.replace("_", "-").encode(), v.encode()) for k, v in headers.items()]})


def pod(name: str, version: str) -> Observation:
    body = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": "shop", "uid": name, "resourceVersion": version}}
    return Observation(Op.ADDED, POD, convert(POD, body), msgspec.json.encode(body), PRESENT_MS)


@pytest.mark.parametrize(
    "path",
    ["/api/cluster/status", "/api/cluster/pods", "/api/cluster/events", "/api/objects/po", "/api/kinds", "/api/history/po/data/db-0"],
)
async def test_who_has_it_already_gets_304_until_it_changes(client: httpx2.AsyncClient, path: str) -> None:
    first = await client.get(path)
    again = await client.get(path, headers={"if-none-match": first.headers["etag"]})
    other = await client.get(path, headers={"if-none-match": 'W/"other"'})
    assert (again.status_code, again.content, other.status_code) == (304, b"", 200)
    assert again.headers["etag"] == first.headers["etag"]


async def test_the_status_changes_its_etag_with_a_pod_and_not_with_the_time(client: httpx2.AsyncClient, world: World) -> None:
    first = (await client.get("/api/cluster/status")).headers["etag"]
    await world.clock.advance(5)
    later = await client.get("/api/cluster/status", headers={"if-none-match": first})
    world.inventory.apply([pod("new", "900")])
    changed = await client.get("/api/cluster/status", headers={"if-none-match": first})
    assert (later.status_code, changed.status_code) == (304, 200)
    assert "new" in [p["name"] for p in changed.json()["pods"]]


async def test_head_has_the_headers_of_get_and_no_body(client: httpx2.AsyncClient) -> None:
    head, get = await client.head("/api/cluster/pods"), await client.get("/api/cluster/pods")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["etag"] == get.headers["etag"]
    assert (await client.head("/api/nothing")).status_code == 404


async def test_health_is_never_taken_from_a_cache(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/api/health")
    assert answer.headers["cache-control"] == "no-store"
    assert "etag" not in answer.headers


async def test_who_takes_gzip_gets_it_and_the_others_do_not(client: httpx2.AsyncClient) -> None:
    packed = await client.get("/api/cluster/status", headers={"accept-encoding": "gzip"})
    plain = await client.get("/api/cluster/status", headers={"accept-encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.json() == plain.json()
    assert "accept-encoding" in packed.headers["vary"]
    assert "accept-encoding" in plain.headers["vary"]


async def test_small_answers_are_not_packed(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/api/context/snapshots", headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in answer.headers


@pytest.mark.parametrize(
    ("accepted", "takes"),
    [
        ("gzip", True),
        ("br, gzip;q=0.5", True),
        ("*", True),
        ("GZIP", True),
        ("gzip;q=0", False),
        ("br", False),
        ("", False),
        ("identity", False),
    ],
)
def test_the_accept_encoding_header_is_read(accepted: str, takes: bool) -> None:
    assert takes_gzip(asked(accept_encoding=accepted)) is takes


@pytest.mark.parametrize(
    ("header", "known"), [('W/"a"', True), ('"a"', True), ('"x", W/"a"', True), ("*", True), ('"x"', False), ("", False)]
)
def test_the_if_none_match_header_is_read(header: str, known: bool) -> None:
    assert is_known(asked(if_none_match=header), 'W/"a"') is known


async def test_a_large_answer_is_packed_whole_and_leaves_in_pieces() -> None:
    value = [f"line {i} of many" for i in range(60_000)]
    response = await answer(asked(accept_encoding="identity"), value)
    pieces = [bytes(piece) async for piece in response.body_iterator]  # type: ignore[attr-defined]
    assert max(map(len, pieces)) == PIECE_BYTES
    assert msgspec.json.decode(b"".join(pieces)) == value
    assert int(response.headers["content-length"]) == sum(map(len, pieces))
    assert gzip.decompress(await compressed(b"x" * 100_000)) == b"x" * 100_000


async def test_the_kept_rows_say_what_the_query_says(world: World) -> None:
    bodies = StatusBodies(world.services)
    for version in range(3):
        world.inventory.apply([pod(f"new-{version}", f"90{version}")])
        body = await bodies.current(packed=False)
        assert msgspec.json.decode(body.plain, type=ClusterStatus) == cluster_status(world.services)


async def test_rows_of_pods_that_are_gone_are_forgotten(world: World) -> None:
    bodies = StatusBodies(world.services)
    many = [pod(f"p-{i}", "900") for i in range(500)]
    world.inventory.apply(many)
    await bodies.current(packed=False)
    world.inventory.apply([Observation(Op.DELETED, POD, o.obj, o.raw, PRESENT_MS) for o in many])
    await world.clock.advance(SHARED_MS / 1000)
    await bodies.current(packed=False)
    assert len(bodies.pods) == 3


async def test_callers_at_the_same_time_share_one_body(world: World) -> None:
    bodies = StatusBodies(world.services)
    found = await asyncio.gather(*(bodies.current(packed=True) for _ in range(10)))
    assert len({id(body) for body in found}) == 1
    assert gzip.decompress(found[0].packed or b"") == found[0].plain


async def test_a_body_is_made_anew_when_a_pod_changed_or_its_time_is_old(world: World) -> None:
    bodies = StatusBodies(world.services)
    first = await bodies.current(packed=False)
    await world.clock.advance(0.5)
    assert await bodies.current(packed=False) is first
    await world.clock.advance(0.6)
    second = await bodies.current(packed=False)
    assert second is not first
    await world.clock.advance(0.1)
    world.inventory.apply([pod("new", "900")])
    third = await bodies.current(packed=False)
    assert b'"new"' in third.plain


async def test_a_large_body_is_shared_for_a_moment_although_a_pod_changed(world: World) -> None:
    bodies = StatusBodies(world.services)
    world.inventory.apply([pod(f"p-{i}", "900") for i in range(1_000)])
    first = await bodies.current(packed=True)
    world.inventory.apply([pod("new", "901")])
    await world.clock.advance((SHARED_MS - 5) / 1000)
    assert await bodies.current(packed=True) is first
    await world.clock.advance(0.01)
    assert b'"new"' in (await bodies.current(packed=True)).plain


async def test_events_leave_the_status_when_they_are_an_hour_old(world: World) -> None:
    bodies = StatusBodies(world.services)
    await bodies.current(packed=False)
    await world.clock.advance(20.5 * 60)
    body = msgspec.json.decode((await bodies.current(packed=False)).plain, type=ClusterStatus)
    assert [(e.namespace, e.name) for e in body.events] == [("data", "db-0.1"), ("data", "same-name")]
    assert body.events == cluster_status(world.services).events
