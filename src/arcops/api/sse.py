"""Server-sent events, written by hand: names, one line of JSON each, and a heartbeat while nothing happens.

When the reader goes away the stream is closed at once, so that whatever fills it (a model) stops.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Any

from starlette.responses import StreamingResponse

from arcops.api.encode import encode
from arcops.base.tasks import TaskGroup

MEDIA_TYPE = "text/event-stream"
HEARTBEAT_S = 10.0
"""Proxies close what is silent for longer; the first token of a large model may take two minutes."""
_MOST_WAITING = 64
_HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}
Named = tuple[str, Any]
"""An event's name and what it tells."""


class EventStream(StreamingResponse):
    """A response of server-sent events."""

    media_type = MEDIA_TYPE


async def event_stream(events: AsyncGenerator[Named, None], heartbeat_s: float = HEARTBEAT_S) -> EventStream:
    """A response of events. What the first one raises is raised here, while it can still become an answer with a status."""
    try:
        first = await anext(events)
    except BaseException:
        await events.aclose()
        raise
    return EventStream(_written(first, events, heartbeat_s), 200, _HEADERS)


async def _written(first: Named, events: AsyncGenerator[Named, None], heartbeat_s: float) -> AsyncIterator[bytes]:
    waiting: asyncio.Queue[Named | None] = asyncio.Queue(_MOST_WAITING)

    async def pump() -> None:
        try:
            async with aclosing(events):
                await waiting.put(first)
                async for event in events:
                    await waiting.put(event)
        finally:
            await waiting.put(None)

    async with TaskGroup() as tasks:
        tasks.spawn("event_stream", pump())
        while True:
            try:
                async with asyncio.timeout(heartbeat_s):
                    event = await waiting.get()
            except TimeoutError:
                yield b": still at work\n\n"
                continue
            if event is None:
                return
            yield frame(*event)


def frame(name: str, told: Any) -> bytes:
    """One event. JSON of msgspec holds no line break."""
    return b"event: " + name.encode() + b"\ndata: " + encode(told) + b"\n\n"
