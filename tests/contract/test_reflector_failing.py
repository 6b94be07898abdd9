"""R16 to R22 of kubernetes_api.md §9, over a socket: how a kind waits, and what it takes for granted while it does."""

from __future__ import annotations

import asyncio
from email.utils import formatdate

import pytest
import structlog.testing

from arcops.kube.refs import GroupKind
from arcops.source.base import KindPhase
from tests.contract.fault_http import CONFIGMAPS, EVENTS, PODS, Handler, Reply, Request, encode
from tests.contract.fault_server import FaultServer
from tests.contract.watching import churn, fill, until, watching

pytestmark = pytest.mark.anyio


def is_pods(request: Request) -> bool:
    """A request for pods, probes excepted."""
    return request.resource == PODS and request.query.get("limit") != "1"


@pytest.mark.parametrize("streaming_lists", [True, False], ids=["streaming-list", "pages"])
async def test_a_refused_connection_keeps_the_version_and_backs_off(streaming_lists: bool) -> None:
    """R16: the port is closed for 2 s: few tries, no new list afterwards, the gap of all kinds is told."""
    async with FaultServer(streaming_lists=streaming_lists) as server:
        fill(server)
        async with watching(server) as watcher:
            await watcher.equals(server)
            await server.stop()
            stopped = asyncio.get_running_loop().time()
            await until(lambda: not watcher.is_connected(), within_s=2.0)
            await until(lambda: watcher.phase() is KindPhase.STALE, within_s=2.0)
            await asyncio.sleep(2.0 - (asyncio.get_running_loop().time() - stopped))
            assert 2 <= watcher.state.errors["refused"] <= 10
            server.put("meanwhile")
            await server.start()
            await watcher.equals(server)
            assert watcher.is_connected()
            assert watcher.state.lists == 1
            assert watcher.phase() is KindPhase.SYNCED
            (gap,) = watcher.gaps
            assert gap.group_kind is None
            assert gap.until_ms - gap.since_ms >= 1500


async def test_a_cluster_that_is_down_at_the_start_is_found_when_it_comes() -> None:
    """R16: nothing listens at first; the state says so; then everything is loaded, and no gap is told."""
    server = FaultServer()
    await server.start()
    await server.stop()
    fill(server)
    async with watching(server) as watcher:
        await until(lambda: watcher.source.state.last_error)
        assert not watcher.is_connected()
        assert not watcher.events
        await server.start()
        await watcher.equals(server)
        assert watcher.is_connected()
        assert not watcher.gaps
    await server.stop()


def _too_many(headers: dict[str, str], details: dict[str, object], status: int) -> Handler:
    left = {"times": 1}

    async def answer(request: Request, reply: Reply) -> bool:
        if is_pods(request) and left["times"]:
            left["times"] -= 1
            await reply.status(status, "TooManyRequests", "later", headers, **details)
            return True
        return False

    return answer


@pytest.mark.parametrize(
    ("headers", "details", "status", "least_s"),
    [
        ({"Retry-After": "1"}, {}, 429, 1.0),
        ({"Retry-After": formatdate(4_000_000_002, usegmt=True), "Date": formatdate(4_000_000_000, usegmt=True)}, {}, 503, 2.0),
        ({}, {"retryAfterSeconds": 1}, 429, 1.0),
    ],
    ids=["seconds", "date", "status-field"],
)
async def test_retry_after_is_the_least_to_wait(headers: dict[str, str], details: dict[str, object], status: int, least_s: float) -> None:
    """R17: 429 and 503 with the time in three forms; no request comes earlier."""
    async with FaultServer(sends_date="Date" not in headers) as server:
        fill(server, 3)
        server.handlers.append(_too_many(headers, details, status))
        async with watching(server) as watcher:
            await watcher.equals(server)
        first, second, *_ = [r.at_s for r in server.requests if is_pods(r)]
        assert least_s <= second - first < least_s + 1.0
        assert watcher.state.errors == {f"http_{status}": 1}


async def test_a_forbidden_kind_is_a_state_and_the_others_live_on() -> None:
    """R18: 403 on events for 1.5 s: pods stay live, few tries, one log line; after the grant it recovers unaided."""
    async with FaultServer(kinds=(PODS, EVENTS)) as server:
        fill(server)
        fill(server, resource=EVENTS)
        granted = False

        async def refuse(request: Request, reply: Reply) -> bool:
            if request.resource == EVENTS and not granted:
                await reply.status(403, "Forbidden", 'events is forbidden: User "reader" cannot list resource "events"')
                return True
            return False

        server.handlers.append(refuse)
        with structlog.testing.capture_logs() as lines:
            async with watching(server) as watcher:
                await watcher.equals(server)
                await churn(server, 200)
                await watcher.equals(server)
                events = watcher.source.state.kinds[GroupKind("", "Event")]
                assert watcher.phase(events.resource.group_kind) is KindPhase.FORBIDDEN
                assert 2 <= events.errors["http_403"] <= 6
                assert watcher.source.state.is_synced
                assert [line["event"] for line in lines].count("kind_forbidden") == 1
                granted = True
                await watcher.equals(server, EVENTS)
                assert watcher.phase(events.resource.group_kind) is KindPhase.SYNCED


async def test_a_kind_that_becomes_forbidden_is_told_and_comes_back() -> None:
    """R18: the right is taken away while the kind is followed, and given back; nothing is lost."""
    async with FaultServer(watch_limit_s=0.2) as server:
        fill(server)
        async with watching(server) as watcher:
            await watcher.equals(server)
            refusing = True

            async def refuse(request: Request, reply: Reply) -> bool:
                if refusing and request.resource == PODS:
                    await reply.status(403, "Forbidden")
                    return True
                return False

            server.handlers.append(refuse)
            await until(lambda: watcher.phase() is KindPhase.FORBIDDEN)
            server.put("meanwhile")
            refusing = False
            await watcher.equals(server)
            assert watcher.phase() is KindPhase.SYNCED
            assert watcher.state.lists == 1


@pytest.mark.parametrize("streaming_lists", [True, False], ids=["streaming-list", "pages"])
async def test_a_silent_stream_is_found_by_the_idle_limit(streaming_lists: bool) -> None:
    """R21: one stream falls silent with its socket alive; one error, no new list, and the server does not count as lost."""
    async with FaultServer(streaming_lists=streaming_lists) as server:
        fill(server)
        async with watching(server, idle_limit_s=0.5) as watcher:
            await watcher.equals(server)
            quiet = {"left": 1}

            def silence(request: Request, line: bytes) -> list[bytes | str]:
                if quiet["left"]:
                    quiet["left"] -= 1
                    return ["silence"]
                return [line]

            server.line_filter = silence
            server.put("unheard")
            await watcher.equals(server)
            assert watcher.state.errors == {"idle": 1}
            assert watcher.state.lists == 1
            assert watcher.is_connected()
            assert not watcher.gaps


async def test_a_server_that_accepts_and_never_answers_is_found_too() -> None:
    """R21: connections are taken and no byte ever comes; the state says disconnected, and recovers."""
    async with FaultServer() as server:
        fill(server)
        async with watching(server, idle_limit_s=0.4) as watcher:
            await watcher.equals(server)
            frozen = asyncio.Event()

            async def hang(request: Request, reply: Reply) -> bool:
                await frozen.wait()
                return False

            server.handlers.append(hang)
            server.line_filter = lambda *_: ["silence"]
            await until(lambda: not watcher.is_connected(), within_s=2.0)
            server.line_filter = None
            frozen.set()
            server.put("after")
            await watcher.equals(server)
            assert watcher.is_connected()
            assert watcher.state.lists == 1
            assert [g.why for g in watcher.gaps] in (["disconnected_timeout"], ["disconnected_idle"])


async def test_a_quiet_kind_without_bookmarks_is_no_error_state() -> None:
    """R21: where etcd reports no progress there are no bookmarks: streams are opened anew and nobody is alarmed."""
    async with FaultServer(bookmark_s=0) as server:
        fill(server)
        with structlog.testing.capture_logs() as lines:
            async with watching(server, idle_limit_s=0.2) as watcher:
                await watcher.equals(server)
                phases = set()
                async with asyncio.timeout(5):
                    while watcher.state.watches < 5:
                        phases.add((watcher.phase(), watcher.is_connected()))
                        await asyncio.sleep(0.005)
                assert phases == {(KindPhase.SYNCED, True)}
                server.put("after")
                await watcher.equals(server)
                assert watcher.state.lists == 1
        assert {line["log_level"] for line in lines} == {"info"}


FORMS: dict[str, tuple[int, bytes, str]] = {
    "500-html": (500, b"<html><body>Internal Server Error" + b"x" * 50_000 + b"</body></html>", "text/html"),
    "502-empty": (502, b"", "text/html"),
    "504-html": (504, b"<html>504 Gateway Time-out</html>", "text/html"),
    "503-text": (503, b"no healthy upstream", "text/plain"),
    "200-truncated": (200, b'{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"1"},"items":[{"meta', "application/json"),
    "200-html": (200, b"<html>please sign in</html>", "text/html"),
    "200-table": (200, encode({"kind": "Table", "metadata": {"resourceVersion": "5"}, "rows": []}), "application/json"),
    "200-array": (200, b"[]", "application/json"),
    "404-text": (404, b"404 page not found", "text/plain"),
}


@pytest.mark.parametrize("form", FORMS)
async def test_answers_of_gateways_are_tried_again(form: str) -> None:
    """R22: a gateway's pages, truncated JSON, wrong shapes, for lists and watches: retried, and never quoted whole."""
    status, body, content_type = FORMS[form]
    async with FaultServer(streaming_lists=False, watch_limit_s=0.2) as server:
        fill(server)
        broken = True

        async def answer(request: Request, reply: Reply) -> bool:
            if broken and request.resource == PODS and not request.query.get("sendInitialEvents"):
                await reply.whole(status, body, content_type)
                return True
            return False

        server.handlers.append(answer)
        with structlog.testing.capture_logs() as lines:
            async with watching(server) as watcher:
                await until(lambda: watcher.source.state.kinds and sum(watcher.state.errors.values()) >= 3)
                assert watcher.phase() is KindPhase.FAILING
                assert watcher.state.last_error
                assert len(watcher.state.last_error) < 300
                broken = False
                await watcher.equals(server)
                broken = True
                await until(lambda: watcher.phase() is KindPhase.STALE)
                server.put("meanwhile")
                broken = False
                await watcher.equals(server)
                assert watcher.state.lists == 1
        assert max(len(str(line)) for line in lines) < 500
        assert len([r for r in server.requests if r.resource == PODS]) < 40


async def test_kinds_share_the_server_and_only_the_broken_one_suffers() -> None:
    """R22: config maps answer 500; pods are as live as before and no more than a few requests are made."""
    async with FaultServer(kinds=(PODS, CONFIGMAPS)) as server:
        fill(server)

        async def fail(request: Request, reply: Reply) -> bool:
            if request.resource == CONFIGMAPS:
                await reply.status(500, "InternalError")
                return True
            return False

        server.handlers.append(fail)
        async with watching(server) as watcher:
            await watcher.equals(server)
            await churn(server, 200)
            await watcher.equals(server)
            assert watcher.state.errors == {}
            assert watcher.source.state.kinds[GroupKind("", "ConfigMap")].phase is KindPhase.FAILING
        assert len([r for r in server.requests if r.resource == CONFIGMAPS]) < 10
