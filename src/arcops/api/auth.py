"""Who may ask: the host a request names, the page it comes from, and the bearer token.

- Host: a name in a browser's address bar can be made to point at this machine (DNS rebinding), so that only loopback
  names, allowed names and the very address a connection came in at are answered.
- Origin: another page may not use the API through a person's browser. A request with an Origin that is neither this
  server nor allowed is refused, reads included. CORS headers go to allowed origins only.
- Token: compared in constant time. ``/livez`` and ``/readyz`` tell nothing and are open to probes.
"""

from __future__ import annotations

import ipaddress
from hmac import compare_digest
from pathlib import Path

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from arcops.api.errors import BodyTooLarge, response_of
from arcops.api.settings import ApiSettings
from arcops.base.errors import ArcopsError, HostRefused, TokenNeeded

OPEN_PATHS = frozenset({"/livez", "/readyz"})
_LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
MOST_BODY_BYTES = 65_536
"""No request needs more: the longest question is 4,000 characters, which is 16 KB at most, or 48 KB escaped."""


class Gate:
    """ASGI: answers only requests for this host, from this page or none, and with bodies of a sane size."""

    def __init__(self, app: ASGIApp, settings: ApiSettings) -> None:
        self._app = app
        self._hosts = frozenset(h.lower() for h in settings.allowed_hosts)
        self._origins = frozenset(o.rstrip("/").lower() for o in settings.cors_origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it with a problem."""
        if scope["type"] not in {"http", "websocket"} or scope["path"] in OPEN_PATHS:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        error = self._refusal(scope, headers)
        if error is not None:
            await response_of(error)(scope, receive, send)
            return
        await self._app(scope, _bounded(receive), send)

    def _refusal(self, scope: Scope, headers: Headers) -> ArcopsError | None:
        host = headers.get("host", "")
        if not self._is_ours(host_name(host), scope):
            return HostRefused(host=host[:100])
        origin = headers.get("origin")
        if origin is not None and not self._may_come_from(origin.lower(), host.lower(), scope):
            return HostRefused(host=origin[:100])
        if int(headers.get("content-length") or 0) > MOST_BODY_BYTES:
            return BodyTooLarge(most=MOST_BODY_BYTES)
        return None

    def _is_ours(self, name: str, scope: Scope) -> bool:
        if name in _LOOPBACK_NAMES or name in self._hosts or "*" in self._hosts:
            return True
        if any(name.endswith(h[1:]) for h in self._hosts if h.startswith("*.")):
            return True
        server = scope.get("server")
        return is_address(name) and (_is_loopback(name) or (server is not None and name == server[0]))

    def _may_come_from(self, origin: str, host: str, scope: Scope) -> bool:
        scheme = {"ws": "http", "wss": "https"}.get(scope["scheme"], scope["scheme"])
        # A proxy in front may end TLS: the same host under https is the same page.
        return origin in {f"{scheme}://{host}", f"https://{host}"} or origin in self._origins or "*" in self._origins


class TokenGate:
    """ASGI: wants the bearer token, if one is set, for everything but the open paths."""

    def __init__(self, app: ASGIApp, settings: ApiSettings) -> None:
        self._app = app
        self._token = Token(settings.token, settings.token_file)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 401."""
        if scope["type"] not in {"http", "websocket"} or scope["path"] in OPEN_PATHS or self._is_known(scope):
            await self._app(scope, receive, send)
            return
        await response_of(TokenNeeded())(scope, receive, send)

    def _is_known(self, scope: Scope) -> bool:
        if not self._token.is_wanted:
            return True
        scheme, _, given = Headers(scope=scope).get("authorization", "").partition(" ")
        return scheme.lower() == "bearer" and self._token.accepts(given.strip())


class Token:
    """The bearer token: fixed, or the text of a file that is read again when it changes.

    A file that is missing or empty accepts nobody: a mistake must not open the door.
    """

    def __init__(self, token: str, path: str = "") -> None:
        self._text = token
        self._path = Path(path) if path else None
        self._seen: tuple[int, int] | None = None

    @property
    def is_wanted(self) -> bool:
        """Whether callers need one."""
        return bool(self._text) or self._path is not None

    def accepts(self, given: str) -> bool:
        """Whether ``given`` is the token; takes the same time wherever it differs."""
        if self._path is not None:
            self._read(self._path)
        return bool(self._text) and compare_digest(given.encode(), self._text.encode())

    def _read(self, path: Path) -> None:
        try:
            stat = path.stat()
            seen = (stat.st_mtime_ns, stat.st_size)
            if seen != self._seen:
                self._text = path.read_text(encoding="utf-8").strip()
                self._seen = seen
        except (OSError, UnicodeDecodeError):
            self._text, self._seen = "", None


def host_name(header: str) -> str:
    """The name of a Host header without port and brackets, in lower case: ``[::1]:8000`` gives ``::1``."""
    text = header.strip().lower()
    if text.startswith("["):
        return text[1:].partition("]")[0]
    name, _, port = text.rpartition(":")
    return (name if name and ":" not in name and port.isdecimal() else text).removesuffix(".")


def is_address(name: str) -> bool:
    """Whether a host is written as an IP address."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _is_loopback(name: str) -> bool:
    return ipaddress.ip_address(name).is_loopback


def _bounded(receive: Receive) -> Receive:
    """A body that ends with an error once it is too large; for requests that do not say their length."""
    size = 0

    async def bounded() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > MOST_BODY_BYTES:
            raise BodyTooLarge(most=MOST_BODY_BYTES)
        return message

    return bounded
