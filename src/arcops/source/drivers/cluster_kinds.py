"""Which kinds of a cluster are watched now: one task each, started and ended as kinds come and go."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterable

import structlog

from arcops.base.clock import Clock
from arcops.base.tasks import TaskGroup
from arcops.kube.kinds import ApiResource, KindCatalog
from arcops.kube.refs import GroupKind
from arcops.source.audit import drifted, suspects
from arcops.source.base import KindPhase, KindsChanged, SourceState
from arcops.source.drivers.cluster_kind import KindWatcher, Shared
from arcops.source.drivers.cluster_outbox import Outbox
from arcops.source.drivers.cluster_requests import Requests
from arcops.source.failures import Failure
from arcops.source.reflector import ServerTraits
from arcops.source.watch_options import WatchOptions

log = structlog.get_logger(__name__)

_RETURN_TRIES = 10
"""How often kinds that follow late after the server's return are looked at again."""

_FIRST = ("Node", "Namespace", "Pod", "Event")
"""Loaded first: everything else is read against the nodes and namespaces, and people look at pods and events."""


def in_loading_order(resources: Iterable[ApiResource]) -> list[ApiResource]:
    """Nodes, namespaces, pods, events, then the rest as discovery has them."""
    rank = {GroupKind("", kind): place for place, kind in enumerate(_FIRST)}
    return sorted(resources, key=lambda resource: rank.get(resource.group_kind, len(rank)))


class KindWatchers:
    """The watchers of one cluster. What they share (rate, load slots, traits of the server) is here."""

    def __init__(self, requests: Requests, outbox: Outbox, clock: Clock, options: WatchOptions, state: SourceState) -> None:
        """No kind is watched yet."""
        self.catalog = KindCatalog()
        rng = random.Random()  # noqa: S311 - jitter, not a secret
        self._shared = Shared(requests, outbox, clock, options, asyncio.Semaphore(options.list_parallel), rng, ServerTraits())
        self._state = state
        self._watchers: dict[GroupKind, KindWatcher] = {}
        self._tasks: dict[GroupKind, asyncio.Task[None]] = {}

    async def change(self, changed: KindsChanged, group: TaskGroup) -> None:
        """Stop watching what went, begin with what came (in ``group``), and tell the consumer first."""
        for resource in changed.removed:
            await self._end(resource)
        added = in_loading_order(changed.added)
        if added or changed.removed:
            await self._shared.outbox.put(KindsChanged(tuple(added), changed.removed))
        for resource in added:
            self._begin(resource, group)

    def _begin(self, resource: ApiResource, group: TaskGroup) -> None:
        watcher = KindWatcher(resource, self._shared)
        kind = resource.group_kind
        self.catalog.add(resource)
        self._watchers[kind] = watcher
        self._state.kinds[kind] = watcher.state
        self._tasks[kind] = group.supervise(f"watch {resource.resource_name}", watcher.run)

    async def _end(self, resource: ApiResource) -> None:
        kind = resource.group_kind
        task = self._tasks.pop(kind, None)
        if task is None:
            return
        task.cancel()
        await asyncio.wait([task])
        del self._watchers[kind]
        del self._state.kinds[kind]
        self.catalog.remove(kind)

    async def audit(self) -> None:
        """Compare one kind after another with the server, each about every ``audit_s``; what differs is loaded again.

        All of them at once after the server was lost: it may have come back with an older memory (etcd restored from a
        backup) and have written past the versions we know since, so that they look good and are not.
        """
        while True:
            kinds = list(self._watchers)
            for kind in kinds:
                if await self._pause(len(kinds)):
                    await self._audit_after_return()
                watcher = self._watchers.get(kind)
                if watcher and watcher.state.phase is KindPhase.SYNCED:
                    await self._audit_kind(watcher)
            if not kinds and await self._pause(1):
                await self._audit_after_return()

    async def _pause(self, kinds: int) -> bool:
        shared = self._shared
        return await shared.requests.pause(shared.options.audit_s / kinds * shared.rng.uniform(0.8, 1.2))

    async def _audit_after_return(self) -> None:
        shared = self._shared
        doubtful, returned_ms = set(self._watchers.values()), shared.clock.now_ms()
        for _ in range(_RETURN_TRIES):
            await shared.clock.sleep(shared.options.return_audit_s)
            back = {watcher for watcher in doubtful if watcher.state.phase is KindPhase.SYNCED}
            doubtful -= back
            await asyncio.gather(*(self._audit_kind(watcher) for watcher in back if watcher.state.synced_ms < returned_ms))
            if not doubtful:
                return

    async def _audit_kind(self, watcher: KindWatcher) -> None:
        async with self._shared.slots:
            listed = await watcher.listed_versions()
        if isinstance(listed, Failure):
            return
        seen = watcher.reflector.versions
        suspected = suspects(seen, *listed)
        if not suspected:
            return
        await self._shared.clock.sleep(self._shared.options.audit_settle_s)
        drift = drifted(seen, suspected)
        if drift and watcher.state.phase is KindPhase.SYNCED:
            errors = watcher.state.errors
            errors["drift"] = errors.get("drift", 0) + len(drift)
            log.warning("drift_found", kind=watcher.resource.resource_name, objects=len(drift), first=drift[0])
            watcher.reload("drift")
