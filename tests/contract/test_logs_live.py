"""R31 of kubernetes_api.md §9: logs of containers, whatever bytes they hold and whatever the server answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from arcops.base.errors import ArcopsError, ClusterUnreachable, ContainerNotFound, Forbidden, LogsNotFound, ObjectNotFound
from arcops.source.base import LogQuery
from arcops.source.connection import ClusterConnection
from arcops.source.credentials import Anonymous
from arcops.source.drivers.cluster import ClusterSource
from tests.contract.fault_http import Reply, Request
from tests.contract.fault_server import FaultServer
from tests.contract.watching import FAST, until

pytestmark = pytest.mark.anyio

QUERY = LogQuery("shop", "web-0")


@asynccontextmanager
async def log_server(answer: bytes = b"", status: int = 200, told: str = "") -> AsyncIterator[tuple[ClusterSource, FaultServer]]:
    """A server that answers every request for logs the same way, and a source on it."""

    async def logs(request: Request, reply: Reply) -> bool:
        if status == 200:
            await reply.whole(200, answer, "text/plain")
        else:
            await reply.status(status, "Reason", told)
        return True

    async with FaultServer(handlers=[logs]) as server:
        source = ClusterSource(ClusterConnection(server.url, Anonymous()), options=FAST)
        yield source, server
        await source.aclose()


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        (b"plain\nlines\n", "plain\nlines\n"),
        (b"bad \xff\xfe bytes\n", "bad \ufffd\ufffd bytes\n"),
        (b"nul \x00 bell \x07 back\x08\n", "nul  bell  back\n"),
        (b"\x1b[31mred\x1b[0m \x1b[2J\x1b[1;1Hhome\n", "red home\n"),
        (b"\x1b]0;title\x07after \x1b]8;;http://x\x1b\\link\n", "after link\n"),
        (b"\x1b(Bcharset \x1b=keypad\r\n", "charset keypad\n"),
        (b"tab\tstays\n", "tab\tstays\n"),
        ("größe ☃\n".encode(), "größe ☃\n"),
        (b"", ""),
    ],
)
async def test_logs_are_made_readable(printed: bytes, read: str) -> None:
    """R31: no NUL, no escape sequence, no control character; undecodable bytes are replaced."""
    async with log_server(printed) as (source, _):
        assert await source.logs(QUERY) == read


async def test_a_line_without_end_is_cut() -> None:
    """R31: a line of 10 MB becomes a short one that says how much is missing; the line after it is whole."""
    async with log_server(b"x" * 10_000_000 + b"\nnext\n") as (source, _):
        text = await source.logs(replace(QUERY, limit_bytes=16 << 20))
        assert len(text) < 20_000
        assert text.endswith("more)\nnext\n")


async def test_the_bounds_are_always_sent() -> None:
    """R31: tailLines and limitBytes are in every request, and an absurd wish is cut."""
    async with log_server(b"x\n") as (source, server):
        await source.logs(QUERY)
        await source.logs(
            replace(QUERY, tail_lines=10**9, limit_bytes=10**12, container="app", previous=True, since_seconds=0, timestamps=True)
        )
        plain, greedy = (r.query for r in server.requests)
        assert plain == {"tailLines": "100", "limitBytes": "1000000"}
        assert int(greedy.pop("tailLines")) <= 50_000
        assert int(greedy.pop("limitBytes")) <= 16 << 20
        assert greedy == {"container": "app", "previous": "true", "sinceSeconds": "1", "timestamps": "true"}
        assert server.requests[0].path == "/api/v1/namespaces/shop/pods/web-0/log"


async def test_a_server_that_ignores_the_bounds_does_not_fill_our_memory() -> None:
    """R31: 40 MB come where 1 MB was asked for; the rest is not read."""
    async with log_server(b"line\n" * 8_000_000) as (source, _):
        assert 1_000_000 <= len(await source.logs(QUERY)) < 2_000_000


@pytest.mark.parametrize(
    ("status", "told", "error", "says"),
    [
        (404, 'pods "web-0" not found', ObjectNotFound, "Pod shop/web-0"),
        (403, "pods/log is forbidden", Forbidden, "pods/log"),
        (
            400,
            "a container name must be specified for pod web-0, choose one of: [app proxy] or one of the init containers: [setup]",
            ContainerNotFound,
            "app, proxy, setup",
        ),
        (400, "container nope is not valid for pod web-0", ContainerNotFound, "nope"),
        (400, 'previous terminated container "app" in pod "web-0" not found', LogsNotFound, "previous"),
        (400, 'container "app" in pod "web-0" is waiting to start: ContainerCreating', LogsNotFound, "waiting to start"),
        (500, "kubelet is gone", ArcopsError, "kubelet is gone"),
    ],
)
async def test_refusals_become_errors_that_say_what_to_do(status: int, told: str, error: type[ArcopsError], says: str) -> None:
    """R31: pod gone, container to be chosen, previous run missing, not started, forbidden."""
    async with log_server(status=status, told=told) as (source, _):
        with pytest.raises(error) as caught:
            await source.logs(replace(QUERY, container="nope" if "nope" in told else "", previous="previous" in told))
        assert says in f"{caught.value.message} {caught.value.advice}"


async def test_logs_of_a_cluster_that_is_down_are_an_error_in_words() -> None:
    """R31: nobody listens."""
    async with log_server() as (source, server):
        await server.stop()
        with pytest.raises(ClusterUnreachable):
            await source.logs(QUERY)
        await server.start()


@pytest.mark.parametrize("name", ["../../nodes", "a/b", "a?b", "", "a" * 300])
async def test_names_cannot_leave_the_path(name: str) -> None:
    """R31: what is no name is not asked for."""
    async with log_server(b"x") as (source, server):
        with pytest.raises(ObjectNotFound):
            await source.logs(replace(QUERY, pod=name))
        assert not server.requests


async def test_following_gives_lines_as_they_come_and_ends_with_the_container() -> None:
    """R31: pieces of lines, bad bytes, a line without end, and a last line without newline."""
    step = asyncio.Event()

    async def logs(request: Request, reply: Reply) -> bool:
        await reply.begin()
        await reply.chunk(b"first\nsec")
        await step.wait()
        await reply.chunk(b"ond \x1b[1mbold\x1b[0m \xff\n" + b"y" * 200_000)
        await reply.chunk(b"y" * 200_000 + b"\nlast")
        await reply.end()
        return True

    async with FaultServer(handlers=[logs]) as server:
        source = ClusterSource(ClusterConnection(server.url, Anonymous()), options=FAST)
        lines: list[str] = []
        async for line in source.follow_logs(QUERY):
            lines.append(line)
            step.set()
        assert lines[:2] == ["first", "second bold \ufffd"]
        assert len(lines) == 4
        assert 16_000 < len(lines[2]) < 20_000
        assert lines[3] == "last"
        assert server.requests[0].query == {"tailLines": "100", "follow": "true"}
        await source.aclose()


@pytest.mark.parametrize("end", ["silence", "reset"])
async def test_following_a_container_that_falls_silent_ends(end: str) -> None:
    """R31: nothing comes for the idle limit, or the connection breaks: the lines so far are given, then it is over."""

    async def logs(request: Request, reply: Reply) -> bool:
        await reply.begin()
        await reply.chunk(b"only\n")
        if end == "reset":
            reply.reset()
        else:
            await asyncio.sleep(30)
        return True

    async with FaultServer(handlers=[logs]) as server:
        source = ClusterSource(ClusterConnection(server.url, Anonymous()), options=replace(FAST, log_idle_s=0.3))
        assert [line async for line in source.follow_logs(QUERY)] in (["only"], [])
        await until(lambda: server.open_connections == 0)
        await source.aclose()


async def test_a_follower_that_stops_closes_its_connection() -> None:
    """R31: the reader goes away after one line."""

    async def logs(request: Request, reply: Reply) -> bool:
        await reply.begin()
        while True:
            await reply.chunk(b"tick\n")
            await asyncio.sleep(0.01)

    async with FaultServer(handlers=[logs]) as server:
        source = ClusterSource(ClusterConnection(server.url, Anonymous()), options=FAST)
        follower = source.follow_logs(QUERY)
        assert await anext(follower) == "tick"
        await follower.aclose()  # type: ignore[attr-defined]
        await until(lambda: server.open_connections == 0)
        await source.aclose()
