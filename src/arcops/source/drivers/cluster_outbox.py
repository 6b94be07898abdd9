"""What was seen and not yet taken: bounded in bytes, so that a slow consumer slows the sockets and nothing is lost."""

from __future__ import annotations

import asyncio
from collections import deque

from arcops.source.base import Listed, Observed, Replaced, SourceEvent

_EVENT_BYTES = 256
"""What an event without a body is reckoned to weigh."""


class Outbox:
    """A queue of source events from many writers to one reader.

    Policy when full (``cap_bytes`` of bodies wait): the writer waits, its socket is not read, TCP slows the server.
    Nothing is merged, nothing dropped. A complete list larger than the bound passes when nothing else waits.
    """

    def __init__(self, cap_bytes: int) -> None:
        """Hold at most ``cap_bytes``."""
        self._cap = cap_bytes
        self._events: deque[tuple[SourceEvent, int]] = deque()
        self._bytes = 0
        self._arrived = asyncio.Event()
        self._room = asyncio.Event()
        self._closed = False

    @property
    def waiting_bytes(self) -> int:
        """Bytes of bodies that wait for the consumer."""
        return self._bytes

    async def put(self, event: SourceEvent) -> None:
        """Hand over an event; waits while the box is full."""
        size = weight(event)
        while self._events and self._bytes + size > self._cap and not self._closed:
            self._room.clear()
            await self._room.wait()
        self._push(event, size)

    def put_now(self, event: SourceEvent) -> None:
        """Hand over one of the rare events that have no body, whatever waits."""
        self._push(event, weight(event))

    async def get(self) -> SourceEvent | None:
        """The next event; None once the box is closed."""
        while not self._events and not self._closed:
            self._arrived.clear()
            await self._arrived.wait()
        if self._closed:
            return None
        event, size = self._events.popleft()
        self._bytes -= size
        self._room.set()
        return event

    def _push(self, event: SourceEvent, size: int) -> None:
        if not self._closed:
            self._events.append((event, size))
            self._bytes += size
            self._arrived.set()

    def close(self) -> None:
        """Let the reader and every writer go on; what waits is thrown away."""
        self._closed = True
        self._events.clear()
        self._bytes = 0
        self._arrived.set()
        self._room.set()


def weight(event: SourceEvent) -> int:
    """Bytes an event is reckoned to hold."""
    if isinstance(event, Observed | Listed | Replaced):
        return sum(len(seen.raw) + _EVENT_BYTES for seen in event.observations)
    return _EVENT_BYTES
