"""A process that writes a record on a watched disk: ``python -m tests.contract.disk_child FOLDER OUT TURNS FULL_SEED``.

With a seed of 0 the disk takes everything; with another it is full at random writes, for a while. What was done below
SQLite, with ``committed N`` in between, goes to ``OUT`` as msgpack.
"""

from __future__ import annotations

import asyncio
import random
import sys
from pathlib import Path

import msgspec

from arcops.store.engines.sqlite import SqliteStore
from arcops.store.retention import Retention
from tests.contract.record_child import observation, time_of
from tests.contract.recording_vfs import RecordingVfs
from tests.observations import POD, ManualClock

BATCH = 8


class FullAtTimes:
    """Refuses a write now and then, and the next few with it."""

    def __init__(self, seed: int) -> None:
        self._rng = random.Random(seed)
        self._left = 0
        self.is_over = not seed

    def __call__(self) -> bool:
        if self.is_over:
            return False
        if self._left:
            self._left -= 1
            return True
        if self._rng.random() < 0.015:
            self._left = self._rng.randrange(2)
            return True
        return False


async def write(folder: Path, vfs: RecordingVfs, full: FullAtTimes, turns: int) -> None:
    """Append, committing each batch; at the end the disk takes everything again."""
    clock = ManualClock(time_of(0))
    store = SqliteStore(folder, clock, Retention(max_age_ms=10**12, max_bytes=10**12))
    await store.start()
    for turn in range(0, turns, BATCH):
        last = turn + BATCH - 1
        clock.ms = time_of(last)
        await store.append([observation(n) for n in range(turn, last + 1)], {POD: str(last)})
        await store.flush()
        if turn % 5 == 0:
            await all_written(store)
        if not (await store.stats()).queued:
            vfs.say(f"committed {last}")
    full.is_over = True
    await all_written(store)
    await store.aclose()


async def all_written(store: SqliteStore) -> None:
    """Wait for a disk that refused to take everything."""
    while (await store.stats()).queued:  # noqa: ASYNC110 - the writer's thread tries again each second
        await asyncio.sleep(0.05)


def main() -> None:
    """Write, then tell what was done."""
    folder, out, turns, seed = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    full = FullAtTimes(seed)
    vfs = RecordingVfs(full)
    vfs.register()
    asyncio.run(write(folder, vfs, full, turns))
    out.write_bytes(msgspec.msgpack.encode(vfs.deeds))


if __name__ == "__main__":
    main()
