"""A response without a body ends at once, every time: the empty body of the client is shared and never says so itself."""

import asyncio
from types import SimpleNamespace
from typing import Any, cast

from aiohttp.streams import EMPTY_PAYLOAD

from arcops.source.drivers import cluster_requests

READER = next(one for one in vars(cluster_requests).values() if hasattr(one, "read_into"))


def test_the_second_empty_body_ends_too() -> None:
    response = cast("Any", SimpleNamespace(content=EMPTY_PAYLOAD, release=lambda: None))
    reader = cast("Any", READER)

    async def twice() -> list[int]:
        return [await reader.read_into(None, bytearray(), response, 10) for _ in range(3)]

    assert asyncio.run(asyncio.wait_for(twice(), 5)) == [0, 0, 0]
