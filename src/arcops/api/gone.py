"""Stops the work for a reader who has gone away."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from starlette.requests import Request

from arcops.base.tasks import TaskGroup

T = TypeVar("T")


async def while_there(request: Request, work: Awaitable[T]) -> T | None:
    """What ``work`` gives; None if the caller closed the connection before, and then it was cancelled. Read the body first."""
    reader = asyncio.current_task()
    has_gone = False

    async def watch() -> None:
        nonlocal has_gone
        while (await request.receive())["type"] != "http.disconnect":
            pass
        has_gone = True
        if reader is not None:
            reader.cancel()

    try:
        async with TaskGroup() as tasks:
            tasks.spawn("watch_reader", watch())
            return await work
    except asyncio.CancelledError:
        if not has_gone or reader is None or reader.uncancel():
            raise
        return None
