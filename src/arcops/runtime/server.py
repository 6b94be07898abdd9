"""The HTTP server: one socket, bound before anything else starts, so that a taken port is one clear sentence."""

from __future__ import annotations

import contextlib
import ipaddress
import socket
from collections.abc import Iterator

import uvicorn
from starlette.types import ASGIApp

from arcops.base.errors import UsageError
from arcops.runtime.settings import ServerSettings

GRACE_S = 3
"""How long open answers may go on after a stop was asked for."""


class PortTaken(UsageError):
    """Port {port} of {host} is taken: {why}."""

    code = "port-taken"
    hint = "Stop the other program, or choose another port with --port (0 takes a free one)."


class TokenRequired(UsageError):
    """Listening on {host} lets other machines in, and no token is set."""

    code = "token-required"
    hint = "Set ARCOPS_SERVER__TOKEN or ARCOPS_SERVER__TOKEN_FILE, or listen on 127.0.0.1."


def is_loopback(host: str) -> bool:
    """Whether an address or name reaches this machine only."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def bind(settings: ServerSettings) -> socket.socket:
    """A listening socket. Raises ``TokenRequired`` for an open address without a token, ``PortTaken`` otherwise."""
    if not is_loopback(settings.host) and not (settings.token or settings.token_file):
        raise TokenRequired(host=settings.host)
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    # asyncio switches Nagle's algorithm off only for sockets that say they are TCP; else small answers wait 40 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
        listener.listen(512)
    except OSError as error:
        listener.close()
        raise PortTaken(host=settings.host, port=settings.port, why=error.strerror or str(error)) from error
    listener.setblocking(False)  # noqa: FBT003 - its only parameter
    return listener


def url_of(listener: socket.socket) -> str:
    """The address a person can open: ``http://127.0.0.1:8000``."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class HttpServer(uvicorn.Server):
    """Uvicorn, but signals are the life cycle's business."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,
                lifespan="off",
                server_header=False,
                timeout_graceful_shutdown=GRACE_S,
                timeout_keep_alive=30,
            ),
        )

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signal handlers as they are."""
        yield
