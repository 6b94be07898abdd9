"""Log excerpts: which ends are read, once each, masked, within the budget; what is refused is a state."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from arcops.base.bus import Bus
from arcops.base.tasks import TaskGroup
from arcops.inventory.delta import Delta, merged
from arcops.inventory.index import Inventory
from arcops.queries.services import LogKeeping, Services
from arcops.runtime.excerpts import MOST_WAITING, ExcerptKeeper, tail_of_bytes
from arcops.runtime.pipeline import Pipeline
from arcops.runtime.settings import RecordSettings
from arcops.source.base import KindPhase
from arcops.source.drivers.fake import FakeSource
from arcops.store.base import LogExcerpt, LogFilter, Window
from arcops.store.engines.memory import MemoryStore
from arcops.testing.clock import START_MS, FakeClock
from tests.observations import POD

pytestmark = pytest.mark.anyio

RUNNING = {"running": {"startedAt": "2026-11-24T06:00:00Z"}}
EVER = Window(0, START_MS * 2)


def ended(code: int, at: str = "06:01:00") -> dict[str, Any]:
    return {"terminated": {"exitCode": code, "reason": "Error" if code else "Completed", "finishedAt": f"2026-11-24T{at}Z"}}


BACK_OFF = {"waiting": {"reason": "CrashLoopBackOff"}}


def pod(state: dict[str, Any], last: dict[str, Any] | None = None, *, name: str = "web-0", restarts: int = 0, node: str = "edge-1",
        init: dict[str, Any] | None = None, uid: str = "") -> dict[str, Any]:  # fmt: skip
    status = {"name": "web", "state": state, "lastState": last or {}, "restartCount": restarts}
    statuses: dict[str, Any] = {"containerStatuses": [status]}
    if init:
        statuses["initContainerStatuses"] = [{"name": "setup", "state": init}]
    return {
        "apiVersion": "v1", "kind": "Pod", "metadata": {"namespace": "shop", "name": name, **({"uid": uid} if uid else {})},
        "spec": {"nodeName": node, "containers": [{"name": "web"}], "initContainers": [{"name": "setup"}] if init else []},
        "status": statuses,
    }  # fmt: skip


class Bench:
    """A fake cluster that is followed, and the keeper beside it."""

    def __init__(self, settings: RecordSettings) -> None:
        self.clock = FakeClock()
        self.source = FakeSource(self.clock)
        self.store = MemoryStore(self.clock)
        self.keeping = LogKeeping("ok")
        self.services = Services(self.source, Inventory(), self.store, self.clock, START_MS, log_keeping=self.keeping)
        self.bus: Bus[Delta] = Bus(merged)
        self.keeper = ExcerptKeeper(self.services, self.bus, settings)

    async def kept(self) -> list[LogExcerpt]:
        return await self.store.logs(EVER, LogFilter(), 1000)

    async def until(self, reached: Callable[[LogKeeping], bool]) -> None:
        """Turn the clock until the counters say so, a minute and a half at most."""
        for _ in range(900):
            if reached(self.keeping):
                return
            await self.clock.advance(0.1)
            await settled()
        pytest.fail(f"never: {self.keeping}")

    async def put(self, *bodies: dict[str, Any]) -> None:
        for body in bodies:
            self.source.put(body)
        await self.clock.advance(0.1)
        await settled()


async def settled() -> None:
    """Let threads and tasks end what they are at."""
    import anyio.to_thread

    for _ in range(3):
        await anyio.to_thread.run_sync(lambda: None)


@asynccontextmanager
async def bench(settings: RecordSettings | None = None) -> AsyncIterator[Bench]:
    made = Bench(settings or RecordSettings())
    async with TaskGroup(made.clock) as tasks:
        tasks.spawn("pipeline", Pipeline(made.source, made.store, made.services.inventory, made.bus, made.clock).run())
        tasks.supervise("excerpts", made.keeper.run)
        yield made


async def test_the_lines_of_a_container_that_ends_are_kept_and_masked() -> None:
    async with bench() as it:
        await it.put(pod(RUNNING))
        it.source.set_log("shop", "web-0", "web", "DB_PASSWORD=hunter2hunter2\nno route to db\n")
        await it.put(pod(ended(1)))
        await it.until(lambda state: state.kept == 1)
        [row] = await it.kept()
    assert (row.ref.name, row.container, row.previous) == ("web-0", "web", False)
    assert row.text == "DB_PASSWORD=***\nno route to db\n"


async def test_an_end_is_read_once_however_often_it_is_told() -> None:
    async with bench() as it:
        await it.put(pod(RUNNING))
        it.source.set_log("shop", "web-0", "web", "bye\n")
        it.source.set_log("shop", "web-0", "web", "bye\n", previous=True)
        await it.put(pod(ended(1)), pod(BACK_OFF, ended(1), restarts=0), pod(RUNNING, ended(1), restarts=1))
        await it.until(lambda state: state.kept == 1)
        await it.clock.advance(60)
        assert it.keeping.kept == 1
        await it.put(pod(RUNNING, ended(2, "06:05:00"), restarts=2))
        await it.until(lambda state: state.kept == 2)
        assert [row.previous for row in await it.kept()] == [True, True]


async def test_a_run_whose_end_was_not_seen_is_read_as_the_previous_one() -> None:
    async with bench() as it:
        await it.put(pod(RUNNING))
        it.source.set_log("shop", "web-0", "web", "first run\n", previous=True)
        it.source.set_log("shop", "web-0", "web", "second run\n")
        await it.put(pod(RUNNING, ended(137), restarts=1))
        await it.until(lambda state: state.kept == 1)
        assert [row.text for row in await it.kept()] == ["first run\n"]


async def test_clean_ends_of_init_containers_and_old_ends_are_no_news() -> None:
    async with bench() as it:
        await it.put(pod(RUNNING, ended(1, "01:00:00")), pod(ended(0), name="done"), pod(RUNNING, name="starting", init=RUNNING))
        await it.put(pod(RUNNING, name="starting", init=ended(0)))
        await it.clock.advance(30)
        assert (it.keeping.kept, it.keeping.missed, it.keeping.queued) == (0, 0, 0)


async def test_a_recent_failure_of_a_pod_seen_for_the_first_time_is_read() -> None:
    async with bench() as it:
        it.source.set_log("shop", "web-0", "web", "it died before we came\n", previous=True)
        await it.put(pod(RUNNING, ended(1, "05:50:00"), restarts=4))
        await it.until(lambda state: state.kept == 1)


async def test_an_end_that_an_earlier_service_kept_is_not_kept_again() -> None:
    async with bench() as it:
        it.source.set_log("shop", "web-0", "web", "again\n", previous=True)
        body = pod(RUNNING, ended(1, "05:50:00"), restarts=4, uid="0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0")
        await it.store.append_log(
            it.source.put(body), "0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0", "web", "again\n", START_MS - 300_000, previous=True
        )
        await it.clock.advance(30)
        await settled()
        assert len(await it.kept()) == 1


async def test_without_the_right_to_read_logs_the_state_says_so_and_nothing_else_suffers() -> None:
    async with bench() as it:
        await it.put(pod(RUNNING))
        it.source.put(pod(ended(1)))
        it.source.state.kinds[POD].phase = KindPhase.FORBIDDEN
        await it.until(lambda state: state.state == "forbidden")
        assert "pods/log" in it.keeping.detail
        it.source.state.kinds[POD].phase = KindPhase.SYNCED
        it.source.set_log("shop", "web-0", "web", "later\n")
        await it.put(pod(ended(1, "06:10:00")))
        await it.clock.advance(240)
        assert it.keeping.kept == 0
        await it.clock.advance(120)
        await it.until(lambda state: state.kept == 1)
        assert it.keeping.state == "ok"


async def test_a_storm_of_ends_stays_within_the_budget_and_failures_come_first() -> None:
    async with bench(RecordSettings(logs_per_minute=12, logs_per_node_minute=5)) as it:
        names = [f"web-{n}" for n in range(30)]
        for n, name in enumerate(names):
            it.source.set_log("shop", name, "web", f"{name}\n")
            await it.put(pod(RUNNING, name=name, node=f"edge-{n % 3}"))
        for n, name in enumerate(names):
            it.source.put(pod(ended(n % 2), name=name, node=f"edge-{n % 3}"))
        await it.until(lambda state: state.kept == 12)
        await it.clock.advance(20)
        await settled()
        first = {row.ref.name for row in await it.kept()}
        assert len(first) == 12
        assert sum(int(name[4:]) % 2 for name in first) == 12
        assert it.keeping.queued == 18
        await it.clock.advance(30)
        await it.until(lambda state: state.kept >= 24)


async def test_a_full_queue_lets_clean_ends_go_first() -> None:
    async with bench(RecordSettings(logs_per_minute=1)) as it:
        for n in range(MOST_WAITING + 20):
            await it.put(pod(RUNNING, name=f"web-{n}"))
        for n in range(MOST_WAITING + 20):
            it.source.put(pod(ended(n % 2), name=f"web-{n}"))
        await it.clock.advance(1)
        await settled()
        assert it.keeping.queued <= MOST_WAITING
        assert it.keeping.dropped >= 19
        assert sum(not ending.failed for ending in it.keeper._waiting.values()) < MOST_WAITING / 2


async def test_lines_that_are_gone_are_counted_and_forgotten() -> None:
    async with bench() as it:
        await it.put(pod(RUNNING), pod(RUNNING, name="silent"))
        it.source.set_log("shop", "silent", "web", "\n")
        await it.put(pod(ended(1)), pod(ended(1), name="silent"))
        await it.until(lambda state: state.missed == 1 and state.empty == 1)
        assert it.keeping.state == "ok"


def test_the_end_of_a_text_begins_with_a_whole_line() -> None:
    assert tail_of_bytes("one\ntwo\nthree\n", 9) == "three\n"
    assert tail_of_bytes("one\n", 11) == "one\n"
    assert tail_of_bytes("é" * 50, 11) == "é" * 5
