"""The context buffer's clock: every 30 seconds a snapshot of counts goes into the record, and old ones go."""

from __future__ import annotations

import asyncio

import structlog

from arcops.inventory.stats import stats_of
from arcops.kube.refs import GroupKind
from arcops.queries.live import is_loaded
from arcops.queries.services import Services
from arcops.runtime.memory import give_back

EVENT = GroupKind("", "Event")

log = structlog.get_logger(__name__)


class Ticker:
    """Takes a snapshot at once when the first sync is through, and then every ``every_s`` seconds."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._clock = services.clock
        self._every_s = services.context.interval_s

    async def run(self) -> None:
        """Tick until cancelled; a tick before the first sync would count a half-loaded cluster and is left out."""
        while not is_loaded(self._services):
            await self._clock.sleep(min(0.1, self._every_s))
        while True:
            await self.tick()
            await self._clock.sleep(self._every_s)

    async def tick(self) -> None:
        """One snapshot."""
        inventory, store = self._services.inventory, self._services.store
        now = self._clock.now_ms()
        counts = stats_of(inventory, now).counts
        await store.add_snapshot(now, counts)
        log.info("cluster_status_retrieved", pod_count=counts["pods"], event_count=inventory.count(EVENT))
        await asyncio.to_thread(give_back)
        if forgotten := await store.prune(now):
            log.info("record_pruned", rows=forgotten)
