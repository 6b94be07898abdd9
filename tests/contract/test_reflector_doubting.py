"""R23 and R24 of kubernetes_api.md §9, over a socket: errors inside a stream, and events that never came."""

from __future__ import annotations

import pytest

from arcops.kube.watch import Op
from tests.contract.fault_http import PODS, Reply, Request, encode, status_body
from tests.contract.fault_server import FaultServer
from tests.contract.watching import churn, fill, until, watching

pytestmark = pytest.mark.anyio


def event_lines(request: Request) -> bool:
    """A watch of pods."""
    return request.resource == PODS and request.is_watch


async def test_an_error_event_of_the_server_resumes_at_the_same_version() -> None:
    """R23: an ERROR 500 every 10 events (a change of etcd's leader): the watch goes on, nothing is listed again."""
    async with FaultServer() as server:
        fill(server, 5)
        count = {"events": 0}

        def fail(request: Request, line: bytes) -> list[bytes | str]:
            if b'"BOOKMARK"' not in line:
                count["events"] += 1
            if count["events"] and count["events"] % 10 == 0:
                count["events"] += 1
                return [encode({"type": "ERROR", "object": status_body(500, "InternalError", "etcdserver: leader changed")}) + b"\n", "end"]
            return [line]

        async with watching(server) as watcher:
            await watcher.equals(server)
            server.line_filter = fail
            await churn(server, 120)
            server.line_filter = None
            await watcher.equals(server)
            assert watcher.state.lists == 1
            assert watcher.state.errors["server_error"] >= 3


async def test_error_events_without_end_lead_to_a_new_list() -> None:
    """R23: after the bound of trying at the same version the kind is listed again, and stays true."""
    async with FaultServer(streaming_lists=False, watch_limit_s=0.2) as server:
        fill(server, 5)
        async with watching(server) as watcher:
            await watcher.equals(server)

            async def fail(request: Request, reply: Reply) -> bool:
                if event_lines(request):
                    await reply.begin()
                    await reply.chunk(encode({"type": "ERROR", "object": status_body(500, "InternalError", "no leader")}) + b"\n")
                    await reply.end()
                    return True
                return False

            server.handlers.append(fail)
            await until(lambda: watcher.state.lists == 2)
            server.handlers.clear()
            server.put("web-9")
            await watcher.equals(server)
            assert [g.why for g in watcher.gaps] == ["server_error"]


async def test_an_event_lost_in_the_server_is_found_by_the_audit() -> None:
    """R24: one event never comes; the next audit finds the difference, counts it and lists again; no false alarm before."""
    async with FaultServer() as server:
        fill(server)
        async with watching(server, audit_s=0.3) as watcher:
            await watcher.equals(server)
            await churn(server, 240)
            await watcher.equals(server)
            assert "drift" not in watcher.state.errors
            server.drops.add(server.version + 1)
            server.delete(next(iter(server.objects[PODS].values()))["metadata"]["name"])
            server.drops.add(server.version + 1)
            server.put("web-unseen")
            await watcher.equals(server)
            assert watcher.state.errors["drift"] == 2
            assert [g.why for g in watcher.gaps] == ["drift"]
            relisted = watcher.replaced[-1].observations
            assert {o.op for o in relisted} == {Op.RELISTED}
            assert all(o.unseen for o in relisted)
