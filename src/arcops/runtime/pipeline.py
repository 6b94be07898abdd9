"""The one place that moves data along: source -> record -> inventory -> whoever listens.

"Append first, then apply" holds for every change: a reader that sees a new state can also find it in the record. A
complete list whose bodies were not told page by page (``Listed``) is the exception: it is shown at once and remembered
behind it.

A list is taken in by pieces, so that no reader waits; nothing disappears until it is complete.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import structlog

from arcops.base.bus import Bus
from arcops.base.clock import Clock, SystemClock
from arcops.base.guard import safe_text
from arcops.inventory.delta import Delta
from arcops.inventory.index import Inventory
from arcops.kube.refs import ObjectRef
from arcops.kube.watch import Observation
from arcops.source.base import GapSeen, KindsChanged, Listed, LogSeen, Observed, Replaced, Source, SourceEvent
from arcops.store.base import Gap, HistoryStore

log = structlog.get_logger(__name__)

CHUNK = 500
"""Observations of a long list taken at a time (about 5 ms); other work runs between them."""


class Pipeline:
    """Reads a source to its end and keeps the record and the inventory equal to it."""

    def __init__(self, source: Source, store: HistoryStore, inventory: Inventory, bus: Bus[Delta], clock: Clock | None = None) -> None:
        self._source = source
        self._store = store
        self._inventory = inventory
        self._bus = bus
        self._clock = clock or SystemClock()

    async def run(self) -> None:
        """Move events along until the source ends or the task is cancelled."""
        async for event in self._source.observe():
            await self._take(event)
            del event  # a complete list is large: it must not live until the next event comes

    async def _take(self, event: SourceEvent) -> None:
        match event:
            case Observed():
                await self._store.append(event.observations, {event.resource.group_kind: event.cursor} if event.cursor else None)
                self._publish(self._inventory.apply(event.observations))
            case Listed():
                await self._store.append(event.observations)
            case Replaced():
                await self._replace(event)
            case GapSeen():
                log.warning("watch_gap", kind=str(event.group_kind or "all"), since_ms=event.since_ms, why=event.why)
                await self._store.add_gap(Gap(event.group_kind, event.since_ms, event.until_ms, event.why))
            case LogSeen():
                ref = ObjectRef("", "Pod", event.namespace, event.pod)
                await self._store.append_log(ref, event.uid, event.container, safe_text(event.text), event.seen_ms, previous=event.previous)
            case KindsChanged():
                for resource in event.removed:
                    self._publish(self._inventory.drop_kind(resource.group_kind))
                    await self._store.replace(resource.group_kind, (), self._clock.now_ms())

    async def _replace(self, event: Replaced) -> None:
        kind = event.resource.group_kind
        for chunk in _chunks(event.observations, CHUNK):
            self._publish(self._inventory.apply(chunk))
            await asyncio.sleep(0)
        self._publish(self._inventory.replace(kind, event.observations))
        for chunk in _chunks([seen for seen in event.observations if seen.raw], CHUNK):
            await self._store.append(chunk)
        gone = await self._store.replace(kind, {o.obj.metadata.uid for o in event.observations}, event.seen_ms)
        await self._store.append((), {kind: event.cursor})
        say = log.debug if event.first else log.info
        say("kind_listed", kind=str(kind), objects=len(event.observations), vanished_unseen=gone)

    def _publish(self, delta: Delta) -> None:
        if delta:
            self._bus.publish(delta)


def _chunks(items: Sequence[Observation], size: int) -> Iterator[Sequence[Observation]]:
    rest: Iterable[Observation] = iter(items)
    while chunk := tuple(islice(rest, size)):
        yield chunk
