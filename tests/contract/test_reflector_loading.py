"""R1 to R5 of kubernetes_api.md §9, over a socket: how a kind is loaded."""

from __future__ import annotations

import asyncio

import pytest

from arcops.kube.refs import GroupKind
from arcops.source.base import KindPhase
from tests.contract.fault_http import CONFIGMAPS, PODS, Reply, Request
from tests.contract.fault_server import FaultServer
from tests.contract.watching import churn, fill, until, watching

pytestmark = pytest.mark.anyio


async def test_a_list_in_pages_is_the_snapshot_plus_later_events() -> None:
    """R1: 2,300 objects change while they are paged; the first page's version counts, further pages name no version."""
    async with FaultServer(streaming_lists=False) as server:
        fill(server, 2300)
        pages: list[Request] = []

        async def change_between_pages(request: Request, reply: Reply) -> bool:
            if request.resource == PODS and not request.is_watch:
                pages.append(request)
                server.put(f"web-{len(pages)}")
                server.put(f"new-{len(pages)}")
                server.delete(f"web-{len(pages) + 100}")
            return False

        server.handlers.append(change_between_pages)
        async with watching(server) as watcher:
            await watcher.equals(server)
            first = watcher.replaced[0]
            assert len(first.observations) == 2300
            assert len({o.obj.metadata.uid for o in first.observations}) == 2300
        assert [p.query["limit"] for p in pages] == ["500"] * 5
        assert not any("resourceVersion" in p.query for p in pages)
        watch = next(r for r in server.requests if r.resource == PODS and r.is_watch and not r.is_list)
        assert watch.query["resourceVersion"] == first.cursor


async def test_an_expired_page_mark_restarts_once_and_then_asks_for_everything() -> None:
    """R2: the mark expires at pages 2 and 4: at most one restart and one whole list."""
    async with FaultServer(streaming_lists=False, expired_tokens={2, 4}) as server:
        fill(server, 45)
        async with watching(server, page_limit=10) as watcher:
            await watcher.equals(server)
        lists = [r.query.get("limit") for r in server.requests if r.resource == PODS and r.is_list and not r.is_watch]
        assert lists == ["10", "10", None]
        assert watcher.state.errors["expired"] == 2
        assert len(watcher.replaced) == 1


async def test_a_relist_is_swapped_in_whole() -> None:
    """R3: while a kind is listed again, no event makes the index smaller than the survivors."""
    async with FaultServer(streaming_lists=False, list_delay_s=0.02) as server:
        fill(server, 60)
        async with watching(server, page_limit=10) as watcher:
            await watcher.equals(server)
            survivors = set(watcher.pods) - {b["metadata"]["uid"] for b in list(server.objects[PODS].values())[:20]}
            sizes: list[bool] = []
            take = watcher.take

            def checked(event: object) -> None:
                take(event)  # type: ignore[arg-type]
                sizes.append(survivors <= set(watcher.pods))

            watcher.take = checked  # type: ignore[method-assign]
            await server.stop()
            for name in [b["metadata"]["name"] for b in list(server.objects[PODS].values())[:20]]:
                server.delete(name)
            server.forget()
            await server.start()
            await watcher.equals(server)
        assert len(watcher.pods) == 40
        assert sizes
        assert all(sizes)
        gap = next(g for g in watcher.gaps if g.group_kind)
        assert (gap.group_kind, gap.why) == (GroupKind("", "Pod"), "expired")
        assert gap.since_ms <= gap.until_ms


async def test_a_streaming_list_counts_only_when_its_end_mark_has_come() -> None:
    """R4: the stream is cut half way twice; nothing is shown until a whole one has come."""
    async with FaultServer() as server:
        fill(server, 40)
        cuts = {"left": 2, "lines": 0}

        def cut_at_half(request: Request, line: bytes) -> list[bytes | str]:
            cuts["lines"] += 1
            if cuts["left"] and cuts["lines"] == 20:
                cuts["left"] -= 1
                cuts["lines"] = 0
                return ["reset"] if cuts["left"] else ["end"]
            return [line]

        server.line_filter = cut_at_half
        async with watching(server) as watcher:
            await watcher.equals(server)
            assert [len(r.observations) for r in watcher.replaced] == [40]
            assert watcher.state.errors == {"reset": 1, "cut": 1}
            await churn(server, 40)
            await watcher.equals(server)
        assert watcher.state.lists == 3


async def test_a_server_that_refuses_streaming_lists_is_asked_for_pages_from_then_on() -> None:
    """R4: an old server answers 422; one kind finds out, the others do not ask again."""
    async with FaultServer(streaming_lists=False, kinds=(PODS, CONFIGMAPS)) as server:
        fill(server)
        fill(server, resource=CONFIGMAPS)
        async with watching(server, list_parallel=1) as watcher:
            await watcher.equals(server)
            await watcher.equals(server, CONFIGMAPS)
        assert [r.resource for r in server.requests if r.query.get("sendInitialEvents")] == [PODS]


async def test_a_streaming_list_without_end_mark_is_given_up_for_pages() -> None:
    """R4: a server that knows nothing of end marks just goes on; after a warning and a while the kind is listed."""
    async with FaultServer(initial_end=False, bookmark_s=0) as server:
        fill(server)
        async with watching(server) as watcher:
            await watcher.equals(server)
            assert watcher.state.errors["no_initial_end"] == 1
            assert watcher.state.phase is KindPhase.SYNCED


async def test_synced_is_told_kind_by_kind() -> None:
    """R5: one kind is held back; the state says so, and names since when the other is complete."""
    async with FaultServer(kinds=(PODS, CONFIGMAPS)) as server:
        fill(server)
        released = asyncio.Event()

        async def hold(request: Request, reply: Reply) -> bool:
            if request.resource == CONFIGMAPS:
                await released.wait()
            return False

        server.handlers.append(hold)
        async with watching(server) as watcher:
            await watcher.equals(server)
            kinds = watcher.source.state.kinds
            held = kinds[GroupKind("", "ConfigMap")]
            assert (held.phase, held.synced_ms) == (KindPhase.LOADING, 0)
            assert watcher.state.phase is KindPhase.SYNCED
            assert watcher.state.synced_ms > 0
            assert not watcher.source.state.is_synced
            released.set()
            await until(lambda: watcher.source.state.is_synced)
