"""A small cluster out of a case file, taken in by the real pipeline, for tests of everything above the inventory."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import httpx2

from arcops.api.app import create_app
from arcops.api.settings import ApiSettings
from arcops.base.bus import Bus
from arcops.inventory.index import Inventory
from arcops.queries.services import Services
from arcops.runtime.pipeline import Pipeline
from arcops.runtime.ticker import Ticker
from arcops.source.cases import Picture
from arcops.source.drivers.files import FilesSource
from arcops.source.texts import read_picture
from arcops.store.engines.memory import MemoryStore
from arcops.testing.clock import FakeClock

CASE = Path(__file__).parent / "small_cluster.yaml"
PRESENT_MS = 1_795_523_400_000
"""2026-11-24T12:30:00Z, the last observation of the case."""


@dataclass(frozen=True)
class World:
    """A cluster that was observed to its present."""

    services: Services
    source: FilesSource
    store: MemoryStore
    inventory: Inventory
    clock: FakeClock


async def small_cluster(steps: int | None = None) -> World:
    """The cluster of ``small_cluster.yaml`` at 12:30, with one snapshot taken then; or after only so many ``steps``."""
    picture = deepcopy(_picture())
    if steps is not None:
        del picture.steps[steps + 1 :]
    source = FilesSource(picture)
    clock = FakeClock(source.present_ms)
    inventory, store = Inventory(), MemoryStore(clock)
    await store.start()
    await Pipeline(source, store, inventory, Bus(lambda _older, newer: newer)).run()
    services = Services(source, inventory, store, clock, PRESENT_MS - 3_600_000)
    await Ticker(services).tick()
    return World(services, source, store, inventory, clock)


@cache
def _picture() -> Picture:
    return read_picture([CASE], PRESENT_MS, strict=True)


@asynccontextmanager
async def client_of(world: World, settings: ApiSettings | None = None, host: str = "localhost") -> AsyncIterator[httpx2.AsyncClient]:
    """An HTTP client whose requests go straight into the app; nothing touches a network."""
    transport = httpx2.ASGITransport(create_app(world.services, settings))
    async with httpx2.AsyncClient(transport=transport, base_url=f"http://{host}:8000") as client:
        yield client
