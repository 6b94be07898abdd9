"""Log excerpts for a diagnosis that goes on: few, small, of containers in trouble, each run of a container once.

The policy: a container that is ready and did not end of late is never asked for its lines. Of the others the last
``TAIL_LINES`` lines are read, at most ``MOST_BYTES``, four at a time, while at most ``MOST_WAITING`` wait (further ones are left out
until their pod changes again). What a run that is over wrote is read once; what a run writes now at most every
``AGAIN_MS``. Credentials are masked before anything looks at the lines.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple, cast

from arcops.base.errors import ArcopsError
from arcops.base.guard import safe_text
from arcops.findings.past import Asked, Wish
from arcops.kube.objects.pod import ContainerStateTerminated, ContainerStatus, Pod
from arcops.queries.services import Services
from arcops.source.base import LogQuery

TAIL_LINES = 200
MOST_BYTES = 64 * 1024
MOST_WAITING = 500
MOST_KEPT = 500
"""Excerpts kept, the least used go first: 32 MB at the very most, 2 MB as a rule."""
AGAIN_MS = 30_000
READERS = 4


class Run(NamedTuple):
    """One run of a container: the lines of one that is over never change."""

    uid: str
    container: str
    number: int
    is_over: bool


class Excerpt(NamedTuple):
    """What a run wrote, and when it was read."""

    text: str
    read_ms: int


class Excerpts:
    """The excerpts of one cluster. ``order`` what rules wish for; ``take`` what has come; ``read`` is a worker's life."""

    def __init__(self, services: Services, on_arrival: Callable[[], None]) -> None:
        """``on_arrival`` is called when there is something to take."""
        self._services = services
        self._on_arrival = on_arrival
        self._kept: OrderedDict[Run, Excerpt] = OrderedDict()
        self._waiting: OrderedDict[Wish, None] = OrderedDict()
        self._more = asyncio.Event()
        self._came: list[tuple[Wish, str]] = []
        self.reads = 0
        self.left_out = 0

    def order(self, wish: Wish) -> str | None:
        """The lines, if they are here or not to be had; None when they will come."""
        run = self._run_of(wish)
        if run is None:
            return ""
        kept = self._kept.get(run)
        if kept is not None:
            self._kept.move_to_end(run)
            if run.is_over or self._services.clock.now_ms() - kept.read_ms < AGAIN_MS:
                return kept.text
        if wish not in self._waiting:
            if len(self._waiting) >= MOST_WAITING:
                self.left_out += 1
                return kept.text if kept else ""
            self._waiting[wish] = None
            self._more.set()
        return None

    def take(self) -> list[tuple[Wish, str]]:
        """What has come since the last call."""
        came, self._came = self._came, []
        return came

    async def read(self) -> None:
        """Read what is ordered, one after another, until cancelled. Run ``READERS`` of these."""
        while True:
            while not self._waiting:
                self._more.clear()
                await self._more.wait()
            wish, _ = self._waiting.popitem(last=False)
            text = await self._lines(wish)
            run = self._run_of(wish)
            if run is not None:
                self._keep(run, text)
            self._came.append((wish, text))
            self._on_arrival()

    def _keep(self, run: Run, text: str) -> None:
        self._kept[run] = Excerpt(text, self._services.clock.now_ms())
        self._kept.move_to_end(run)
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)

    async def _lines(self, wish: Wish) -> str:
        previous = wish.asked is Asked.PREVIOUS_LOG
        query = LogQuery(
            wish.ref.namespace, wish.ref.name, wish.detail, previous=previous, tail_lines=TAIL_LINES, limit_bytes=MOST_BYTES
        )  # fmt: skip
        self.reads += 1
        try:
            text = await self._services.source.logs(query)
        except ArcopsError:
            return ""
        return await asyncio.to_thread(safe_text, text) if len(text) > MOST_BYTES // 16 else safe_text(text)

    def _run_of(self, wish: Wish) -> Run | None:
        """Which run a wish is about; None if the policy does not read it."""
        entry = self._services.inventory.get(wish.ref)
        pod = cast("Pod", entry.obj) if entry is not None else None
        status = _status(pod, wish.detail) if pod is not None else None
        if pod is None or status is None or not is_in_trouble(status):
            return None
        number = status.restart_count
        if wish.asked is Asked.PREVIOUS_LOG:
            return Run(pod.metadata.uid, wish.detail, number - 1, is_over=True) if number else None
        return Run(pod.metadata.uid, wish.detail, number, is_over=_ended(status) is not None)


def is_in_trouble(status: ContainerStatus) -> bool:
    """Whether a container's lines may tell something: it is not ready, or has ended badly before."""
    ended = _ended(status)
    if ended is not None:
        return ended.exit_code != 0
    if status.restart_count:
        return True
    return not status.ready and status.state is not None and status.state.running is not None


def _ended(status: ContainerStatus) -> ContainerStateTerminated | None:
    return status.state.terminated if status.state else None


def _status(pod: Pod, container: str) -> ContainerStatus | None:
    """How a container is doing; without a name that of the only one."""
    found = pod.status
    if found is None:
        return None
    every = (*(found.init_container_statuses or ()), *(found.container_statuses or ()))
    named = [status for status in every if status.name == container] if container else list(found.container_statuses or ())
    return named[0] if named else None
