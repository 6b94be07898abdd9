"""Keeps the last lines of containers that end, so that "why did it die" outlives the pod and the kubelet's memory.

Each end is read once. The queue holds ``MOST_WAITING`` ends; when it is full, clean ends give way before failed ones, and
what gave way is counted. A missing right to read logs is a state: it is tried again every five minutes.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict

import structlog

from arcops.base.bus import Bus
from arcops.base.clock import Clock
from arcops.base.errors import ArcopsError, NotAllowed, NotFound
from arcops.base.guard import safe_text
from arcops.base.tasks import TaskGroup
from arcops.inventory.delta import Delta
from arcops.kube.objects.pod import Pod
from arcops.kube.times import time_ms
from arcops.queries.services import LogKeeping, Services
from arcops.runtime.budget import Budget
from arcops.runtime.endings import Ending, endings, restarts_of
from arcops.runtime.settings import RecordSettings
from arcops.source.base import LogQuery
from arcops.store.base import LogFilter, Window

log = structlog.get_logger(__name__)

MOST_WAITING = 500
MOST_REMEMBERED = 20_000
READ_S = 10.0
PAUSE_S = 0.5
"""How long to wait when nothing in the queue may be read yet."""
REFUSED_S = 300.0
RECENT_MS = 3_600_000
"""A pod seen for the first time tells of its last end; one that is older than this is no news."""


class ExcerptKeeper:
    """Listens to changes of pods and puts log excerpts into the record. ``state`` says how it is doing."""

    def __init__(self, services: Services, bus: Bus[Delta], settings: RecordSettings) -> None:
        """Listens from now on; reads nothing before ``run``."""
        self.state: LogKeeping = services.log_keeping
        self._services = services
        self._clock: Clock = services.clock
        self._settings = settings
        self._heard = bus.subscribe()
        self._budget = Budget(services.clock, settings.logs_per_minute, settings.logs_per_node_minute)
        self._waiting: OrderedDict[tuple[str, str, str], Ending] = OrderedDict()
        self._done: OrderedDict[tuple[str, str, str], None] = OrderedDict()
        self._some = asyncio.Event()
        self._refused_until_s = 0.0

    async def run(self) -> None:
        """Until the bus is closed or the task is cancelled."""
        async with TaskGroup(self._clock) as tasks:
            tasks.supervise("log_reader", self._read_all)
            async for delta in self._heard:
                self.hear(delta)

    def hear(self, delta: Delta) -> None:
        """Queue the ends a delta tells of; never waits."""
        for change in delta.changes:
            before, after = change.before, change.after
            if isinstance(after, Pod) and isinstance(before, Pod) and before.metadata.uid == after.metadata.uid:
                for ending in endings(before, after):
                    self._queue(ending)
            elif isinstance(after, Pod):
                self._meet(after)
        if delta.lost:
            for entry in self._services.inventory.list(Pod.GROUP_KIND):
                if isinstance(entry.obj, Pod):
                    self._meet(entry.obj)

    def _meet(self, pod: Pod) -> None:
        """A pod of which no earlier state is known: only a recent failure is news."""
        since_ms = self._clock.now_ms() - RECENT_MS
        for ending in endings(None, pod):
            if ending.failed and (time_ms(ending.finished_at) or 0) > since_ms:
                self._queue(ending)

    def _queue(self, ending: Ending) -> None:
        key = (ending.uid, ending.container, ending.finished_at)
        if key in self._done or key in self._waiting:
            return
        if len(self._waiting) >= MOST_WAITING:
            self.state.dropped += 1
            clean = next((each for each, waiting in self._waiting.items() if not waiting.failed), None)
            if clean is None and not ending.failed:
                return
            self._waiting.pop(clean or next(iter(self._waiting)))
        self._waiting[key] = ending
        self.state.queued = len(self._waiting)
        self._some.set()

    async def _read_all(self) -> None:
        while True:
            while not self._waiting:
                self._some.clear()
                await self._some.wait()
            key = self._next()
            if key is None:
                await self._clock.sleep(PAUSE_S)
                continue
            ending = self._waiting.pop(key)
            self.state.queued = len(self._waiting)
            self._done[key] = None
            if len(self._done) > MOST_REMEMBERED:
                self._done.popitem(last=False)
            self._budget.take(ending.node)
            await self._read(ending)

    def _next(self) -> tuple[str, str, str] | None:
        """The next end that the budget allows, failed ones first."""
        if self._clock.monotonic_s() < self._refused_until_s:
            return None
        allowed = [key for key, ending in self._waiting.items() if self._budget.allows(ending.node)]
        return next((key for key in allowed if self._waiting[key].failed), allowed[0] if allowed else None)

    async def _read(self, ending: Ending) -> None:
        if await self._is_kept(ending):
            return
        previous = self._is_previous(ending)
        if previous is None:
            self._missed(ending, "another run has ended since")
            return
        query = LogQuery(
            ending.ref.namespace, ending.ref.name, ending.container, previous=previous,
            tail_lines=self._settings.log_lines, limit_bytes=max(self._settings.log_bytes * 4, 65_536),
        )  # fmt: skip
        try:
            async with asyncio.timeout(READ_S):
                text = await self._services.source.logs(query)
        except NotAllowed as error:
            self._refused(error)
        except NotFound as error:
            self._set("ok", "")
            self._missed(ending, error.message)
        except (ArcopsError, TimeoutError) as error:
            self._set("unreachable", str(error) or f"no answer within {READ_S:.0f} s")
            self._missed(ending, str(error))
        else:
            self._set("ok", "")
            await self._keep(ending, text, previous=previous)

    async def _keep(self, ending: Ending, text: str, *, previous: bool) -> None:
        kept = await asyncio.to_thread(lambda: tail_of_bytes(safe_text(text), self._settings.log_bytes))
        if not kept.strip():
            self.state.empty += 1
            return
        store, now_ms = self._services.store, self._clock.now_ms()
        await store.append_log(ending.ref, ending.uid, ending.container, kept, now_ms, previous=previous)
        self.state.kept += 1

    async def _is_kept(self, ending: Ending) -> bool:
        """Whether an earlier run of arcops has kept this end."""
        finished_ms = time_ms(ending.finished_at) or 0
        if finished_ms >= self._services.started_ms:
            return False
        match = LogFilter(uid=ending.uid, container=ending.container)
        return bool(await self._services.store.logs(Window(finished_ms, self._clock.now_ms()), match, 1))

    def _is_previous(self, ending: Ending) -> bool | None:
        """Whether the lines are now those of the run before; None if they are gone."""
        entry = self._services.inventory.get(ending.ref)
        pod = entry.obj if entry is not None else None
        if not isinstance(pod, Pod) or pod.metadata.uid != ending.uid:
            return ending.previous
        more = restarts_of(pod, ending.container) - ending.restarts
        if more > (0 if ending.previous else 1):
            return None
        return ending.previous or more > 0

    def _refused(self, error: NotAllowed) -> None:
        self._set("forbidden", error.message)
        self._refused_until_s = self._clock.monotonic_s() + REFUSED_S
        self.state.missed += 1 + len(self._waiting)
        self._waiting.clear()
        self.state.queued = 0

    def _missed(self, ending: Ending, why: str) -> None:
        self.state.missed += 1
        log.debug("log_excerpt_missed", pod=str(ending.ref), container=ending.container, reason=why)

    def _set(self, state: str, detail: str) -> None:
        if state != self.state.state:
            self.state.since_ms = self._clock.now_ms()
            if state != "ok":
                log.warning("log_excerpts_not_kept", state=state, reason=detail)
        self.state.state, self.state.detail = state, detail


def tail_of_bytes(text: str, most_bytes: int) -> str:
    """The end of a text, at most so many bytes of UTF-8, from the beginning of a line."""
    content = text.encode()
    if len(content) <= most_bytes:
        return text
    cut = content[-most_bytes:]
    return cut[cut.find(b"\n") + 1 :].decode("utf-8", "ignore")
