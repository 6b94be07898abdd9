"""The small cluster, for the queries."""

from __future__ import annotations

import pytest

from arcops.queries.services import Services
from tests.small_cluster import World, small_cluster


@pytest.fixture
async def world(anyio_backend: str) -> World:
    return await small_cluster()


@pytest.fixture
def services(world: World) -> Services:
    return world.services


@pytest.fixture
async def well(anyio_backend: str) -> World:
    """The same cluster at 12:00, before anything failed."""
    return await small_cluster(steps=0)
