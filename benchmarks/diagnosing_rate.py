"""What the running service's diagnosis costs others: ``python -m benchmarks.diagnosing_rate``.

The cluster of ``shop`` (10,000 pods of which 4 % crash, 5,000 other objects) is taken in, looked at for the first time, and
then changes 500 times a second for ten seconds, all in one event loop. Printed: how long the first look took, the longest time
the loop was held up (measured by a task that only wants its turn), and how far the diagnosis fell behind.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import time
from collections.abc import Iterator

import structlog

from arcops.base.bus import Bus
from arcops.base.clock import SystemClock
from arcops.base.tasks import TaskGroup
from arcops.inventory.delta import Delta, merged
from arcops.inventory.index import Inventory
from arcops.kube.watch import Observation, Op
from arcops.queries.services import Services
from arcops.queries.standing import Standing
from arcops.runtime.diagnosing import Diagnosing
from arcops.source.base import KindPhase, KindState
from arcops.source.drivers.fake import FakeSource
from arcops.store.engines.memory import MemoryStore
from benchmarks import shop
from benchmarks.findings_rate import changed

RATE, SECONDS = 500, 10


class Turns:
    """A task that only wants its turn, and the longest it had to wait for it, in milliseconds."""

    def __init__(self) -> None:
        """Nothing measured yet."""
        self.longest_ms = 0.0

    async def run(self) -> None:
        """Ask for a turn every millisecond."""
        while True:
            started = time.perf_counter()
            await asyncio.sleep(0.001)
            self.longest_ms = max(self.longest_ms, (time.perf_counter() - started - 0.001) * 1000)


def main() -> None:
    """Print the figures."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    asyncio.run(_measure())


async def _measure() -> None:
    clock = SystemClock()
    inventory = Inventory()
    shop.load(inventory)
    source = FakeSource(clock)
    for resource in source.catalog:
        source.state.kinds[resource.group_kind] = KindState(resource, KindPhase.SYNCED, synced_ms=clock.now_ms())
        inventory.replace(resource.group_kind, tuple(_held(inventory, resource.group_kind)))
    observations = list(changed(RATE * SECONDS, now_ms=clock.now_ms()))
    standing = Standing()
    services = Services(source, inventory, MemoryStore(clock), clock, clock.now_ms(), standing=standing)
    bus: Bus[Delta] = Bus(merged)
    gc.collect()
    gc.freeze()
    turns = Turns()
    async with TaskGroup(clock) as tasks:
        tasks.spawn("turns", turns.run())
        started = time.perf_counter()
        tasks.supervise("diagnosis", Diagnosing(services, bus).run)
        while standing.report is None:  # noqa: ASYNC110 - the service has no event for it
            await asyncio.sleep(0.005)
        print(
            f"first look         {time.perf_counter() - started:.2f} s beside other tasks, which waited {turns.longest_ms:.0f} ms at most"
        )
        print(f"objects            {len(inventory)}, findings {len(standing.report.findings)}, incidents {len(standing.report.incidents)}")
        turns.longest_ms = 0.0
        lag_ms = await _change(inventory, bus, standing, observations)
        print(f"{RATE} changes/s      the loop was held up {turns.longest_ms:.0f} ms at most")
        print(f"                   {standing.turns} turns, {lag_ms:.0f} ms behind at the end")
        print(f"its own longest    {standing.longest_ms:.0f} ms without giving way")


async def _change(inventory: Inventory, bus: Bus[Delta], standing: Standing, observations: list[Observation]) -> float:
    """Change pods at the rate; returns how long after the last change all were judged."""
    began = time.perf_counter()
    for number, seen in enumerate(observations):
        bus.publish(inventory.apply([seen]))
        ahead_s = began + number / RATE - time.perf_counter()
        await asyncio.sleep(max(0.0, ahead_s))
    ended = time.perf_counter()
    while standing.changes < RATE * SECONDS:  # noqa: ASYNC110 - the service has no event for it
        await asyncio.sleep(0.005)
    return (time.perf_counter() - ended) * 1000


def _held(inventory: Inventory, kind: object) -> Iterator[Observation]:
    for entry in inventory.list(kind):  # type: ignore[arg-type]
        yield Observation(Op.RELISTED, entry.ref.group_kind, entry.obj, b"", 0, unseen=True)


if __name__ == "__main__":
    main()
