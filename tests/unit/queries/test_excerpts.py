"""Log excerpts of a running service: few, of containers in trouble, each run once, and masked."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest

from arcops.base.errors import ClusterUnreachable
from arcops.base.tasks import TaskGroup
from arcops.findings.past import Asked, Wish
from arcops.inventory.index import POD, Inventory
from arcops.kube.kinds import KindCatalog
from arcops.kube.objects.decode import decode
from arcops.kube.refs import ObjectRef
from arcops.kube.watch import Observation, Op
from arcops.queries.excerpts import AGAIN_MS, MOST_WAITING, TAIL_LINES, Excerpts
from arcops.queries.services import Services
from arcops.source.base import LogQuery, SourceEvent, SourceState
from arcops.store.engines.memory import MemoryStore
from arcops.testing.clock import FakeClock

pytestmark = pytest.mark.anyio
WEB = ObjectRef("", "Pod", "shop", "web")
NOW = Wish(Asked.LOG, WEB, "app")
BEFORE = Wish(Asked.PREVIOUS_LOG, WEB, "app")


class Lines:
    """A source of lines alone, which counts the questions."""

    def __init__(self) -> None:
        self.state = SourceState("lines")
        self.catalog = KindCatalog()
        self.asked: list[LogQuery] = []
        self.text = "line\n"
        self.is_down = False

    async def logs(self, query: LogQuery) -> str:
        self.asked.append(query)
        if self.is_down:
            raise ClusterUnreachable(server="edge", why="gone")
        return self.text

    async def observe(self) -> AsyncIterator[SourceEvent]:
        nothing: tuple[SourceEvent, ...] = ()
        for event in nothing:
            yield event

    async def follow_logs(self, query: LogQuery) -> AsyncIterator[str]:
        yield query.pod

    async def aclose(self) -> None:
        """Nothing to close."""


class Desk:
    """Excerpts over one pod."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.source = Lines()
        self.inventory = Inventory()
        self.arrivals = 0
        services = Services(self.source, self.inventory, MemoryStore(self.clock), self.clock, 0)
        self.excerpts = Excerpts(services, self._arrived)

    def _arrived(self) -> None:
        self.arrivals += 1

    def put(self, version: int, name: str = "web", **status: Any) -> None:
        meta = {"name": name, "namespace": "shop", "uid": f"uid-{name}", "resourceVersion": str(version)}
        containers = [{"name": "app", "ready": False, "restartCount": 0, **status}]
        raw = msgspec.json.encode({"metadata": meta, "status": {"phase": "Running", "containerStatuses": containers}})
        self.inventory.apply([Observation(Op.MODIFIED, POD, decode(POD, raw), raw, 0)])

    async def settle(self) -> list[tuple[Wish, str]]:
        """Let the readers read what is ordered."""
        async with TaskGroup(self.clock) as tasks:
            tasks.spawn("reader", self.excerpts.read())
            await self.clock.advance(0.1)
        return self.excerpts.take()


async def test_a_container_that_is_well_is_never_asked() -> None:
    desk = Desk()
    desk.put(1, ready=True, state={"running": {}})
    assert desk.excerpts.order(NOW) == ""
    desk.put(2, state={"terminated": {"exitCode": 0, "reason": "Completed"}})
    assert desk.excerpts.order(NOW) == ""
    desk.put(3, state={"waiting": {"reason": "ContainerCreating"}})
    assert desk.excerpts.order(NOW) == ""
    assert desk.excerpts.order(Wish(Asked.LOG, WEB._replace(name="gone"), "app")) == ""
    assert desk.source.asked == []


async def test_of_one_in_trouble_the_last_lines_are_read_and_masked() -> None:
    desk = Desk()
    desk.source.text = "connecting with DB_PASSWORD=hunter2hunter2\n"
    desk.put(1, state={"running": {}})
    assert desk.excerpts.order(NOW) is None
    ((wish, text),) = await desk.settle()
    assert (wish, desk.arrivals) == (NOW, 1)
    assert "hunter2" not in text
    assert (desk.source.asked[0].tail_lines, desk.source.asked[0].previous) == (TAIL_LINES, False)


async def test_a_run_that_is_over_is_read_once() -> None:
    desk = Desk()
    desk.put(1, restartCount=1, state={"waiting": {"reason": "CrashLoopBackOff"}})
    assert desk.excerpts.order(BEFORE) is None
    await desk.settle()
    await desk.clock.advance(10 * AGAIN_MS / 1000)
    desk.put(2, restartCount=1, state={"running": {}})
    assert desk.excerpts.order(BEFORE) == "line\n"
    desk.put(3, restartCount=2, state={"waiting": {"reason": "CrashLoopBackOff"}})
    assert desk.excerpts.order(BEFORE) is None
    await desk.settle()
    assert len(desk.source.asked) == 2


async def test_a_run_that_goes_on_is_read_again_after_a_while() -> None:
    desk = Desk()
    desk.put(1, state={"running": {}})
    desk.excerpts.order(NOW)
    await desk.settle()
    assert desk.excerpts.order(NOW) == "line\n"
    await desk.clock.advance(AGAIN_MS / 1000 + 1)
    assert desk.excerpts.order(NOW) is None


async def test_what_cannot_be_read_is_empty() -> None:
    desk = Desk()
    desk.source.is_down = True
    desk.put(1, state={"running": {}})
    desk.excerpts.order(NOW)
    assert await desk.settle() == [(NOW, "")]


async def test_more_than_may_wait_are_left_out_and_counted() -> None:
    desk = Desk()
    for number in range(MOST_WAITING + 3):
        desk.put(1, f"web-{number}", state={"running": {}})
        desk.excerpts.order(Wish(Asked.LOG, WEB._replace(name=f"web-{number}"), "app"))
    assert desk.excerpts.left_out == 3
    assert len(await desk.settle()) == MOST_WAITING
