"""Time as an argument: whoever needs to know the time or to wait is handed a Clock, so that tests own both."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What time it is, and how to wait."""

    def now_ms(self) -> int:
        """Wall time as Unix milliseconds. May step; never use it to measure a wait."""

    def monotonic_s(self) -> float:
        """Seconds that only go forward, from an arbitrary start."""

    async def sleep(self, seconds: float) -> None:
        """Wait that many seconds of monotonic time."""


class SystemClock:
    """The machine's own clocks."""

    def now_ms(self) -> int:
        """Unix milliseconds."""
        return time.time_ns() // 1_000_000

    def monotonic_s(self) -> float:
        """Seconds of the monotonic clock."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait in the running event loop."""
        await asyncio.sleep(seconds)


def to_datetime(ms: int) -> datetime:
    """Unix milliseconds as an aware UTC datetime."""
    return datetime.fromtimestamp(ms / 1000, UTC)


def to_ms(moment: datetime) -> int:
    """An aware datetime as Unix milliseconds."""
    return round(moment.timestamp() * 1000)


def rfc3339(ms: int) -> str:
    """Unix milliseconds as RFC 3339 in UTC, with milliseconds only where there are any: ``2026-11-24T14:00:00Z``."""
    moment = to_datetime(ms)
    text = moment.strftime("%Y-%m-%dT%H:%M:%S")
    return f"{text}.{ms % 1000:03d}Z" if ms % 1000 else f"{text}Z"
