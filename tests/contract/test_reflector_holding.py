"""R25 to R30 of kubernetes_api.md §9, over a socket: what stays true whatever happens, and Secrets."""

from __future__ import annotations

import asyncio
import gc
import json
import random
import ssl

import pytest
import trustme

from arcops.kube.refs import GroupKind
from arcops.source.base import KindPhase, Observed, Replaced
from arcops.source.connection import ClusterConnection
from arcops.source.credentials import FixedHeaders, bearer
from arcops.source.drivers.cluster import USER_AGENT, ClusterSource
from tests.contract.fault_http import CONFIGMAPS, KINDS, NODES, PODS, SECRETS, Reply, Request
from tests.contract.fault_server import FaultServer
from tests.contract.watching import FAST, Watcher, fill, until, watching

pytestmark = pytest.mark.anyio


async def test_the_clock_skew_is_told_from_the_date_header() -> None:
    """R25: the server's clock is 10 minutes ahead; the offset is known and nothing else changes."""
    async with FaultServer(clock_skew_s=600) as server:
        fill(server)
        async with watching(server) as watcher:
            await watcher.equals(server)
            assert abs(watcher.source.state.clock_skew_ms - 600_000) < 2000
            server.clock_skew_s = 0
            server.watch_limit_s = 0.1
            await server.stop()
            await server.start()
            await until(lambda: watcher.source.state.clock_skew_ms == 0)


async def test_a_slow_consumer_stops_the_sockets_and_loses_nothing() -> None:
    """R26: the consumer stands still for 2 s at about 500 events/s: what waits stays bounded, then everything comes in order."""
    cap = 200_000
    async with FaultServer() as server:
        fill(server, 5)
        async with watching(server, queue_bytes=cap, idle_limit_s=5.0) as watcher:
            await watcher.equals(server)
            watcher.pause_s = 2.0
            most = 0
            padding = {"message": "x" * 5000}
            for number in range(1000):
                server.put(f"web-{number % 5}", status=padding)
                if number % 10 == 0:
                    await asyncio.sleep(0.02)
                most = max(most, watcher.source.waiting_bytes)
            assert most <= cap
            assert most > cap / 2
            watcher.pause_s = 0
            await watcher.equals(server, within_s=10.0)
            seen = [int(o.obj.metadata.resource_version) for e in watcher.events if isinstance(e, Observed) for o in e.observations]
            assert len(seen) == 1000
            assert seen == sorted(seen)
            assert watcher.state.lists == 1


async def test_progress_is_counted() -> None:
    """R27: after a plain run every counter says exactly what happened."""
    async with FaultServer(bookmark_s=0.1) as server:
        fill(server, 10)
        async with watching(server) as watcher:
            await watcher.equals(server)
            state = watcher.state
            before = state.bytes_read
            for number in range(5):
                server.put(f"web-{number}")
            server.delete("web-9")
            await watcher.equals(server)
            await until(lambda: state.last_bookmark_ms >= state.last_event_ms)
            assert (state.phase, state.objects, state.lists, state.watches, state.events) == (KindPhase.SYNCED, 9, 1, 1, 16)
            assert state.resource_version == str(server.version)
            assert state.bytes_read > before > 0
            assert state.synced_ms <= state.last_event_ms
            assert state.errors == {}
            assert state.last_error == ""


async def test_a_stop_at_any_moment_leaves_nothing_behind() -> None:
    """R28: 20 stops at random points of load, watch, refusal, back-off; TLS or not: within 2 s, no task, no socket, no warning."""
    rng = random.Random(28)
    authority = trustme.CA()
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(tls)

    async def one(number: int) -> None:
        secure = tls if number % 4 < 2 else None
        async with FaultServer(tls=secure, streaming_lists=number % 2 == 0, list_delay_s=0.05 * (number % 3), kinds=tuple(KINDS)) as server:
            fill(server, 50)

            async def moody(request: Request, reply: Reply) -> bool:
                if request.resource in KINDS and rng.random() < 0.2:
                    await reply.status(rng.choice([403, 429, 500]), "Moody")
                    return True
                return False

            server.handlers.append(moody)
            connection = ClusterConnection(server.url, FixedHeaders({}), ca_pem=authority.cert_pem.bytes())
            source = ClusterSource(connection, options=FAST)
            watcher = Watcher(source)
            consumer = asyncio.ensure_future(watcher.run())
            await asyncio.sleep(rng.uniform(0, 0.5))
            started = asyncio.get_running_loop().time()
            if number % 3 == 0:
                consumer.cancel()
                await asyncio.wait([consumer])
            await source.aclose()
            await asyncio.wait([consumer], timeout=2.0)
            assert consumer.done()
            assert asyncio.get_running_loop().time() - started < 2.0
            await until(lambda: server.open_connections == 0, within_s=2.0)
            await source.aclose()

    before = asyncio.all_tasks()
    await asyncio.gather(*(one(number) for number in range(20)))
    assert asyncio.all_tasks() == before
    gc.collect()


async def test_requests_stay_within_the_budget_when_every_kind_fails() -> None:
    """R29: 12 failing kinds: never more than 2 lists at once, the rate holds, and we say who we are."""
    async with FaultServer(kinds=tuple(KINDS), list_delay_s=0.05) as server:
        assert len(server.kinds) == 12
        failing = True

        async def fail(request: Request, reply: Reply) -> bool:
            if failing and request.resource in KINDS and request.resource != PODS:
                await reply.status(500, "InternalError")
                return True
            return False

        server.handlers.append(fail)
        fill(server)
        async with watching(server, requests_per_s=20, burst=5, first_retry_s=0.01, most_retry_s=0.05) as watcher:
            await asyncio.sleep(1.5)
            times = [r.at_s for r in server.requests]
            for start in times:
                assert len([t for t in times if start <= t < start + 1.0]) <= 20 + 5 + 1
            failing = False
            await until(lambda: watcher.source.state.is_synced, within_s=10.0)
        assert server.most_open_lists <= 2
        assert {r.headers["user-agent"] for r in server.requests} == {USER_AGENT}


async def test_nodes_and_namespaces_are_loaded_first() -> None:
    """R29: whatever the order of discovery, what everything else is read against comes first."""
    async with FaultServer(kinds=tuple(KINDS)) as server:
        async with watching(server, list_parallel=1) as watcher:
            await until(lambda: watcher.source.state.is_synced)
        loaded = [e.resource.plural for e in watcher.events if isinstance(e, Replaced)]
        assert loaded[:3] == ["nodes", "namespaces", "pods"]


async def test_two_clusters_never_share_credentials() -> None:
    """R30: two sources in one process; each server sees its own token only."""
    async with FaultServer() as one, FaultServer() as two:
        fill(one, 3)
        fill(two, 5)
        sources = [
            ClusterSource(ClusterConnection(server.url, FixedHeaders(bearer(token))), options=FAST)
            for server, token in ((one, "first"), (two, "second"))
        ]
        watchers = [Watcher(source) for source in sources]
        tasks = [asyncio.ensure_future(watcher.run()) for watcher in watchers]
        await watchers[0].equals(one)
        await watchers[1].equals(two)
        for source in sources:
            await source.aclose()
        await asyncio.wait(tasks)
        assert {r.headers["authorization"] for r in one.requests} == {"Bearer first"}
        assert {r.headers["authorization"] for r in two.requests} == {"Bearer second"}


MANIFEST = json.dumps({"data": {"password": "aHVudGVyMg=="}})


@pytest.mark.parametrize("streaming_lists", [True, False], ids=["streaming-list", "pages"])
async def test_secrets_come_as_metadata_without_their_data(streaming_lists: bool) -> None:
    """The server honours the Accept header; kubectl's copy of the manifest is taken out of object and body."""
    notes = {"kubectl.kubernetes.io/last-applied-configuration": MANIFEST, "owner": "shop"}
    async with FaultServer(kinds=(SECRETS,), streaming_lists=streaming_lists) as server:
        server.put("db", SECRETS, data={"password": "aHVudGVyMg=="}, metadata={"annotations": dict(notes)})
        async with watching(server) as watcher:
            await watcher.equals(server, SECRETS)
            server.put("db", SECRETS, data={"password": "aHVudGVyMg=="}, metadata={"annotations": dict(notes)})
            server.put("tls", SECRETS, data={"key": "aHVudGVyMg=="}, metadata={"annotations": dict(notes)})
            await watcher.equals(server, SECRETS)
            for raw in watcher.bodies.values():
                body = json.loads(raw)
                assert (body["kind"], body["apiVersion"]) == ("Secret", "v1")
                assert body["metadata"]["annotations"] == {"owner": "shop"}
                assert set(body) == {"kind", "apiVersion", "metadata"}
                assert b"aHVudGVyMg" not in raw


@pytest.mark.parametrize("streaming_lists", [True, False], ids=["streaming-list", "pages"])
async def test_whole_secrets_are_refused(streaming_lists: bool) -> None:
    """A server that ignores the Accept header sends data: nothing of it is kept, the kind is marked, others live on."""
    async with FaultServer(kinds=(SECRETS, CONFIGMAPS), streaming_lists=streaming_lists, honours_partial=False) as server:
        server.put("db", SECRETS, data={"password": "aHVudGVyMg=="})
        server.put("settings", CONFIGMAPS)
        async with watching(server) as watcher:
            await watcher.equals(server, CONFIGMAPS)
            secrets = GroupKind("", "Secret")
            await until(lambda: watcher.source.state.kinds[secrets].phase is KindPhase.FAILING)
            assert watcher.source.state.kinds[secrets].errors["secret_data"] >= 1
            assert secrets not in watcher.index
            assert b"aHVudGVyMg" not in repr(watcher.events).encode()


async def test_list_items_get_the_kind_and_version_a_list_leaves_out() -> None:
    """Bodies of a list and of a watch have one shape, so that they can be compared and shown."""
    async with FaultServer(streaming_lists=False, kinds=(PODS, NODES)) as server:
        listed = server.put("web-0", spec={"nodeName": "edge-1"})
        async with watching(server) as watcher:
            await watcher.equals(server)
            followed = server.put("web-1", spec={"nodeName": "edge-1"})
            await watcher.equals(server)
        for body in (listed, followed):
            assert json.loads(watcher.bodies[body["metadata"]["uid"]]) == body
