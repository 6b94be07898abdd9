"""R6 to R15 of kubernetes_api.md §9, over a socket: how a kind is followed once it is loaded."""

from __future__ import annotations

import asyncio
import copy
import json
import random
import time

import pytest

from arcops.source.base import KindPhase, Observed
from tests.contract.fault_http import PODS, Reply, Request, encode
from tests.contract.fault_server import FaultServer
from tests.contract.watching import POD, change, churn, fill, until, watching

pytestmark = pytest.mark.anyio

both_ways = pytest.mark.parametrize("streaming_lists", [True, False], ids=["streaming-list", "pages"])


def event_lines(request: Request) -> bool:
    """A watch of pods that is past its load."""
    return request.resource == PODS and request.is_watch


@both_ways
async def test_a_stream_that_ends_in_order_is_resumed_without_a_new_list(streaming_lists: bool) -> None:
    """R6: every watch ends after 0.3 s; the list count stays 1, bookmarks are asked for, the time limits differ."""
    async with FaultServer(streaming_lists=streaming_lists, watch_limit_s=0.3) as server:
        fill(server)
        async with watching(server) as watcher:
            await churn(server, 300)
            await watcher.equals(server)
            assert watcher.phase() is KindPhase.SYNCED
        watches = [r for r in server.requests if event_lines(r)]
        assert watcher.state.lists == 1
        assert len(watcher.replaced) == 1
        assert len(watches) >= 4
        assert {w.query["allowWatchBookmarks"] for w in watches} == {"true"}
        assert all(300 <= int(w.query["timeoutSeconds"]) <= 600 for w in watches)
        assert len({w.query["timeoutSeconds"] for w in watches}) > 1
        assert not watcher.gaps


@both_ways
@pytest.mark.parametrize("end", ["reset", "end"])
async def test_a_stream_cut_inside_an_event_loses_nothing(streaming_lists: bool, end: str) -> None:
    """R7: every 25th event is cut in the middle, by RST or by an orderly end; the version moves only after a whole event."""
    async with FaultServer(streaming_lists=streaming_lists) as server:
        fill(server, 5)
        seen = {"events": 0}

        def cut(request: Request, line: bytes) -> list[bytes | str]:
            seen["events"] += 1
            return [line[: len(line) // 2], end] if seen["events"] % 25 == 0 else [line]

        async with watching(server) as watcher:
            await watcher.equals(server)
            server.line_filter = cut
            await churn(server, 160)
            await watcher.equals(server)
            assert watcher.state.lists == 1
            assert "decode" not in watcher.state.errors
        assert seen["events"] >= 50


@both_ways
@pytest.mark.parametrize("form", ["in-stream", "http"])
async def test_expired_history_is_answered_by_a_new_list_without_ghosts(streaming_lists: bool, form: str) -> None:
    """R8: while the stream is down an object is deleted and history forgotten: it must vanish, with at most 2 lists."""
    async with FaultServer(streaming_lists=streaming_lists) as server:
        fill(server)
        async with watching(server) as watcher:
            await watcher.equals(server)
            cursor = watcher.state.resource_version
            await server.stop()
            server.delete("web-3")
            server.forget()
            if form == "http":

                async def gone(request: Request, reply: Reply) -> bool:
                    if event_lines(request) and not request.is_list and int(request.query["resourceVersion"]) < server.floor:
                        await reply.status(410, "Expired")
                        return True
                    return False

                server.handlers.append(gone)
            server.requests.clear()
            await server.start()
            await watcher.equals(server)
            assert watcher.state.errors["expired"] == 1
            lists = [r for r in server.requests if r.resource == PODS and r.is_list]
            assert 1 <= len(lists) <= 2
            assert int(lists[0].query["resourceVersion"]) >= int(cursor)
            assert lists[0].query["resourceVersionMatch"] == "NotOlderThan"
            whole, pods = watcher.gaps
            assert whole.group_kind is None
            assert whole.why.startswith("disconnected_")
            assert (pods.group_kind, pods.why) == (POD, "expired")


@both_ways
async def test_history_that_went_back_is_noticed_and_read_again(streaming_lists: bool) -> None:
    """R9: etcd is restored from an older copy while the server is down; the index is the old truth again, within 10 requests."""
    async with FaultServer(streaming_lists=streaming_lists) as server:
        fill(server)
        old = server.version, copy.deepcopy(server.objects)
        async with watching(server) as watcher:
            await watcher.equals(server)
            for number in range(30, 40):
                server.put(f"web-{number}")
            server.delete("web-1")
            await watcher.equals(server)
            await server.stop()
            server.restore(*old)
            server.requests.clear()
            await until(lambda: not watcher.source.state.connected)
            await server.start()
            await watcher.equals(server)
            server.put("web-after")
            await watcher.equals(server)
            assert len([r for r in server.requests if r.resource == PODS]) < 10
            assert "history_reset" in {g.why for g in watcher.gaps}


async def test_a_list_that_is_told_too_large_is_asked_again_without_a_version() -> None:
    """R9: the relist asks for "not older than"; a server whose history is behind says 504 "too large"; the next names none."""
    async with FaultServer(streaming_lists=False, watch_limit_s=0.2) as server:
        fill(server)
        old = server.version, copy.deepcopy(server.objects)
        async with watching(server) as watcher:
            await watcher.equals(server)
            for number in range(30, 40):
                server.put(f"web-{number}")
            await watcher.equals(server)

            async def expired(request: Request, reply: Reply) -> bool:
                if event_lines(request) and int(request.query["resourceVersion"]) > server.version:
                    await reply.status(410, "Expired")
                    return True
                return False

            server.handlers.append(expired)
            server.requests.clear()
            server.bookmark_s = 0
            server.restore(*old)
            await watcher.equals(server)
            assert watcher.state.errors == {"expired": 1, "too_large": 1}
            first, second = (r for r in server.requests if r.is_list)
            assert "resourceVersion" in first.query
            assert "resourceVersion" not in second.query
            assert [g.why for g in watcher.gaps] == ["expired"]


async def test_bookmarks_carry_a_quiet_kind_past_forgotten_history() -> None:
    """R10: no events, history cut again and again, streams that end: no extra list."""
    async with FaultServer(bookmark_s=0.1, watch_limit_s=0.25, kinds=(PODS, "configmaps")) as server:
        fill(server)
        async with watching(server) as watcher:
            await watcher.equals(server)
            for _ in range(8):
                server.put("busy", "configmaps")
                await asyncio.sleep(0.15)
                server.forget()
            assert watcher.state.lists == 1
            assert watcher.state.watches >= 3
            assert watcher.state.last_bookmark_ms > watcher.state.synced_ms
            assert watcher.state.last_event_ms == 0


async def test_watches_that_close_at_once_are_failures_with_back_off() -> None:
    """R11: the server closes every watch at once for 1.5 s: few requests, then it goes on without a new list."""
    async with FaultServer(streaming_lists=False) as server:
        fill(server)
        broken = True

        async def close_at_once(request: Request, reply: Reply) -> bool:
            if broken and event_lines(request) and not request.is_list:
                await reply.begin()
                await reply.end()
                return True
            return False

        server.handlers.append(close_at_once)
        async with watching(server) as watcher:
            await asyncio.sleep(1.5)
            assert watcher.state.watches < 10
            assert watcher.state.errors["short"] == watcher.state.watches
            assert watcher.phase() is KindPhase.STALE
            broken = False
            server.put("late")
            await watcher.equals(server)
            assert watcher.state.lists == 1
            assert watcher.phase() is KindPhase.SYNCED


ODD_LINES = {
    "unknown event type": b'{"type":"FOO","object":{"kind":"Pod"}}\n',
    "not JSON": b"<html>busy</html>\n",
    "a table": encode(
        {"type": "ADDED", "object": {"kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": {"resourceVersion": "1"}, "rows": []}}
    )
    + b"\n",
    "another kind": encode({"type": "ADDED", "object": {"kind": "Node", "apiVersion": "v1", "metadata": {"name": "n", "uid": "n"}}})
    + b"\n",
    "an empty line": b"\n",
    "no object": b'{"type":"ADDED"}\n',
    "an array": b"[1,2]\n",
    "bytes that are no UTF-8": b'{"type":"ADDED","object":{"kind":"Pod","apiVersion":"v1","metadata":{"name":"\xff\xfe","uid":"x"}}}\n',
    "nesting without end": b'{"type":"ADDED","object":{"kind":"Pod","apiVersion":"v1","deep":' + b"[" * 100_000 + b"]" * 100_000 + b"}}\n",
}


async def test_lines_that_make_no_sense_are_counted_and_skipped() -> None:
    """R12: unknown types, tables, other kinds, no JSON, endless nesting: one stream, one list, nothing lost."""
    async with FaultServer() as server:
        fill(server, 3)
        odd = list(ODD_LINES.values())

        def mix(request: Request, line: bytes) -> list[bytes | str]:
            return [odd.pop(), line] if odd else [line]

        async with watching(server) as watcher:
            await watcher.equals(server)
            server.line_filter = mix
            for number in range(12):
                server.put(f"web-{number % 4}")
            await watcher.equals(server)
            assert watcher.state.watches == 1
            errors = watcher.state.errors
            assert errors["unknown_event"] == 1
            assert errors["wrong_kind"] == 2
            assert errors["decode"] == 5


async def test_an_object_that_does_not_fit_is_marked_and_passed() -> None:
    """R12: an int for a string, null lists, 200 levels: only what cannot be read is marked; the version still moves."""
    async with FaultServer() as server:
        server.put("plain")
        async with watching(server) as watcher:
            await watcher.equals(server)
            server.put("nulls", spec={"containers": None, "nodeName": None}, status={"conditions": None, "containerStatuses": None})
            deep: object = "end"
            for _ in range(200):
                deep = {"more": deep}
            server.put("deep", spec={"unknown": deep})
            bad = server.put("bad", spec={"nodeName": 7})
            good = {uid: rv for uid, rv in server.truth().items() if uid != bad["metadata"]["uid"]}
            await until(lambda: watcher.pods == good and watcher.state.resource_version == str(server.version))
            assert list(watcher.state.unreadable) == ["shop/bad"]
            server.put("bad", spec={"nodeName": "edge-1"})
            await watcher.equals(server)
            assert not watcher.state.unreadable
            server.put("bad", spec={"nodeName": 7})
            server.delete("bad")
            await watcher.equals(server)
            assert not watcher.state.unreadable
            assert watcher.state.lists == 1


async def test_duplicates_and_old_states_are_ignored() -> None:
    """R13: each event comes twice, and old events are replayed at the end, those of deleted objects too."""
    async with FaultServer() as server:
        fill(server, 5)
        async with watching(server) as watcher:
            await watcher.equals(server)
            sent: list[bytes] = []

            def twice(request: Request, line: bytes) -> list[bytes | str]:
                if b'"BOOKMARK"' in line:
                    return [line]
                sent.append(line)
                return [line, line]

            server.line_filter = twice
            rng = random.Random(4)
            for _ in range(60):
                change(server, rng)
            await watcher.equals(server)
            cursor = watcher.state.resource_version
            server.line_filter = lambda _, line: [*sent[:40], line]
            server.put("last")
            await watcher.equals(server)
            seen = [o for e in watcher.events if isinstance(e, Observed) for o in e.observations]
            assert len(seen) == 61
            assert int(watcher.state.resource_version) > int(cursor)
            assert watcher.state.lists == 1


async def test_huge_objects_pass_and_those_above_the_cap_are_refused() -> None:
    """R14: 1.5 MB and 6 MB are read; one above the cap is counted and passed over, on the same stream."""
    async with FaultServer() as server:
        server.put("small")
        async with watching(server, line_cap_bytes=8 << 20, idle_limit_s=10.0) as watcher:
            await watcher.equals(server)
            server.put("big", metadata={"annotations": {"a": "x" * 1_500_000}})
            server.put("bigger", metadata={"annotations": {"a": "x" * 6_000_000}})
            await watcher.equals(server)
            refused = server.put("too-big", status={"message": "x" * 9_000_000})
            server.put("after")
            truth = server.truth()
            del truth[refused["metadata"]["uid"]]
            await until(lambda: watcher.pods == truth)
            assert watcher.state.errors == {"too_big": 1}
            assert list(watcher.state.unreadable) == ["shop/too-big"]
            server.delete("too-big")
            await until(lambda: not watcher.state.unreadable)
            await watcher.equals(server)
            assert (watcher.state.lists, watcher.state.watches) == (1, 1)


async def test_a_page_above_the_cap_is_asked_for_in_smaller_pieces() -> None:
    """R14: a page larger than the cap makes the limit smaller, not the memory larger."""
    async with FaultServer(streaming_lists=False) as server:
        for number in range(20):
            server.put(f"big-{number}", status={"message": "x" * 100_000})
        async with watching(server, page_limit=16, page_cap_bytes=500_000) as watcher:
            await watcher.equals(server)
            assert watcher.state.errors == {"page_too_big": 1}
        limits = [r.query["limit"] for r in server.requests if r.resource == PODS and not r.is_watch]
        assert limits == ["16", *["4"] * 5]


async def test_a_stream_in_tiny_pieces_is_read_the_same() -> None:
    """R15: bytes come in pieces of 7, cut inside UTF-8 too; the index is equal and the CPU within bounds."""
    async with FaultServer() as server:
        server.put("web-0")

        async def slow(request: Request, reply: Reply) -> bool:
            reply.piece_bytes = 7 if event_lines(request) else 0
            return False

        server.handlers.append(slow)
        async with watching(server) as watcher:
            await watcher.equals(server)
            before = time.process_time()
            for number in range(100):
                server.put(f"web-{number % 10}", metadata={"annotations": {"note": "größer → ☃" * 20}})
            await watcher.equals(server)
            assert time.process_time() - before < 2.0
            noted = [json.loads(raw)["metadata"]["annotations"]["note"] for raw in watcher.bodies.values() if b"note" in raw]
            assert set(noted) == {"größer → ☃" * 20}
            assert not watcher.state.errors
