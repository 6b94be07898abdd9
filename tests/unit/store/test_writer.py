"""The queue before the disk: order, back-pressure, refusal."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import anyio
import pytest

from arcops.store.writer import MOST_ROWS, GroupWriter

pytestmark = pytest.mark.anyio


class SlowDisk:
    """A sink that commits only while its gate is open, and refuses while told to."""

    def __init__(self) -> None:
        self.rows: list[int] = []
        self.gate = threading.Event()
        self.gate.set()
        self.refuses = False
        self.closed = False
        self.tried = threading.Event()

    def open(self) -> None:
        """Nothing to open."""

    def commit(self, rows: Sequence[int]) -> bool:
        """Take the rows, unless told to refuse."""
        self.gate.wait(20)
        self.tried.set()
        if self.refuses:
            return False
        self.rows += rows
        return True

    def thin(self, rows: list[int]) -> list[int]:
        """Every tenth is enough."""
        return [row for row in rows if row % 10 == 0]

    def close(self) -> None:
        """Remember it."""
        self.closed = True


async def test_rows_are_committed_in_order_and_a_settled_row_is_committed() -> None:
    disk = SlowDisk()
    writer: GroupWriter[int] = GroupWriter(disk)
    writer.start()
    for row in range(0, 3000, 10):
        await writer.room()
        writer.put(range(row, row + 10))
    await writer.settle()
    assert disk.rows == list(range(3000))
    assert writer.queued == 0
    await writer.aclose()
    assert disk.closed


async def test_a_full_queue_makes_the_caller_wait_until_there_is_room() -> None:
    disk = SlowDisk()
    writer: GroupWriter[int] = GroupWriter(disk)
    writer.start()
    disk.gate.clear()
    writer.put(range(MOST_ROWS))
    with anyio.move_on_after(0.05) as waited:
        await writer.room()
    assert waited.cancelled_caught
    disk.gate.set()
    with anyio.fail_after(20):
        await writer.room()
    await writer.aclose()
    assert disk.rows == list(range(MOST_ROWS))


async def test_while_the_disk_refuses_nobody_waits_and_the_queue_stays_bounded() -> None:
    disk = SlowDisk()
    disk.refuses = True
    writer: GroupWriter[int] = GroupWriter(disk)
    writer.start()
    writer.put(range(10))
    await writer.settle()
    for start in range(10, 5 * MOST_ROWS, 1000):
        with anyio.fail_after(5):
            await writer.room()
        writer.put(range(start, start + 1000))
    await tries_again(disk)
    await tries_again(disk)
    assert writer.queued < 2 * MOST_ROWS
    disk.refuses = False
    await tries_again(disk)
    await writer.aclose()
    assert disk.rows[:2] == [0, 10]
    assert disk.rows == sorted(set(disk.rows))
    assert disk.rows[-1] >= 5 * MOST_ROWS - 11


async def tries_again(disk: SlowDisk) -> None:
    """Wait until the writer has gone to the disk once more."""
    disk.tried.clear()
    assert await anyio.to_thread.run_sync(disk.tried.wait, 20)


async def test_closing_commits_what_waits_and_does_not_hang_on_a_refusing_disk() -> None:
    for refuses in (False, True):
        disk = SlowDisk()
        disk.refuses = refuses
        writer: GroupWriter[int] = GroupWriter(disk)
        writer.start()
        writer.put([1, 2, 3])
        with anyio.fail_after(5):
            await writer.aclose()
        assert disk.rows == ([] if refuses else [1, 2, 3])
        with anyio.fail_after(5):
            await writer.settle()


class BrokenSink(SlowDisk):
    """A sink with a fault of ours in it."""

    def commit(self, rows: Sequence[int]) -> bool:
        """Fail in a way nobody foresaw."""
        raise RuntimeError(len(rows))


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
async def test_a_fault_in_the_writer_stops_the_record_and_nothing_else() -> None:
    writer: GroupWriter[int] = GroupWriter(BrokenSink())
    writer.start()
    writer.put(range(10))
    with anyio.fail_after(5):
        await writer.settle()
        writer.put(range(2 * MOST_ROWS))
        await writer.room()
        await writer.settle()
        await writer.aclose()
    assert writer.has_died
    assert writer.dropped == 10 + 2 * MOST_ROWS
    assert writer.queued == 0


async def test_whoever_waits_for_the_opening_comes_after_it() -> None:
    order: list[str] = []

    class SlowToOpen(SlowDisk):
        """Brings a log in order first."""

        def open(self) -> None:
            """Wait for the gate."""
            self.gate.wait(20)
            order.append("opened")

    disk = SlowToOpen()
    disk.gate.clear()
    writer: GroupWriter[int] = GroupWriter(disk)
    writer.start()
    async with anyio.create_task_group() as tasks:

        async def read() -> None:
            await writer.opened()
            order.append("read")

        tasks.start_soon(read)
        await anyio.wait_all_tasks_blocked()
        assert order == []
        disk.gate.set()
    assert order == ["opened", "read"]
    await writer.aclose()
