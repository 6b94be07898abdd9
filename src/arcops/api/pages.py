"""Pages and their files, all from our own package: nothing is fetched from another host, and nothing is inline."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles

STATIC = Path(__file__).parent / "static"
_NOT_BUILT = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>arcops</title></head>
<body><h1>The pages are not built</h1>
<p>This arcops was started from a checkout whose pages have not been built. Run <code>make setup</code>, then load this
page again. The API works without them: <a href="/openapi.json">/openapi.json</a> describes it,
<a href="/api/health">/api/health</a> and <a href="/api/cluster/status">/api/cluster/status</a> are good starts.</p>
</body></html>
"""


class BuiltFiles(StaticFiles):
    """The built files; none of them is there before they are built, and that is 404 and no fault."""

    async def check_config(self) -> None:
        """Nothing to check."""


def install(app: FastAPI, static: Path = STATIC) -> None:
    """Serve the built files under ``/static``, the page at ``/`` and the API page at ``/docs``."""

    async def home() -> Response:
        index = static / "index.html"
        return FileResponse(index) if index.is_file() else RedirectResponse("/docs")

    async def docs() -> Response:
        page = static / "docs" / "index.html"
        return FileResponse(page) if page.is_file() else HTMLResponse(_NOT_BUILT)

    app.add_api_route("/", home, include_in_schema=False, response_model=None)
    app.add_api_route("/docs", docs, include_in_schema=False, response_model=None)
    app.mount("/static", BuiltFiles(directory=static, check_dir=False), name="static")
