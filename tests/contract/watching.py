"""A consumer as the service has one: it keeps an index of what a source says, so that it can be compared with the truth."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

from arcops.base.tasks import TaskGroup
from arcops.kube.refs import GroupKind
from arcops.kube.watch import Op
from arcops.source.base import GapSeen, KindPhase, KindState, Observed, Replaced, SourceEvent
from arcops.source.connection import ClusterConnection
from arcops.source.credentials import Anonymous
from arcops.source.drivers.cluster import ClusterSource
from arcops.source.watch_options import WatchOptions
from tests.contract.fault_http import CLUSTER_SCOPED, KINDS, PODS
from tests.contract.fault_server import FaultServer

FAST = WatchOptions(
    first_retry_s=0.05, most_retry_s=0.5, calm_s=5.0, connect_timeout_s=0.5, idle_limit_s=1.0, list_timeout_s=5.0,
    short_watch_s=0.1, forbidden_retry_s=(0.3, 0.6), initial_events_warn_s=0.2, initial_events_quiet_s=0.6,
    internal_error_s=0.5, audit_settle_s=0.2, discovery_retry_s=0.2, discovery_pause_s=0.05, requests_per_s=1000, burst=1000,
)  # fmt: skip
"""Every wait of the live source, made small."""

POD = GroupKind("", "Pod")


class Watcher:
    """A running source and the index its events make. ``sizes`` are the index's sizes after every event."""

    def __init__(self, source: ClusterSource) -> None:
        self.source = source
        self.index: dict[GroupKind, dict[str, str]] = {}
        self.bodies: dict[str, bytes] = {}
        self.events: list[SourceEvent] = []
        self.pause_s = 0.0

    @property
    def pods(self) -> dict[str, str]:
        """The uid and version of every pod."""
        return self.index.get(POD, {})

    @property
    def state(self) -> KindState:
        """Progress of the pods."""
        return self.source.state.kinds[POD]

    def phase(self, kind: GroupKind = POD) -> KindPhase:
        """Where a kind stands now."""
        return self.source.state.kinds[kind].phase

    def is_connected(self) -> bool:
        """Whether the source says that the server is there."""
        return self.source.state.connected

    @property
    def gaps(self) -> list[GapSeen]:
        """Gaps seen."""
        return [event for event in self.events if isinstance(event, GapSeen)]

    @property
    def replaced(self) -> list[Replaced]:
        """Complete lists of pods."""
        return [event for event in self.events if isinstance(event, Replaced) and event.resource.group_kind == POD]

    async def run(self) -> None:
        """Take events until the source is closed."""
        async for event in self.source.observe():
            self.events.append(event)
            self.take(event)
            if self.pause_s:
                await asyncio.sleep(self.pause_s)

    def take(self, event: SourceEvent) -> None:
        """Apply one event."""
        if isinstance(event, Replaced):
            self.index[event.resource.group_kind] = {o.obj.metadata.uid: o.obj.metadata.resource_version for o in event.observations}
            self.bodies |= {o.obj.metadata.uid: o.raw for o in event.observations}
        if isinstance(event, Observed):
            live = self.index.setdefault(event.resource.group_kind, {})
            for seen in event.observations:
                meta = seen.obj.metadata
                self.bodies[meta.uid] = seen.raw
                if seen.op is Op.DELETED:
                    live.pop(meta.uid, None)
                else:
                    live[meta.uid] = meta.resource_version

    async def equals(self, server: FaultServer, resource: str = PODS, within_s: float = 5.0) -> None:
        """Wait until the index equals the server's truth; fails with the difference."""
        kind = GroupKind("", KINDS[resource])
        try:
            await until(lambda: self.index.get(kind) == server.truth(resource), within_s)
        except TimeoutError:
            ours, theirs = self.index.get(kind), server.truth(resource)
            raise AssertionError(f"index {ours} is not the truth {theirs}; {self.source.state}") from None


@asynccontextmanager
async def watching(server: FaultServer | ClusterConnection, options: WatchOptions = FAST, **changes: object) -> AsyncIterator[Watcher]:
    """A source on ``server`` and its consumer; closed at the end."""
    connection = server if isinstance(server, ClusterConnection) else ClusterConnection(server.url, Anonymous())
    source = ClusterSource(connection, options=replace(options, **changes))  # type: ignore[arg-type]
    watcher = Watcher(source)
    async with TaskGroup() as tasks:
        tasks.spawn("consumer", watcher.run())
        try:
            yield watcher
        finally:
            await source.aclose()


async def until(condition: Callable[[], object], within_s: float = 5.0) -> None:
    """Wait for a condition; raises TimeoutError."""
    async with asyncio.timeout(within_s):
        while not condition():  # noqa: ASYNC110 - conditions are plain state of many owners
            await asyncio.sleep(0.005)


async def churn(server: FaultServer, changes: int, *, seed: int = 1, resource: str = PODS) -> None:
    """Create, change and delete objects at random, about 200 a second."""
    rng = random.Random(seed)
    for _ in range(changes):
        change(server, rng, resource)
        await asyncio.sleep(0.005)


def change(server: FaultServer, rng: random.Random, resource: str = PODS) -> None:
    """One random change."""
    names = [b["metadata"]["name"] for b in server.objects[resource].values()]
    namespace = "" if resource in CLUSTER_SCOPED else "shop"
    if names and rng.random() < 0.25:
        server.delete(rng.choice(names), resource, namespace)
    else:
        server.put(f"web-{rng.randrange(40)}", resource, namespace)


def fill(server: FaultServer, count: int = 20, resource: str = PODS) -> None:
    """Put ``count`` objects into the server."""
    for number in range(count):
        server.put(f"web-{number}", resource)
