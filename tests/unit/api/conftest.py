"""The small cluster behind the API, in-process."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx2
import pytest

from tests.small_cluster import World, client_of, small_cluster


@pytest.fixture
async def world(anyio_backend: str) -> World:
    return await small_cluster()


@pytest.fixture
async def client(world: World) -> AsyncIterator[httpx2.AsyncClient]:
    async with client_of(world) as client:
        yield client
