"""A clock that a test turns by hand."""

from __future__ import annotations

import asyncio
import heapq
from itertools import count

START_MS = 1_795_500_000_000
"""2026-11-24T06:40:00Z."""


class FakeClock:
    """Time stands still until ``advance``; sleepers wake in the order of their time, one after another."""

    def __init__(self, now_ms: int = START_MS) -> None:
        """Start at ``now_ms``; the monotonic clock starts at zero."""
        self._start_ms = now_ms
        self._elapsed_s = 0.0
        self._skew_ms = 0
        self._order = count()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []

    def now_ms(self) -> int:
        """Wall time, as far as it was turned."""
        return self._start_ms + self._skew_ms + round(self._elapsed_s * 1000)

    def monotonic_s(self) -> float:
        """Seconds turned so far."""
        return self._elapsed_s

    def step_wall(self, seconds: float) -> None:
        """Step the wall clock alone, as an administrator or NTP does."""
        self._skew_ms += round(seconds * 1000)

    async def sleep(self, seconds: float) -> None:
        """Wait until the clock was turned that far."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._elapsed_s + seconds, next(self._order), woken))
        await woken

    async def advance(self, seconds: float) -> None:
        """Turn the clock on; everybody whose time comes is woken at that very time and runs before the next."""
        end = self._elapsed_s + seconds
        await _let_others_run()
        while self._sleepers and self._sleepers[0][0] <= end:
            self._elapsed_s, _, woken = heapq.heappop(self._sleepers)
            if not woken.done():
                woken.set_result(None)
            await _let_others_run()
        self._elapsed_s = end

    @property
    def sleepers(self) -> int:
        """How many wait."""
        return sum(not woken.done() for _, _, woken in self._sleepers)


async def _let_others_run() -> None:
    for _ in range(10):
        await asyncio.sleep(0)
