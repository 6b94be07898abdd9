"""The context buffer's clock: every 30 seconds a snapshot of counts goes into the record, and old ones go."""

from __future__ import annotations

import asyncio

import structlog

from arcops.base.clock import Clock
from arcops.inventory.index import Inventory
from arcops.inventory.stats import stats_of
from arcops.kube.refs import GroupKind
from arcops.runtime.memory import give_back
from arcops.source.base import Source
from arcops.store.base import HistoryStore

EVENT = GroupKind("", "Event")

log = structlog.get_logger(__name__)


class Ticker:
    """Takes a snapshot at once when the first sync is through, and then every ``every_s`` seconds."""

    def __init__(self, source: Source, inventory: Inventory, store: HistoryStore, clock: Clock, every_s: float) -> None:
        self._source = source
        self._inventory = inventory
        self._store = store
        self._clock = clock
        self._every_s = every_s

    async def run(self) -> None:
        """Tick until cancelled; a tick before the first sync would count a half-loaded cluster and is left out."""
        while not self._source.state.is_synced:
            await self._clock.sleep(min(0.1, self._every_s))
        while True:
            await self.tick()
            await self._clock.sleep(self._every_s)

    async def tick(self) -> None:
        """One snapshot."""
        now = self._clock.now_ms()
        counts = stats_of(self._inventory, now).counts
        await self._store.add_snapshot(now, counts)
        log.info("cluster_status_retrieved", pod_count=counts["pods"], event_count=self._inventory.count(EVENT))
        await asyncio.to_thread(give_back)
        if forgotten := await self._store.prune(now):
            log.info("record_pruned", rows=forgotten)
