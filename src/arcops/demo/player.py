"""The demo as a source: the pretended cluster, lived in real time (or faster)."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence

from msgspec.structs import replace

from arcops.base.clock import Clock
from arcops.base.errors import ContainerNotFound, ObjectNotFound
from arcops.demo.catalog import K3S, NODES, SHOP, SYSTEM
from arcops.demo.controllers import Controller
from arcops.demo.pods import Pod, show
from arcops.demo.speech import lines_of
from arcops.demo.stories import LOOP_S, STORY, Step
from arcops.demo.surroundings import furnish, renew
from arcops.demo.world import World
from arcops.kube.builtin import BUILTIN
from arcops.kube.kinds import ApiResource, KindCatalog
from arcops.kube.refs import GroupKind
from arcops.kube.watch import Observation, Op
from arcops.source.base import KindPhase, KindState, LogQuery, Observed, Replaced, SourceEvent, SourceState

SETTLE_S = 60
"""Seconds of the cluster's life that are played before the first look, so that it is met in the middle of things."""


class DemoSource:
    """Plays the demo cluster. Everything is made up here; nothing is read from anywhere."""

    def __init__(self, clock: Clock, speed: float = 1.0, story: Sequence[Step] = STORY) -> None:
        """``speed`` 10 lives ten seconds in one; without a ``story`` nothing happens."""
        self._story = story
        self._clock = clock
        self._speed = speed
        self._world = World(clock.now_ms() - SETTLE_S * 1000)
        self._controllers = {w.name: Controller(w) for w in (*SYSTEM, *SHOP)}
        self._catalog = KindCatalog(BUILTIN)
        self._state = SourceState("demo", server="demo", context="demo", version=K3S, connected=True, since_ms=clock.now_ms())
        self._second = 0
        self._ended = asyncio.Event()
        furnish(self._world)
        for _ in range(SETTLE_S):
            self._live_one_second(story=False)
        self._grow_old()

    @property
    def state(self) -> SourceState:
        """The pretended cluster is always there."""
        return self._state

    @property
    def catalog(self) -> KindCatalog:
        """The built-in kinds."""
        return self._catalog

    async def observe(self) -> AsyncIterator[SourceEvent]:
        """First everything there is, then its life, second by second."""
        for event in self._first_look():
            yield event
        while not self._ended.is_set():
            await self._clock.sleep(1 / self._speed)
            self._world.now_ms = max(self._world.now_ms + 1000, self._clock.now_ms() if self._speed == 1.0 else 0)
            self._live_one_second(story=True)
            for event in self._changes():
                yield event

    async def logs(self, query: LogQuery) -> str:
        """What the pod's container would have said."""
        pod = self._pod(query.namespace, query.pod)
        if query.container and query.container != pod.workload.name:
            raise ContainerNotFound(pod=query.pod, container=query.container, near=pod.workload.name)
        lines = lines_of(pod, self._world.now_ms, previous=query.previous)
        return "".join(f"{line}\n" for line in lines[-query.tail_lines :])

    async def follow_logs(self, query: LogQuery) -> AsyncIterator[str]:
        """The last lines, then a new one now and then."""
        said = 0
        while not self._ended.is_set():
            lines = lines_of(self._pod(query.namespace, query.pod), self._world.now_ms, previous=query.previous)
            for line in lines[-query.tail_lines :] if not said else lines[said:]:
                yield line
            said = len(lines)
            await self._clock.sleep(1)

    async def aclose(self) -> None:
        """End the story."""
        self._ended.set()

    def _live_one_second(self, *, story: bool) -> None:
        if story:
            self._second += 1
            for step in self._story:
                if step.at_s == self._second % LOOP_S:
                    step.deed(self._world, self._controllers)
            if self._second % 10 == 0:
                for name in NODES:
                    if name not in self._world.lost_nodes:
                        renew(self._world, name)
            if self._second % 300 == 0:
                self._world.forget_events()
        else:
            self._world.now_ms += 1000
        for controller in list(self._controllers.values()):
            controller.tick(self._world)

    def _grow_old(self) -> None:
        """Make the settled pods as old as their workloads: a cluster that was born a minute ago convinces nobody."""
        for controller in self._controllers.values():
            back_ms = round(controller.work.age_days * 86_400_000) - 3_600_000
            for pod in controller.pods:
                pod.grow_older(back_ms)
                self._world.backdate(pod.shown, pod.born_ms)
                show(pod, self._world)
            for replica_set in controller.sets.values():
                self._world.backdate(replica_set, self._world.now_ms - back_ms)
        for key in [key for key in self._world.objects if key[0] == "Event"]:
            self._world.delete(*key)

    def _pod(self, namespace: str, name: str) -> Pod:
        pods = [p for c in self._controllers.values() for p in c.pods if p.workload.namespace == namespace]
        for pod in pods:
            if pod.name == name:
                return pod
        near = ", ".join(p.name for p in pods[:5])
        raise ObjectNotFound(kind="pod", name=f"{namespace}/{name}", near=f"Pods of {namespace}: {near}." if near else "")

    def _first_look(self) -> list[SourceEvent]:
        latest: dict[str, Observation] = {}
        for seen in self._world.take():
            latest[seen.obj.metadata.uid] = seen
        by_kind: dict[GroupKind, list[Observation]] = defaultdict(list)
        for seen in latest.values():
            if self._world.get(seen.group_kind.kind, seen.obj.metadata.namespace, seen.obj.metadata.name):
                by_kind[seen.group_kind].append(replace(seen, op=Op.RELISTED, unseen=True))
        now = self._clock.now_ms()
        events: list[SourceEvent] = []
        for resource in BUILTIN:
            found = tuple(by_kind.get(resource.group_kind, ()))
            self._state.kinds[resource.group_kind] = KindState(
                resource, KindPhase.SYNCED, since_ms=now, synced_ms=now, objects=len(found), last_event_ms=now, lists=1, watches=1,
            )  # fmt: skip
            events.append(Replaced(resource, found, cursor="", seen_ms=now, first=True))
        return events

    def _changes(self) -> list[SourceEvent]:
        events: list[SourceEvent] = []
        for seen in self._world.take():
            resource = self._resource(seen.group_kind)
            state = self._state.kinds[seen.group_kind]
            state.events += 1
            state.last_event_ms = seen.seen_ms
            state.resource_version = seen.obj.metadata.resource_version
            events.append(Observed(resource, (seen,), cursor=state.resource_version))
        return events

    def _resource(self, kind: GroupKind) -> ApiResource:
        found = self._catalog.get(kind)
        if found is None:
            raise LookupError(kind)
        return found
