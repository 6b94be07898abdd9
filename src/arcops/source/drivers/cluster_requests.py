"""Requests to one API server: credentials, rate, time limits, and whether the server is there at all.

Every answer is 200 and a body, or a ``Failure``; nothing else comes out of here, and no body is decoded here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

import aiohttp
import structlog
from multidict import CIMultiDict

from arcops.base.clock import Clock
from arcops.base.errors import ArcopsError
from arcops.source.base import GapSeen, SourceState
from arcops.source.connection import ClientCertificate, ClusterConnection
from arcops.source.drivers.cluster_errors import TRANSPORT_ERRORS, failure_of_exception
from arcops.source.failures import Failure, failure_of_response, http_date_ms
from arcops.source.watch_options import WatchOptions

log = structlog.get_logger(__name__)

Query = list[tuple[str, str]]

_UNAUTHORIZED = 401
_OK = 200
_ERROR_BODY_BYTES = 64 * 1024
_SKEW_GRAIN_MS = 1000


class Client(Protocol):
    """One HTTP client for one connection and one client certificate: TLS, proxy and server are its own."""

    async def get(self, path: str, query: Query, headers: CIMultiDict[str], limits: aiohttp.ClientTimeout) -> aiohttp.ClientResponse:
        """Send a GET; the answer's body is not read."""

    async def close(self) -> None:
        """Close every socket."""


ClientOpener = Callable[[ClusterConnection, ClientCertificate | None], Awaitable[Client]]


def drop(response: aiohttp.ClientResponse) -> None:
    """Give up a response at once. Closing would wait for the server's half of TLS, which a dead server never sends."""
    transport = response.connection.transport if response.connection else None
    if transport:
        transport.abort()
    response.close()


class RateLimit:
    """A token bucket: ``per_s`` requests a second on the long run, ``burst`` at once."""

    def __init__(self, clock: Clock, per_s: float, burst: int) -> None:
        """Start with a full bucket."""
        self._clock = clock
        self._gap_s = 1.0 / per_s
        self._ahead_s = self._gap_s * burst
        self._next_s = clock.monotonic_s() - self._ahead_s

    async def wait(self) -> None:
        """Wait for the caller's turn."""
        now = self._clock.monotonic_s()
        self._next_s = max(self._next_s, now - self._ahead_s) + self._gap_s
        if self._next_s > now:
            await self._clock.sleep(self._next_s - now)


class Requests:
    """Sends GETs and keeps ``SourceState`` true: connected or not, last error, clock skew."""

    def __init__(
        self, connection: ClusterConnection, opener: ClientOpener, clock: Clock, options: WatchOptions, state: SourceState
    ) -> None:
        """``on_return`` may be set: it is told the gap when the server is back after it was lost."""
        self.on_return: Callable[[GapSeen], None] = lambda _gap: None
        self._connection = connection
        self._opener = opener
        self._clock = clock
        self._options = options
        self._state = state
        self._rate = RateLimit(clock, options.requests_per_s, options.burst)
        self._opening = asyncio.Lock()
        self._back = asyncio.Event()
        self._client: Client | None = None
        self._retired: Client | None = None
        self._used: ClusterConnection | None = None
        self._certificate: ClientCertificate | None = None
        self._streams = 0
        self._heard_ms = 0
        self._lost_why = ""
        self._closed = False

    # ── sending ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def open(
        self, path: str, query: Query, accept: str, *, total_s: float | None = None, idle_s: float | None = None
    ) -> aiohttp.ClientResponse | Failure:
        """Send a GET. The caller closes the response; an answer other than 200 is read, closed and given as a failure.

        ``total_s`` bounds the whole exchange, ``idle_s`` the time without a byte (the options' idle limit if not given).
        """
        await self._rate.wait()
        options = self._options
        started_ms = self._clock.now_ms()
        limits = aiohttp.ClientTimeout(total=total_s, sock_connect=options.connect_timeout_s, sock_read=idle_s or options.idle_limit_s)
        try:
            response = await self._send(path, query, accept, limits)
        except (*TRANSPORT_ERRORS, ArcopsError, ValueError) as error:
            failure = failure_of_exception(error)
            self.lost(failure, since_ms=started_ms)
            return failure
        self._answered(response.headers)
        return response if response.status == _OK else await self._refusal(response)

    async def _send(self, path: str, query: Query, accept: str, limits: aiohttp.ClientTimeout) -> aiohttp.ClientResponse:
        """Send with credentials; once more if a 401 made them new."""
        client, connection = await self._current()
        credentials = await connection.credentials.headers()
        response = await client.get(path, query, self._headers(connection, credentials, accept), limits)
        if response.status != _UNAUTHORIZED:
            return response
        try:
            renewed = await connection.credentials.renew(credentials)
        except BaseException:
            response.close()
            raise
        if not renewed:
            return response
        response.close()
        client, connection = await self._current()
        credentials = await connection.credentials.headers()
        return await client.get(path, query, self._headers(connection, credentials, accept), limits)

    def _headers(self, connection: ClusterConnection, credentials: Mapping[str, str], accept: str) -> CIMultiDict[str]:
        headers = CIMultiDict(credentials)
        for name, value in connection.impersonation:
            headers.add(name, value)
        headers["Accept"] = accept
        headers["Accept-Encoding"] = "gzip" if self._options.gzip else "identity"
        return headers

    async def _refusal(self, response: aiohttp.ClientResponse) -> Failure:
        body = await self.read(response, _ERROR_BODY_BYTES, cut=True)
        text = body if isinstance(body, bytes) else b""
        return failure_of_response(response.status, response.headers, text, self._clock.now_ms())

    async def read(self, response: aiohttp.ClientResponse, cap_bytes: int, *, cut: bool = False) -> bytes | Failure:
        """The whole body, and the response closed. Above the cap: cut there, or ``page_too_big``."""
        body = bytearray()
        size = await self.read_into(body, response, cap_bytes, cut=cut)
        return size if isinstance(size, Failure) else bytes(body)

    async def read_into(self, body: bytearray, response: aiohttp.ClientResponse, cap_bytes: int, *, cut: bool = False) -> int | Failure:
        """The same, written over ``body``, which grows as it must; gives its length. The memory serves for the next page again."""
        size = 0
        try:
            async for piece, _ in response.content.iter_chunks():
                if not piece and response.content.at_eof():  # the body of a 204 is empty for ever: its chunks never end
                    break
                start, size = size, size + len(piece)
                body[start:size] = piece
                if size > cap_bytes:
                    drop(response)
                    if not cut:
                        return Failure("page_too_big", f"the body is larger than {cap_bytes} bytes")
                    break
        except TRANSPORT_ERRORS as error:
            drop(response)
            return failure_of_exception(error)
        except asyncio.CancelledError:
            drop(response)
            raise
        response.release()
        return size

    async def _current(self) -> tuple[Client, ClusterConnection]:
        """The client for the connection as it is now; a new one when the kubeconfig or the certificate has changed."""
        connection = await self._connection.current()
        certificate = await connection.credentials.client_certificate()
        if self._client is None or self._is_other(connection, certificate):
            async with self._opening:
                if self._client is None or self._is_other(connection, certificate):
                    await self._replace_client(connection, certificate)
        assert self._client is not None  # noqa: S101 - set just above
        return self._client, connection

    def _is_other(self, connection: ClusterConnection, certificate: ClientCertificate | None) -> bool:
        return connection is not self._used or certificate != self._certificate

    async def _replace_client(self, connection: ClusterConnection, certificate: ClientCertificate | None) -> None:
        """Open the new client; the old one's streams may end in peace if only the certificate changed."""
        client = await self._opener(connection, certificate)
        if self._closed:
            await client.close()
            raise aiohttp.ClientConnectionError("closed")
        moved = self._used is not None and connection is not self._used
        leaving = [self._retired, self._client] if moved else [self._retired]
        self._retired = None if moved else self._client
        self._client, self._used, self._certificate = client, connection, certificate
        self._state.server, self._state.context = connection.server, connection.context
        for old in leaving:
            if old:
                await old.close()

    # ── is the server there? ─────────────────────────────────────────────────────────────────────────────────────

    async def pause(self, seconds: float) -> bool:
        """Wait; True if a server that was lost answered meanwhile, which cuts the wait short."""
        back = self._back
        waits = {asyncio.ensure_future(self._clock.sleep(seconds)), asyncio.ensure_future(back.wait())}
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
        return back.is_set()

    def stream_opened(self) -> None:
        """A watch is being read."""
        self._streams += 1

    def stream_closed(self, failure: Failure | None) -> None:
        """A watch is not read any more."""
        self._streams -= 1
        if failure:
            self.lost(failure)

    def heard(self) -> None:
        """Bytes came."""
        self._heard_ms = self._clock.now_ms()

    def _answered(self, headers: Mapping[str, str]) -> None:
        now_ms, state = self._clock.now_ms(), self._state
        date_ms = http_date_ms(headers.get("Date", ""))
        if date_ms:
            skew = date_ms + _SKEW_GRAIN_MS // 2 - now_ms
            state.clock_skew_ms = skew if abs(skew) > _SKEW_GRAIN_MS else 0
        if not state.connected:
            state.connected, state.last_error = True, ""
            state.since_ms = now_ms
            log.info("cluster_connected", server=state.server)
            self._back.set()
            self._back = asyncio.Event()
            if self._heard_ms:
                self.on_return(GapSeen(None, min(self._heard_ms, now_ms), now_ms, f"disconnected_{self._lost_why}"))
        self._heard_ms = now_ms

    def lost(self, failure: Failure, since_ms: int = 0) -> None:
        """A request (begun at ``since_ms``) or a stream broke; the server counts as gone if there is no other sign of it.

        No sign: no stream is open, or none has brought a byte for as long as this request got no answer.
        """
        state = self._state
        is_dumb = self._streams == 0 or (failure.is_silence and self._heard_ms < since_ms)
        if failure.cause == "credential" or (failure.is_lost and is_dumb):
            state.last_error = failure.message
            if state.connected or not state.since_ms:
                state.connected, state.since_ms = False, self._clock.now_ms()
                self._lost_why = failure.cause
                log.warning("cluster_disconnected", server=state.server, cause=failure.cause, error=failure.message)

    async def aclose(self) -> None:
        """Close every socket. Safe to call twice."""
        self._closed = True
        for client in (self._client, self._retired):
            if client:
                await client.close()
        self._client = self._retired = None
        await asyncio.sleep(0)  # the loop closes aborted sockets in its next turn
