"""Whole answers, kept as files: what a client of today reads, it reads tomorrow. ``ARCOPS_UPDATE_GOLDEN=1`` writes them anew."""

from __future__ import annotations

from pathlib import Path

import httpx2
import msgspec
import pytest

from tests import golden_files

pytestmark = pytest.mark.anyio
GOLDEN = Path(__file__).parents[2] / "golden"
ANSWERS = {
    "health": "/api/health",
    "status": "/api/cluster/status",
    "pods": "/api/cluster/pods?namespace=shop",
    "events": "/api/cluster/events?hours=24",
    "logs": "/api/cluster/pods/shop/cart-5c4d8-bbbbb/logs",
    "history": "/api/cluster/pods/data/db-0/history?hours=24",
    "objects": "/api/objects/po?labelSelector=app=cart",
    "object": "/api/objects/no/_/edge-1",
    "event_page": "/api/events?limit=2",
    "versions": "/api/history/po/shop/cart-5c4d8-bbbbb?bodies=true",
    "context": "/api/context",
    "snapshots": "/api/context/snapshots",
    "context_stats": "/api/context/stats",
    "status_at": "/api/cluster/status?at=12:05",
    "objects_at": "/api/objects/po?labelSelector=app=cart&at=25m",
    "moment": "/api/history/moment?at=11:00",
    "changes": "/api/changes?namespace=shop&since=12:01&least=noise",
    "timeline": "/api/timeline/pod/shop/cart-5c4d8-bbbbb",
    "diff": "/api/history/diff?namespace=shop&from=12:05&to=12:25&raw=true",
    "not_then": "/api/objects/po/data/db-0?at=12:25",
    "not_found": "/api/objects/po/shop/cart",
    "unreadable": "/api/cluster/events?hours=0",
}


@pytest.mark.parametrize("name", ANSWERS)
async def test_an_answer_is_what_it_was(client: httpx2.AsyncClient, name: str) -> None:
    answer = await client.get(ANSWERS[name])
    compare(GOLDEN / "api" / f"{name}.json", answer.content)


async def test_the_chat_answer_is_what_it_was(client: httpx2.AsyncClient) -> None:
    answer = await client.post("/api/chat/query", json={"message": "Why does cart crash?", "session": "golden"})
    compare(GOLDEN / "api" / "chat.json", answer.content)


async def test_the_description_is_what_it_was(client: httpx2.AsyncClient) -> None:
    compare(GOLDEN / "openapi.json", (await client.get("/openapi.json")).content)


def compare(path: Path, found: bytes) -> None:
    """Hold an answer against its file, written the way a person can read."""
    text = msgspec.json.format(found, indent=2).decode() + "\n"
    golden_files.compare(path, text)
