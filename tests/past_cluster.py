"""An hour of a small shop out of a case file, taken in by the real pipeline, with a gap in it: for questions about the past."""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from pathlib import Path

from arcops.base.bus import Bus
from arcops.inventory.index import Inventory
from arcops.queries.services import Services
from arcops.runtime.pipeline import Pipeline
from arcops.source.cases import Picture
from arcops.source.drivers.files import FilesSource
from arcops.source.texts import read_picture
from arcops.store.base import Gap
from arcops.store.engines.memory import MemoryStore
from arcops.testing.clock import FakeClock
from tests.small_cluster import World

CASE = Path(__file__).parent / "data" / "past_cluster.yaml"
BEGIN_MS = 1_795_521_600_000
"""2026-11-24T12:00:00Z."""
MINUTE_MS = 60_000
GAP = Gap(None, BEGIN_MS + 32 * MINUTE_MS, BEGIN_MS + 36 * MINUTE_MS, "the API server refused connections")


def at(minute: float) -> str:
    """The text of a moment: so many minutes past twelve."""
    whole, rest = divmod(round(minute * 60), 60)
    return f"2026-11-24T{12 + whole // 60}:{whole % 60:02}:{rest:02}Z"


async def past_cluster() -> World:
    """The hour, told at 13:00; nothing was seen from 12:32 to 12:36."""
    source = FilesSource(deepcopy(_picture()))
    clock = FakeClock(source.present_ms)
    inventory, store = Inventory(), MemoryStore(clock)
    await store.start()
    await Pipeline(source, store, inventory, Bus(lambda _older, newer: newer)).run()
    await store.add_gap(GAP)
    return World(Services(source, inventory, store, clock, BEGIN_MS), source, store, inventory, clock)


@cache
def _picture() -> Picture:
    return read_picture([CASE], BEGIN_MS + 60 * MINUTE_MS, strict=True)
