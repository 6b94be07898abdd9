"""Supervised tasks: named, awaited at the end, restarted with back-off if asked. The only broad except of arcops."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from types import TracebackType
from typing import Self, TypeVar

import structlog

from arcops.base.backoff import Backoff
from arcops.base.clock import Clock, SystemClock

T = TypeVar("T")

log = structlog.get_logger(__name__)


class TaskGroup:
    """Runs background tasks and ends them all, in reverse order of start, when it is left.

    Unlike ``asyncio.TaskGroup`` one task's failure does not end the others: it is logged once and, for tasks started
    with ``supervise``, tried again.
    """

    def __init__(self, clock: Clock | None = None) -> None:
        """Use ``clock`` for the pauses between restarts; the system's if none is given."""
        self._clock = clock or SystemClock()
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.aclose()

    def spawn(self, name: str, work: Awaitable[None]) -> asyncio.Task[None]:
        """Run ``work`` once under ``name``; a failure is logged and ends only this task."""
        task = asyncio.ensure_future(_logged(name, work))
        task.set_name(name)
        self._tasks.append(task)
        task.add_done_callback(self._forget)
        if isinstance(work, Coroutine):
            # A task that is cancelled before its first step never reaches ``work``, which then complains on its way out.
            task.add_done_callback(lambda _: work.close())
        return task

    def supervise(self, name: str, work: Callable[[], Awaitable[None]]) -> asyncio.Task[None]:
        """Run ``work`` again, with back-off, whenever it fails; end when it returns."""
        return self.spawn(name, self._again(name, work))

    async def _again(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        backoff = Backoff(first_s=0.5, most_s=30.0)
        while True:
            started = self._clock.monotonic_s()
            if await _succeeded(name, work()):
                return
            if self._clock.monotonic_s() - started > backoff.calm_s:
                backoff.reset()
            await self._clock.sleep(backoff.next_s())

    def _forget(self, task: asyncio.Task[None]) -> None:
        if task in self._tasks:
            self._tasks.remove(task)

    @property
    def names(self) -> list[str]:
        """Names of the tasks that run now, oldest first."""
        return [task.get_name() for task in self._tasks]

    async def aclose(self) -> None:
        """Cancel what still runs, newest first, and wait for each to end."""
        for task in reversed(list(self._tasks)):
            task.cancel()
            await asyncio.wait([task])


def attempt(work: Callable[[], T]) -> T | Exception:
    """What a piece of work gives, or the exception it raised: for work of which a fault must not end all the rest."""
    try:
        return work()
    except Exception as error:  # noqa: BLE001 - handed to whoever asked, who tells of it
        return error


async def _logged(name: str, work: Awaitable[None]) -> None:
    await _succeeded(name, work)


async def _succeeded(name: str, work: Awaitable[None]) -> bool:
    try:
        await work
    except asyncio.CancelledError:
        raise
    except Exception:
        log.exception("task_failed", task=name)
        return False
    return True
