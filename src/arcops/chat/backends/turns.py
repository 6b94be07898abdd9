"""Whose turn it is: a model answers one request at a time, the next ones wait in a bounded queue that can be seen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager

from arcops.chat.backends.base import FailureKind, ModelFailure
from arcops.queries.services import ModelKeeping


class Turns:
    """At most ``at_once`` requests run and ``most_waiting`` wait, first come first served; more are sent away as busy."""

    def __init__(self, keeping: ModelKeeping, at_once: int, most_waiting: int, patience_s: float) -> None:
        """``patience_s`` is how long one may wait before it is sent away too."""
        self._keeping = keeping
        self._free = asyncio.Semaphore(at_once)
        self._most_waiting = most_waiting
        self._patience_s = patience_s
        self._spare: asyncio.Task[object] | None = None

    @asynccontextmanager
    async def take(self) -> AsyncIterator[None]:
        """Wait for a turn and hold it. Work done in spare time gives way at once. Raises ``ModelFailure`` (busy)."""
        most = self._most_waiting
        if self._spare is not None:
            self._spare.cancel()
            most += 1  # its place is all but free
        if self._free.locked() and self._keeping.waiting >= most:
            raise ModelFailure(kind=FailureKind.BUSY, why=f"{self._keeping.waiting} questions wait for the model already")
        self._keeping.waiting += 1
        try:
            async with asyncio.timeout(self._patience_s):
                await self._free.acquire()
        except TimeoutError:
            raise ModelFailure(kind=FailureKind.BUSY, why=f"the model was busy for {self._patience_s:g} s") from None
        finally:
            self._keeping.waiting -= 1
        try:
            yield
        finally:
            self._free.release()

    async def in_spare_time(self, work: Awaitable[None]) -> bool:
        """Do ``work`` while nobody wants the model; False if somebody came and it was stopped."""
        async with self.take():
            task = asyncio.ensure_future(work)
            self._spare = task
            try:
                await asyncio.wait([task])
            finally:
                self._spare = None
                task.cancel()
            if task.cancelled():
                return False
            task.result()
            return True
