"""Loading and fetching models takes minutes: it runs beside everything else, one at a time, and can be watched and cancelled."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import msgspec

from arcops.base.clock import Clock, rfc3339
from arcops.base.errors import Busy
from arcops.base.tasks import TaskGroup
from arcops.chat.backends.base import Backend, ModelFailure, Progress


class Job(msgspec.Struct, frozen=True, gc=False):
    """The last load or download: ``state`` is ``running``, ``done``, ``failed`` or ``cancelled``; ``percent`` None where nobody says."""

    what: str
    model: str
    state: str
    text: str
    percent: float | None
    since: str


class ModelJobs:
    """At most one load or download at a time; the last one's end is remembered."""

    def __init__(self, backend: Backend, clock: Clock) -> None:
        """Nothing runs yet."""
        self.last: Job | None = None
        self._backend = backend
        self._clock = clock
        self._tasks = TaskGroup(clock)
        self._running: asyncio.Task[None] | None = None

    def load(self, model: str) -> Job:
        """Begin to load a model. Raises ``Busy`` while another job runs."""
        return self._begin("load", model, self._backend.load)

    def download(self, model: str) -> Job:
        """Begin to fetch a model. Raises ``Busy`` while another job runs."""
        return self._begin("download", model, self._backend.download)

    async def cancel(self) -> Job | None:
        """Stop the job that runs, if one does; the last job."""
        if self._running is not None and not self._running.done():
            self._running.cancel()
            await asyncio.wait([self._running])
            self._end("cancelled", "Cancelled.")
        return self.last

    async def aclose(self) -> None:
        """Stop what runs."""
        await self._tasks.aclose()

    def _begin(self, what: str, model: str, work: Callable[[str], AsyncIterator[Progress]]) -> Job:
        if self._running is not None and not self._running.done():
            raise Busy(what="The model", retry_s=5)
        job = self.last = Job(what, model, "running", "Begun.", None, rfc3339(self._clock.now_ms()))
        self._running = self._tasks.spawn(f"model_{what}", self._run(work(model)))
        return job

    async def _run(self, steps: AsyncIterator[Progress]) -> None:
        try:
            async for step in steps:
                if self.last is not None:
                    self.last = msgspec.structs.replace(self.last, text=step.text, percent=step.percent)
        except ModelFailure as failure:
            self._end("failed", failure.message)
        else:
            self._end("done", self.last.text if self.last is not None else "")

    def _end(self, state: str, text: str) -> None:
        if self.last is not None:
            self.last = msgspec.structs.replace(self.last, state=state, text=text)
