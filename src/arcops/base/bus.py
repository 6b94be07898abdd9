"""Bounded broadcast: one speaker, many listeners, and no listener can slow the speaker down."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Subscription(Generic[T]):
    """One listener's queue. When it is full the newest two messages are merged into one, and that is counted."""

    def __init__(self, size: int, merge: Callable[[T, T], T], leave: Callable[[Subscription[T]], None]) -> None:
        self._size = size
        self._merge = merge
        self._leave = leave
        self._queue: deque[T] = deque()
        self._ready = asyncio.Event()
        self._closed = False
        self.merged = 0

    def offer(self, message: T) -> None:
        """Take a message; never waits."""
        if len(self._queue) >= self._size:
            self._queue.append(self._merge(self._queue.pop(), message))
            self.merged += 1
        else:
            self._queue.append(message)
        self._ready.set()

    async def __aiter__(self) -> AsyncIterator[T]:
        try:
            while True:
                while self._queue:
                    yield self._queue.popleft()
                if self._closed:
                    return
                self._ready.clear()
                await self._ready.wait()
        finally:
            self.close()

    def close(self) -> None:
        """Stop listening; what is queued may still be read."""
        self._closed = True
        self._ready.set()
        self._leave(self)


class Bus(Generic[T]):
    """Hands every message to every listener."""

    def __init__(self, merge: Callable[[T, T], T]) -> None:
        """``merge(older, newer)`` gives one message that stands for both; used for listeners that fall behind."""
        self._merge = merge
        self._listeners: list[Subscription[T]] = []

    def subscribe(self, size: int = 256) -> Subscription[T]:
        """A new listener that hears everything published from now on."""
        listener = Subscription(size, self._merge, self._forget)
        self._listeners.append(listener)
        return listener

    def publish(self, message: T) -> None:
        """Tell every listener; never waits."""
        for listener in self._listeners:
            listener.offer(message)

    def _forget(self, listener: Subscription[T]) -> None:
        if listener in self._listeners:
            self._listeners.remove(listener)

    @property
    def listeners(self) -> int:
        """How many listen now."""
        return len(self._listeners)

    def close(self) -> None:
        """End every listener's iteration."""
        for listener in list(self._listeners):
            listener.close()
