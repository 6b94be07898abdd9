"""Puts the API together: routes, description, pages, and the gates in front of them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from fastapi import Depends, FastAPI
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from fastapi.telemetry import TelemetryConfig
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

import arcops
from arcops.api import errors, pages
from arcops.api.auth import Gate, TokenGate
from arcops.api.fragments import StatusBodies
from arcops.api.metrics import Metered
from arcops.api.openapi import describe
from arcops.api.params import only_known
from arcops.api.routes import ROUTERS
from arcops.api.settings import ApiSettings
from arcops.api.state import ApiState
from arcops.chat.answer import Chat, quiet_chat
from arcops.queries.services import Services

POLICY = (
    "default-src 'self'; img-src 'self' data:; style-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
"""Content-Security-Policy of every answer: our own files only, nothing inline."""
SILENT = TelemetryConfig(tracing=False, metrics=False, logs=False, operation_spans=False, auto_configure=False)
"""FastAPI can send traces to wherever an environment variable says. Nothing leaves this process but answers."""
_HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)


def create_app(services: Services, settings: ApiSettings | None = None, chat: Chat | None = None) -> FastAPI:
    """The whole HTTP side of a running arcops, as an ASGI app without a life cycle of its own. Without ``chat`` the rules answer alone."""
    wanted = settings or ApiSettings()
    app = FastAPI(
        title="arcops", version=arcops.__version__, docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False,
        dependencies=[Depends(only_known)], telemetry=SILENT,
        generate_unique_id_function=lambda route: f"{route.tags[0]}_{route.name}" if route.tags else route.name,
    )  # fmt: skip
    state = app.state.arcops = ApiState(services, StatusBodies(services), chat or quiet_chat(services))
    app.state.paths = [route.path for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
    errors.install(app)
    for router in ROUTERS:
        app.include_router(router)
    app.openapi = lambda: describe(app)  # type: ignore[method-assign]  # the extension point FastAPI documents
    app.add_api_route("/openapi.json", _description(app), include_in_schema=False, response_model=None)
    pages.install(app)
    # The last one added is the outermost.
    app.add_middleware(TokenGate, settings=wanted)
    app.add_middleware(
        CORSMiddleware, allow_origins=list(wanted.cors_origins), allow_methods=["GET", "POST", "DELETE"],
        allow_headers=["authorization", "content-type", "if-none-match"], expose_headers=["etag", "arcops-incomplete"],
    )  # fmt: skip
    app.add_middleware(Gate, settings=wanted)
    app.add_middleware(HeadAsGet)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(Metered, meter=state.meter)
    return app


class SecurityHeaders:
    """ASGI: puts the security headers on every answer, errors included."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, with more headers on its answer."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *_HEADERS]
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)


class HeadAsGet:
    """ASGI: answers HEAD as GET without the body, for load balancers and ``curl -I``."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, as a GET if it is a HEAD."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def without_body(message: Message) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        await self._app({**scope, "method": "GET"}, receive, without_body)


def _description(app: FastAPI) -> Callable[[], Awaitable[Response]]:
    """The endpoint of the description, made once."""
    kept: list[dict[str, object]] = []

    async def description() -> Response:
        if not kept:
            kept.append(await asyncio.to_thread(app.openapi))
        return JSONResponse(kept[0], headers={"cache-control": "private, no-cache"})

    return description
