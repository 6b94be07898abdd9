"""Pages, built and not built."""

from __future__ import annotations

from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI

from arcops.api import errors, pages

pytestmark = pytest.mark.anyio


def client_of(static: Path) -> httpx2.AsyncClient:
    app = FastAPI(docs_url=None, openapi_url=None)
    app.state.paths = []
    errors.install(app)
    pages.install(app, static)
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://localhost")


async def test_pages_that_are_not_built_say_so_plainly(tmp_path: Path) -> None:
    async with client_of(tmp_path / "none") as client:
        docs = await client.get("/docs")
        home = await client.get("/")
        script = await client.get("/static/docs/init.js")
    assert docs.status_code == 200
    assert "not built" in docs.text
    assert "make setup" in docs.text
    assert (home.status_code, home.headers["location"]) == (307, "/docs")
    assert (script.status_code, script.headers["content-type"]) == (404, "application/problem+json")


async def test_built_pages_are_served(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "index.html").write_text("<p>home")
    (tmp_path / "docs" / "index.html").write_text("<p>docs")
    (tmp_path / "app.js").write_text("1")
    async with client_of(tmp_path) as client:
        assert (await client.get("/")).text == "<p>home"
        assert (await client.get("/docs")).text == "<p>docs"
        assert (await client.get("/static/app.js")).headers["content-type"].startswith("text/javascript")
