"""``/api/record``: what is remembered, and the last lines of containers that are gone."""

from __future__ import annotations

import httpx2
import pytest

from tests.observations import ref
from tests.small_cluster import World

pytestmark = pytest.mark.anyio


async def test_the_record_tells_how_far_it_reaches_and_how_it_is_doing(client: httpx2.AsyncClient) -> None:
    report = (await client.get("/api/record")).json()
    assert (report["engine"], report["state"], report["log_excerpts"]["state"]) == ("memory", "ok", "off")
    assert report["holds"]["versions"] >= report["holds"]["live_objects"] > 0
    pods = next(kind for kind in report["kinds"] if kind["kind"] == "Pod")
    assert pods["since"] >= report["since"]


async def test_a_missing_right_to_read_logs_is_a_state(client: httpx2.AsyncClient, world: World) -> None:
    keeping = world.services.log_keeping
    keeping.state, keeping.detail, keeping.missed = "forbidden", "The account may not get pods/log.", 3
    report = (await client.get("/api/record")).json()
    assert report["state"] == "ok"
    assert (report["log_excerpts"]["state"], report["log_excerpts"]["missed"]) == ("forbidden", 3)


async def test_kept_lines_are_found_by_their_words_and_paged(client: httpx2.AsyncClient, world: World) -> None:
    now_ms = world.services.clock.now_ms()
    for run in range(3):
        await world.services.store.append_log(
            ref("import-1"), "uid-1", "app", f"run {run}: no route to db\n", now_ms - 1000 + run, previous=False
        )
    page = (await client.get("/api/record/logs?namespace=shop&pod=import-1&text=ROUTE&limit=2")).json()
    rest = (await client.get(f"/api/record/logs?namespace=shop&pod=import-1&text=ROUTE&limit=2&continue={page['continue']}")).json()
    assert [item["logs"][:5] for item in page["items"] + rest["items"]] == ["run 2", "run 1", "run 0"]
    assert rest["continue"] is None
    assert (await client.get("/api/record/logs?text=absent")).json()["items"] == []
