"""Supervised tasks: one failure ends nobody else, work that fails is tried again with growing pauses."""

from __future__ import annotations

import asyncio

import pytest
import structlog
from structlog.testing import capture_logs

from arcops.base.tasks import TaskGroup
from arcops.testing.clock import FakeClock

pytestmark = pytest.mark.anyio


async def test_a_failing_task_is_logged_once_and_ends_nobody_else() -> None:
    done: list[str] = []

    async def fail() -> None:
        raise ValueError("broken")

    async def go_on() -> None:
        await asyncio.sleep(0)
        done.append("went on")

    structlog.reset_defaults()
    with capture_logs() as lines:
        async with TaskGroup(FakeClock()) as group:
            failing, going = group.spawn("fails", fail()), group.spawn("goes on", go_on())
            await asyncio.wait([failing, going])
    assert done == ["went on"]
    assert [line["task"] for line in lines] == ["fails"]


async def test_supervised_work_is_tried_again_with_pauses_until_it_returns() -> None:
    clock = FakeClock()
    tries: list[float] = []

    async def third_time_lucky() -> None:
        tries.append(clock.monotonic_s())
        if len(tries) < 3:
            raise ValueError("not yet")

    with capture_logs():
        async with TaskGroup(clock) as group:
            task = group.supervise("lucky", third_time_lucky)
            await clock.advance(60)
            await asyncio.wait([task])
    assert len(tries) == 3
    assert 0.25 <= tries[1] - tries[0] <= 0.5
    assert 0.5 <= tries[2] - tries[1] <= 1.0


async def test_leaving_the_group_ends_what_still_runs() -> None:
    ended: list[str] = []

    async def forever(name: str) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(name)

    async with TaskGroup(FakeClock()) as group:
        group.spawn("first", forever("first"))
        group.spawn("second", forever("second"))
        await asyncio.sleep(0)
        assert group.names == ["first", "second"]
    assert ended == ["second", "first"]
    assert group.names == []
