"""The one door to model servers over HTTP: requests out, bytes in, every fault of the network as a ``ModelFailure``.

httpx2 is imported when the first request is made. Each request has a connection of its own: a kept one that the server closed
meanwhile would fail after the request was sent, and a generation is never sent twice.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from arcops.chat.backends.base import FailureKind, ModelFailure
from arcops.chat.backends.failures import complaint_in, failure_of
from arcops.chat.backends.key import Key
from arcops.chat.backends.place import Place
from arcops.chat.settings import ModelSettings

if TYPE_CHECKING:
    import httpx2

MOST_BODY_BYTES = 1_000_000
_OK = 200
_ANSWER_S = 10.0
"""A short question (health, list) gets so long; Foundry Local 2.2 takes 4 to 5 s for its first list while offline."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A response whose body still comes. ``chunks`` are its bytes as they arrive, undone of any coding."""

    status: int
    content_type: str
    chunks: AsyncIterator[bytes]

    async def body(self) -> bytes:
        """All of it, up to a bound."""
        kept = bytearray()
        async for chunk in self.chunks:
            kept += chunk
            if len(kept) > MOST_BODY_BYTES:
                break
        return bytes(kept)


@dataclass(frozen=True, slots=True)
class Document:
    """A whole response: ``value`` is its JSON, None where it is none."""

    status: int
    value: Any

    @property
    def is_ok(self) -> bool:
        """A JSON answer with status 200."""
        return self.status == _OK and self.value is not None

    def must_be_ok(self) -> None:
        """Raises ``ModelFailure`` for any status but 200; the body may be anything."""
        if self.status != _OK:
            raise failure_of(self.status, complaint_in(self.value) or "")

    def checked(self) -> Any:
        """The value of a good answer. Raises ``ModelFailure`` for any other."""
        self.must_be_ok()
        if self.value is None:
            raise ModelFailure(kind=FailureKind.STRANGER, why="what answers at this address is no model server")
        return self.value


class Transport:
    """Requests to the server at one place."""

    def __init__(self, place: Place, settings: ModelSettings, *, is_local: bool) -> None:
        """A local server is never asked by way of a proxy."""
        self.place = place
        self.key = Key(settings)
        self._settings = settings
        self._is_local = is_local
        self._client: httpx2.AsyncClient | None = None
        self._opening = asyncio.Lock()

    async def ask(self, url: str, *, method: str = "GET", body: object = None, timeout_s: float = _ANSWER_S) -> Document:
        """A short question and its whole answer, whatever its status. Raises ``ModelFailure``."""
        try:
            async with asyncio.timeout(timeout_s), self.open(url, method=method, body=body) as reply:
                return Document(reply.status, decoded(await reply.body()))
        except TimeoutError:
            raise ModelFailure(kind=FailureKind.SLOW, why=f"{self.place.shown} did not answer in {timeout_s:g} s") from None

    @asynccontextmanager
    async def open(self, url: str, *, method: str = "POST", body: object = None) -> AsyncIterator[Reply]:
        """Send a request; leaving closes the connection, and with it the server's work. Raises ``ModelFailure``."""
        headers = await self.key.headers()
        content = None if body is None else msgspec.json.encode(body)
        if content is not None:
            headers["Content-Type"] = "application/json"
        with self._translated():
            client = await self._opened()
            async with client.stream(method, url, content=content, headers=headers) as response:
                yield Reply(response.status_code, response.headers.get("content-type", ""), response.aiter_bytes())

    async def aclose(self) -> None:
        """Close every connection."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    async def _opened(self) -> httpx2.AsyncClient:
        async with self._opening:
            if self._client is None:
                self._client = await asyncio.to_thread(self._new_client)
            return self._client

    def _new_client(self) -> httpx2.AsyncClient:
        import httpx2

        return httpx2.AsyncClient(
            verify=_trust(self._settings.ca_file),
            timeout=httpx2.Timeout(None, connect=self._settings.connect_timeout_s),
            limits=httpx2.Limits(max_keepalive_connections=0),
            headers={"Accept-Encoding": "identity", "User-Agent": "arcops", "Accept": "text/event-stream, application/json"},
            trust_env=not self._is_local,
            follow_redirects=False,
        )

    @contextmanager
    def _translated(self) -> Iterator[None]:
        import httpx2

        try:
            yield
        except httpx2.ConnectTimeout as error:
            limit_s = self._settings.connect_timeout_s
            why = f"{self.place.shown} did not take the connection within {limit_s:g} s"
            raise ModelFailure(kind=FailureKind.UNREACHABLE, why=why) from error
        except httpx2.ConnectError as error:
            raise self._not_connected(error) from error
        except httpx2.ProxyError as error:
            raise ModelFailure(kind=FailureKind.UNREACHABLE, why=f"the proxy does not let us through to {self.place.shown}") from error
        except (httpx2.UnsupportedProtocol, httpx2.InvalidURL, httpx2.LocalProtocolError) as error:
            raise ModelFailure(kind=FailureKind.UNREACHABLE, why=f"no request can be made to {self.place.shown}") from error
        except httpx2.RemoteProtocolError as error:
            raise self._broken(error) from error
        except httpx2.HTTPError as error:
            raise ModelFailure(kind=FailureKind.CUT, why="the connection broke in the middle of the answer") from error

    def _not_connected(self, error: BaseException) -> ModelFailure:
        where = self.place.shown
        for cause in _causes(error):
            if isinstance(cause, ssl.SSLCertVerificationError):
                return ModelFailure(kind=FailureKind.UNTRUSTED, why=f"the certificate of {where} is not trusted: {cause.verify_message}")
            if isinstance(cause, ssl.SSLError):
                return ModelFailure(
                    kind=FailureKind.STRANGER, why=f"{where} does not speak TLS as it should ({cause.reason or 'no reason given'})"
                )
            if isinstance(cause, ConnectionRefusedError):
                return ModelFailure(kind=FailureKind.UNREACHABLE, why=f"nothing listens at {where}")
        return ModelFailure(kind=FailureKind.UNREACHABLE, why=f"{where} cannot be reached")

    def _broken(self, error: Exception) -> ModelFailure:
        """Three faults share this exception: no HTTP at all, nothing at all, and HTTP that ends too early."""
        words = str(error).lower()
        if "without sending a response" in words:
            return ModelFailure(kind=FailureKind.CUT, why=f"{self.place.shown} closed the connection without an answer")
        if "illegal" in words or "malformed" in words or "invalid" in words:
            return ModelFailure(kind=FailureKind.STRANGER, why=f"what answers at {self.place.shown} does not speak HTTP")
        return ModelFailure(kind=FailureKind.CUT, why="the connection broke in the middle of the answer")


def _trust(ca_file: str) -> ssl.SSLContext | bool:
    """Whom to believe: the authorities of the file, else the system's. Verification is never off."""
    if not ca_file:
        return True
    try:
        context = ssl.create_default_context(cafile=str(Path(ca_file)))
    except (OSError, ssl.SSLError) as error:
        raise ModelFailure(kind=FailureKind.UNTRUSTED, why=f"the CA file {ca_file} holds no certificates that can be read") from error
    # Python 3.13 switched this flag on; authorities made by cert-manager and older tools lack what it asks for.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return context


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen = 0
    while error is not None and seen < 10:  # noqa: PLR2004 - chains are short; a circle must end
        yield error
        error, seen = error.__cause__ or error.__context__, seen + 1


def decoded(body: bytes) -> Any:
    """The JSON of a body, None if it is none."""
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
