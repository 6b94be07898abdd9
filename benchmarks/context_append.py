"""How long the context buffer's tick keeps the event loop: one snapshot into the record on disk."""

from __future__ import annotations

import asyncio
import tempfile
import time
from pathlib import Path

from arcops.base.clock import SystemClock
from arcops.store.engines.sqlite import SqliteStore

TICKS = 500


def context_append() -> float:
    """The 99th percentile in milliseconds."""
    return asyncio.run(_append())


async def _append() -> float:
    clock = SystemClock()
    with tempfile.TemporaryDirectory() as folder:
        store = SqliteStore(Path(folder) / "record", clock)
        await store.start()
        took: list[float] = []
        for tick in range(TICKS):
            counts = {"pods": 9, "pods.Running": 9, "nodes": 3, "objects": 120 + tick}
            began = time.perf_counter()
            await store.add_snapshot(clock.now_ms(), counts)
            took.append(time.perf_counter() - began)
        await store.aclose()
    return 1000 * sorted(took)[int(0.99 * TICKS)]
