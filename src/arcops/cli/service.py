"""A running arcops service over HTTP, with the standard library alone: starting fast matters more than keeping alive.

Every failure becomes one of arcops' own errors: what the service says is worded by the service.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit

import msgspec

from arcops import __version__
from arcops.base.errors import (
    ArcopsError,
    BadInput,
    Busy,
    NotAllowed,
    NotFound,
    Refused,
    ServerUnreachable,
    Unreachable,
    UsageError,
)

T = TypeVar("T")
Params = Mapping[str, "str | int | float | bool | None"]

_FAMILIES: dict[int, type[ArcopsError]] = {
    400: UsageError, 401: NotAllowed, 403: NotAllowed, 404: NotFound, 409: UsageError, 422: UsageError, 429: Busy, 503: Unreachable,
}  # fmt: skip
_CONNECT_S = 10.0
_FIRST_ERROR = 400


class StrangeAnswer(Refused):
    """The server at {server} gives no answer of arcops to {path}: {why}."""

    code = "strange-answer"
    hint = "Is it an arcops service, and of this version?"


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer of a service: status, media type, body, and how long it took."""

    status: int
    content_type: str
    body: bytes
    took_ms: float


class Problem(msgspec.Struct, gc=False):
    """The body of an error: problem+json."""

    title: str = ""
    code: str = ""
    detail: Any = None
    hint: str = ""


class _ApiInfo(msgspec.Struct, gc=False):
    version: str = ""


class _OpenApi(msgspec.Struct, gc=False):
    info: _ApiInfo


@dataclass(frozen=True, slots=True)
class Service:
    """One arcops service. ``timeout_s`` bounds each wait for it, connecting and reading alike; None waits for ever."""

    url: str
    token: str = field(default="", repr=False)
    ca_file: str = ""
    insecure: bool = False
    timeout_s: float | None = 30.0

    def fetch(self, path: str, params: Params | None = None, *, send: object = None) -> Reply:
        """The answer to a GET, or to a POST of ``send`` as JSON, whatever its status. Raises ``ServerUnreachable``."""
        began = time.monotonic()
        with self._open(path, params, "*/*", send) as response:
            body = response.read()
            return Reply(response.status, response.headers.get_content_type(), body, (time.monotonic() - began) * 1000)

    def read(self, path: str, params: Params | None = None) -> bytes:
        """The body of a GET. Raises ``ServerUnreachable`` or what the service answered."""
        reply = self.fetch(path, params)
        if reply.status >= _FIRST_ERROR:
            raise self._problem(reply, path)
        return reply.body

    def ask(self, path: str, answer: type[T], params: Params | None = None) -> T:
        """The answer to a GET, decoded. Raises as ``read``, and ``Refused`` for what is no answer of arcops."""
        return self._decoded(self.read(path, params), answer, path)

    def tell(self, path: str, answer: type[T], body: object) -> T:
        """The answer to a POST of a JSON body, decoded. Raises as ``ask``."""
        reply = self.fetch(path, send=body)
        if reply.status >= _FIRST_ERROR:
            raise self._problem(reply, path)
        return self._decoded(reply.body, answer, path)

    def listen(self, path: str, body: object) -> Iterator[bytes]:
        """The data of each server-sent event that answers a POST, as it comes; closing the iterator hangs up. Raises as ``read``."""
        with self._open(path, None, "text/event-stream", body) as response:
            if response.status >= _FIRST_ERROR:
                raise self._problem(Reply(response.status, response.headers.get_content_type(), response.read(), 0), path)
            for line in response:
                if line.startswith(b"data:"):
                    yield line[5:].strip()

    def version(self) -> str:
        """The version of arcops that answers, from its OpenAPI description; "" if it does not say."""
        try:
            return self.ask("/openapi.json", _OpenApi).info.version
        except Refused:
            return ""

    def _decoded(self, body: bytes, answer: type[T], path: str) -> T:
        try:
            return msgspec.json.decode(body, type=answer)
        except msgspec.MsgspecError as error:
            raise StrangeAnswer(server=self.url, path=path, why=error) from error

    def _problem(self, reply: Reply, path: str) -> ArcopsError:
        """The error a service answered, in its own words."""
        try:
            problem = msgspec.json.decode(reply.body, type=Problem)
        except msgspec.MsgspecError:
            problem = Problem()
        sentence = problem.detail if isinstance(problem.detail, str) else problem.title
        if not sentence:
            return StrangeAnswer(server=self.url, path=path, why=f"status {reply.status}")
        error = (_by_code(ArcopsError, problem.code) or _FAMILIES.get(reply.status, Refused))()
        error.args, error.advice = (sentence,), problem.hint
        return error

    @contextmanager
    def _open(self, path: str, params: Params | None, accept: str, send: object) -> Iterator[http.client.HTTPResponse]:
        headers = {"Accept": accept, "User-Agent": f"arcops/{__version__}"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        body = None
        if send is not None:
            headers["Content-Type"], body = "application/json", msgspec.json.encode(send)
        connection = self._connection()
        try:
            connection.request("GET" if body is None else "POST", self._target(path, params), body, headers)
            yield connection.getresponse()
        except (OSError, http.client.HTTPException) as error:
            raise ServerUnreachable(server=self.url, why=_why(error)) from error
        finally:
            connection.close()

    def _target(self, path: str, params: Params | None) -> str:
        given = {name: _text(value) for name, value in (params or {}).items() if value not in {None, ""}}
        return urlsplit(self.url).path.rstrip("/") + path + (f"?{urlencode(given)}" if given else "")

    def _connection(self) -> http.client.HTTPConnection:
        parts = urlsplit(self.url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise BadInput(
                what=f'The address "{self.url}"', why="it is no URL", hint="Write it as http://127.0.0.1:8000 or https://arcops.example."
            )
        try:
            port = parts.port
        except ValueError:
            raise BadInput(what=f'The address "{self.url}"', why="its port is no number from 0 to 65535") from None
        if parts.scheme == "http":
            return http.client.HTTPConnection(parts.hostname, port, timeout=self.timeout_s)
        return http.client.HTTPSConnection(parts.hostname, port, timeout=self.timeout_s, context=self._tls())

    def _tls(self) -> ssl.SSLContext:
        try:
            context = ssl.create_default_context(cafile=self.ca_file or None)
        except (OSError, ssl.SSLError) as error:
            raise BadInput(what=f"The certificate authority {self.ca_file}", why=str(error)) from error
        if self.insecure:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context


def read_token(token: str, token_file: str) -> str:
    """The token given, or the one in the file; "" for none. Raises ``BadInput`` for a file that cannot be read."""
    if token or not token_file:
        return token
    try:
        return Path(token_file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(what=f"The token file {token_file}", why=str(error)) from error


def _by_code(kind: type[ArcopsError], code: str) -> type[ArcopsError] | None:
    if kind.__dict__.get("code") == code:
        return kind
    return next((found for inner in kind.__subclasses__() if (found := _by_code(inner, code))), None)


def _why(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted ({error.verify_message})"
    if isinstance(error, TimeoutError | socket.timeout):
        return "no answer in time"
    if isinstance(error, ConnectionRefusedError):
        return "the connection was refused"
    if isinstance(error, socket.gaierror):
        return "the name is not known"
    return str(error) or type(error).__name__


def _text(value: str | float | bool | None) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
