"""The live source beyond one kind: kinds that come and go, a cluster that moves, credentials that fail, TLS, sockets."""

from __future__ import annotations

import asyncio
import copy
import socket
import ssl
from dataclasses import dataclass, replace

import aiohttp
import pytest
import trustme

from arcops.base.clock import SystemClock
from arcops.base.errors import CredentialFailed
from arcops.kube.refs import GroupKind
from arcops.source.base import KindsChanged, Observed
from arcops.source.connection import ClusterConnection
from arcops.source.credentials import Anonymous
from arcops.source.drivers.cluster import ClusterSource, keepalive_socket, proxy_of_environment
from arcops.source.drivers.cluster_outbox import Outbox
from arcops.source.drivers.cluster_requests import RateLimit
from arcops.source.watch_options import WatchOptions
from tests.contract.fault_http import CONFIGMAPS, PODS, SECRETS
from tests.contract.fault_server import FaultServer
from tests.contract.watching import FAST, Watcher, fill, until, watching

pytestmark = pytest.mark.anyio

MAPS = GroupKind("", "ConfigMap")


async def test_kinds_come_and_go_with_discovery() -> None:
    """A kind that is served later is watched; one that is gone is watched no more and leaves state and catalogue."""
    async with FaultServer(kinds=(PODS,)) as server:
        fill(server)
        fill(server, resource=CONFIGMAPS)
        async with watching(server, discovery_s=0.1) as watcher:
            await watcher.equals(server)
            server.kinds = (PODS, CONFIGMAPS)
            await watcher.equals(server, CONFIGMAPS)
            assert watcher.source.catalog.find("configmap").plural == CONFIGMAPS
            server.kinds = (PODS,)
            await until(lambda: MAPS not in watcher.source.state.kinds)
            assert watcher.source.catalog.get(MAPS) is None
            changes = [event for event in watcher.events if isinstance(event, KindsChanged)]
            assert [([r.plural for r in c.added], [r.plural for r in c.removed]) for c in changes] == [
                ([PODS], []),
                ([CONFIGMAPS], []),
                ([], [CONFIGMAPS]),
            ]
            server.put("after")
            await watcher.equals(server)


async def test_settings_choose_the_kinds() -> None:
    """Include and exclude are patterns; what is not wanted is never asked for."""
    async with FaultServer(kinds=(PODS, CONFIGMAPS, SECRETS)) as server:
        async with watching(server, include=("pods", "*maps", "secrets"), exclude=("secrets",)) as watcher:
            await until(lambda: watcher.source.state.is_synced)
            assert {state.resource.plural for state in watcher.source.state.kinds.values()} == {PODS, CONFIGMAPS}
        assert not [r for r in server.requests if r.resource == SECRETS]


@dataclass
class Moving:
    """An origin whose kubeconfig is rewritten to another server."""

    moved_to: str = ""

    async def current(self, connection: ClusterConnection) -> ClusterConnection:
        """The same connection, or its successor from the move on."""
        if not self.moved_to or connection.server == self.moved_to:
            return connection
        self.successor = getattr(self, "successor", None) or replace(connection, server=self.moved_to)
        return self.successor


async def test_a_kubeconfig_that_is_rewritten_to_another_address_is_followed() -> None:
    """The proxy of Arc gets a new port: the old streams are dropped, the new server is read at the same version."""
    async with FaultServer() as first, FaultServer() as second:
        fill(first)
        origin = Moving()
        source = ClusterSource(ClusterConnection(first.url, Anonymous(), origin=origin), options=FAST)
        watcher = Watcher(source)
        consumer = asyncio.ensure_future(watcher.run())
        await watcher.equals(first)
        second.version, second.objects, second.log = first.version, copy.deepcopy(first.objects), list(first.log)
        second.put("moved")
        origin.moved_to = second.url
        await first.stop()
        await watcher.equals(second)
        assert source.state.server == second.url
        assert watcher.state.lists == 1
        await source.aclose()
        await asyncio.wait([consumer])


class Failing(Anonymous):
    """A plugin that fails until it is repaired."""

    is_broken = True

    async def headers(self) -> dict[str, str]:
        """A token, once there is one."""
        if self.is_broken:
            raise CredentialFailed(why="kubelogin: exit status 1")
        return {"Authorization": "Bearer good"}


async def test_without_credentials_no_request_leaves() -> None:
    """R20: the state tells why; when the plugin works again everything comes by itself."""
    async with FaultServer() as server:
        fill(server)
        credentials = Failing()
        source = ClusterSource(ClusterConnection(server.url, credentials), options=FAST)
        watcher = Watcher(source)
        consumer = asyncio.ensure_future(watcher.run())
        await until(lambda: "kubelogin" in source.state.last_error)
        assert not server.requests
        credentials.is_broken = False
        await watcher.equals(server)
        assert {r.headers["authorization"] for r in server.requests} == {"Bearer good"}
        await source.aclose()
        await asyncio.wait([consumer])


async def test_tls_is_verified_by_the_connections_own_authority() -> None:
    """A server of another authority is not talked to; the right one is."""
    right, wrong = trustme.CA(), trustme.CA()
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    right.issue_cert("127.0.0.1").configure_cert(tls)
    async with FaultServer(tls=tls) as server:
        fill(server)
        for authority, is_trusted in ((wrong, False), (right, True)):
            connection = ClusterConnection(server.url, Anonymous(), ca_pem=authority.cert_pem.bytes())
            source = ClusterSource(connection, options=FAST)
            watcher = Watcher(source)
            consumer = asyncio.ensure_future(watcher.run())
            if is_trusted:
                await watcher.equals(server)
            else:
                await until(lambda state=source.state: "ertificate" in state.last_error)  # type: ignore[misc]
                assert not server.requests
            await source.aclose()
            await asyncio.wait([consumer])


def test_sockets_find_out_by_themselves_that_the_peer_is_gone() -> None:
    """R21: keepalive 30/15/3 and a user timeout of 75 s are set on every connection."""
    info: aiohttp.AddrInfoType = (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", ("127.0.0.1", 1))
    with keepalive_socket(info) as made:
        assert made.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        options = ("TCP_KEEPIDLE", "TCP_KEEPINTVL", "TCP_KEEPCNT", "TCP_USER_TIMEOUT")
        values = [made.getsockopt(socket.IPPROTO_TCP, getattr(socket, name)) for name in options if hasattr(socket, name)]
        assert values in ([30, 15, 3, 75_000], [30, 15, 3], [])


def test_the_proxy_of_the_environment_is_honoured(monkeypatch: pytest.MonkeyPatch) -> None:
    """HTTPS_PROXY for https, nothing for hosts in NO_PROXY."""
    monkeypatch.setenv("https_proxy", "http://proxy.test:3128")
    monkeypatch.setenv("no_proxy", "10.0.0.1,.internal.test")
    assert proxy_of_environment("https://api.example.test:6443") == "http://proxy.test:3128"
    assert proxy_of_environment("https://10.0.0.1:6443") is None
    assert proxy_of_environment("https://k8s.internal.test") is None


async def test_the_outbox_takes_a_large_event_only_when_nothing_else_waits() -> None:
    """Bounded by bytes; gaps pass always; a closed box lets everybody go."""
    box = Outbox(1000)
    small, large = KindsChanged(), KindsChanged()
    for _ in range(3):
        await box.put(small)
    waiting = asyncio.ensure_future(box.put(large))
    await asyncio.sleep(0)
    assert not waiting.done()
    box.put_now(small)
    assert await box.get() is small
    assert await box.get() is small
    await asyncio.wait_for(waiting, 1)
    stuck = asyncio.ensure_future(box.put(small))
    box.close()
    await asyncio.wait_for(stuck, 1)
    assert await box.get() is None
    assert box.waiting_bytes == 0


class Ticking(SystemClock):
    """A clock that moves only when somebody sleeps."""

    def __init__(self) -> None:
        """Start at 0."""
        self.now_s = 0.0

    def monotonic_s(self) -> float:
        """Seconds slept so far."""
        return self.now_s

    async def sleep(self, seconds: float) -> None:
        """Move on."""
        self.now_s += seconds


async def test_the_rate_limit_lets_a_burst_pass_and_then_its_rate() -> None:
    """R29: 10 at once, then 5 a second; after a pause the burst is there again."""
    clock = Ticking()
    limit = RateLimit(clock, 5, 10)
    times = []
    for _ in range(20):
        await limit.wait()
        times.append(clock.now_s)
    assert times[9] == 0
    assert times[-1] == pytest.approx(2.0, abs=0.01)
    clock.now_s += 100
    for _ in range(10):
        await limit.wait()
    assert clock.now_s == pytest.approx(102.0, abs=0.01)


async def test_a_source_is_closed_by_leaving_its_consumer_too() -> None:
    """A consumer that just stops reading does not keep tasks or sockets once the source is closed."""
    async with FaultServer() as server:
        fill(server)
        source = ClusterSource(ClusterConnection(server.url, Anonymous()), options=WatchOptions())
        async for event in source.observe():
            if not isinstance(event, Observed):
                break
        await source.aclose()
        await until(lambda: server.open_connections == 0)
        await until(lambda: len(asyncio.all_tasks()) <= 2)


async def test_the_lag_of_what_is_followed_is_known_and_small() -> None:
    """R27: from reading a change to the consumer being done with it, as quantiles."""
    async with FaultServer(kinds=(PODS,)) as server:
        fill(server)
        async with watching(server) as watcher:
            await watcher.equals(server)
            for number in range(20):
                server.put(f"later-{number}")
            await watcher.equals(server)
            server.put("last")
            await watcher.equals(server)
            state = watcher.source.state.kinds[GroupKind("", "Pod")]
            await until(lambda: bool(state.lags_ms))
            assert 0 <= state.lag_ms(0.5) <= state.lag_ms(0.99) < 1000
