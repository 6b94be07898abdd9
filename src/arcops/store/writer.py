"""The queue between the pipeline and the disk: bounded, one thread, group commits.

``room`` returns at once while fewer than 10,000 rows and 32 MB wait, and makes the caller wait otherwise, so that the
source stops reading its socket. The thread commits as soon as 500 rows wait, a second after the first row, or when
somebody waits for it. While the disk refuses, there is always room: the sink thins out what waits instead.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Sequence
from typing import Generic, Protocol, TypeVar

MOST_ROWS = 10_000
MOST_BYTES = 32 * 1024 * 1024
GROUP_ROWS = 500
MOST_GROUP_ROWS = 2_000
GROUP_S = 1.0
RETRY_S = 1.0

Row = TypeVar("Row")


class Sink(Protocol[Row]):
    """What commits; called only from the writer's thread."""

    def open(self) -> None:
        """Called first."""

    def commit(self, rows: Sequence[Row]) -> bool:
        """Make the rows durable, all or none; False if the disk refuses at the moment. Never raises for that."""

    def thin(self, rows: list[Row]) -> list[Row]:
        """What to keep of more rows than may wait, while the disk refuses."""

    def close(self) -> None:
        """Called last."""


def size_of(row: object) -> int:
    """About how many bytes a waiting row holds."""
    revision = getattr(row, "revision", None)
    if revision is not None:
        return len(revision.body) + 300
    excerpt = getattr(row, "excerpt", None)
    return len(excerpt.text) + 500 if excerpt is not None else 500


class GroupWriter(Generic[Row]):
    """One thread that commits rows in the order in which they were put."""

    def __init__(self, sink: Sink[Row]) -> None:
        """Nothing runs before ``start``. ``has_died``: a fault of ours ended the thread; ``dropped`` counts rows since."""
        self._sink = sink
        self._rows: deque[Row] = deque()
        self._bytes = 0
        self._put = 0
        self._done = 0
        self._wanted = 0
        self._failing = False
        self._closing = False
        self._ended = False
        self.has_died = False
        self.dropped = 0
        self._opened = threading.Event()
        self._wake = threading.Condition()
        self._waiters: list[tuple[int, asyncio.AbstractEventLoop, asyncio.Future[None]]] = []
        self._thread: threading.Thread | None = None

    @property
    def queued(self) -> int:
        """Rows that wait for a commit."""
        return self._put - self._done

    def start(self) -> None:
        """Start the thread."""
        self._thread = threading.Thread(target=self._run, name="record-writer", daemon=True)
        self._thread.start()

    async def opened(self) -> None:
        """Wait until the sink was opened, well or not.

        After a crash the writer brings the log of the newest file in order. A reader that comes first may not do that, and fails.
        """
        await asyncio.to_thread(self._opened.wait)

    async def room(self) -> None:
        """Wait while the queue is full."""
        while self._is_full():
            await self._handled(self._done + 1)

    def put(self, rows: Sequence[Row]) -> None:
        """Queue rows; call ``room`` before, so that nothing is between the giving of ids and their order here."""
        with self._wake:
            if self._ended:
                self.dropped += len(rows)
                return
            first = self.queued == 0
            self._rows.extend(rows)
            self._bytes += sum(map(size_of, rows))
            self._put += len(rows)
            if first or self.queued >= GROUP_ROWS:
                self._wake.notify()

    def _is_full(self) -> bool:
        return not self._failing and not self._closing and (self.queued >= MOST_ROWS or self._bytes >= MOST_BYTES)

    async def settle(self) -> None:
        """Wait until everything put so far is committed, or the disk has refused it."""
        if self._put > self._done and not self._failing:
            await self._handled(self._put)

    async def _handled(self, mark: int) -> None:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = loop.create_future()
        with self._wake:
            if self._done >= mark or self._thread is None or not self._thread.is_alive():
                return
            self._waiters.append((mark, loop, future))
            self._wanted = max(self._wanted, mark)
            self._wake.notify()
        await future

    async def aclose(self) -> None:
        """Commit what waits, once more if the disk refused, and end the thread."""
        with self._wake:
            self._closing = True
            self._wake.notify()
        if self._thread is not None:
            await asyncio.to_thread(self._thread.join)

    def _run(self) -> None:
        try:
            self._sink.open()
        finally:
            self._opened.set()
        try:
            while self._wait():
                self._commit_some()
        finally:
            with self._wake:
                self._ended = True
                self.has_died = not self._closing or bool(self._rows)
                self.dropped += self._put - self._done if self.has_died else 0
                self._rows.clear()
                self._bytes = 0
                self._done = self._put
                self._release(self._put)
            self._sink.close()

    def _wait(self) -> bool:
        """Sleep until there is a reason to commit; False when all is done and the end is wanted."""
        with self._wake:
            if self._failing:
                self._wake.wait_for(lambda: self._closing, RETRY_S)
            while not self._closing and not self._rows:
                self._wake.wait()
            if not self._closing and not self._failing:
                self._wake.wait_for(self._is_due, GROUP_S)
            return bool(self._rows)

    def _is_due(self) -> bool:
        return self._closing or self.queued >= GROUP_ROWS or self._wanted > self._done

    def _commit_some(self) -> None:
        with self._wake:
            rows = [self._rows.popleft() for _ in range(min(len(self._rows), MOST_GROUP_ROWS))]
        done = self._sink.commit(rows)
        with self._wake:
            self._failing = not done
            if done:
                self._done += len(rows)
                self._bytes -= sum(map(size_of, rows))
                self._release(self._done)
                return
            self._rows.extendleft(reversed(rows))
            if self._closing:
                self._rows.clear()
            elif len(self._rows) >= MOST_ROWS or self._bytes >= MOST_BYTES:
                self._thin()
            self._release(self._put)

    def _thin(self) -> None:
        kept = self._sink.thin(list(self._rows))
        self._done += len(self._rows) - len(kept)
        self._rows = deque(kept)
        self._bytes = sum(map(size_of, kept))

    def _release(self, mark: int) -> None:
        """Wake those who wait for rows up to ``mark``; the lock is held."""
        ready = [waiter for waiter in self._waiters if waiter[0] <= mark]
        self._waiters = [waiter for waiter in self._waiters if waiter[0] > mark]
        for _, loop, future in ready:
            if not loop.is_closed():
                loop.call_soon_threadsafe(_finish, future)


def _finish(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)
