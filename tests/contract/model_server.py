"""A chat-completions server that misbehaves on demand: HTTP/1.1 by hand, so that a body can be cut or slowed anywhere.

``speak`` is how it answers what is streamed, ``prove`` what is not: the probe of what a model can do, which is refused. ``running``
counts the answers that are being made: it falls to 0 when a client hangs up.
"""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import trustme

MODEL = "tiny:1"
WINDOW = 8192
TLS_HELLO = b"\x16"
"""The first byte of TLS; like any plain server, this one answers in plain HTTP then."""
WORDS = ("Pod ", "checkout ", "was ", "OOMKilled ", "[F1].")
ANSWER = "".join(WORDS)


@dataclass(frozen=True)
class Seen:
    """One request as it arrived; ``raw`` is its body."""

    method: str
    path: str
    headers: Mapping[str, str]
    raw: bytes

    @property
    def body(self) -> dict[str, Any]:
        """The JSON of its body."""
        return dict(json.loads(self.raw)) if self.raw else {}


class Voice:
    """Writes one answer."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        """Write to ``writer``."""
        self._writer = writer

    async def raw(self, data: bytes) -> None:
        """These bytes."""
        self._writer.write(data)
        await self._writer.drain()

    async def whole(self, status: int, body: bytes, content_type: str = "application/json") -> None:
        """A complete answer."""
        await self.raw(f"HTTP/1.1 {status} X\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)

    async def json(self, status: int, body: object) -> None:
        """A complete answer in JSON."""
        await self.whole(status, json.dumps(body).encode())

    async def refuse(self, status: int, message: str, kind: str = "invalid_request_error") -> None:
        """An error as OpenAI shapes them."""
        await self.json(status, {"error": {"message": message, "type": kind}})

    async def begin(self) -> None:
        """Begin a stream; Foundry Local 2.2 sends the type twice."""
        twice = "Content-Type: text/event-stream\r\n" * 2
        await self.raw(f"HTTP/1.1 200 OK\r\n{twice}Transfer-Encoding: chunked\r\n\r\n".encode())

    async def bytes(self, data: bytes) -> None:
        """Bytes of a stream."""
        await self.raw(b"%x\r\n%b\r\n" % (len(data), data))

    async def event(self, body: object) -> None:
        """One event."""
        await self.bytes(b"data: " + (body if isinstance(body, bytes) else json.dumps(body).encode()) + b"\n\n")

    async def say(self, text: str, **more: object) -> None:
        """One piece of the answer."""
        await self.event({"choices": [{"index": 0, "delta": {"content": text}, **more}]})

    async def finish(self, reason: str = "stop", usage: Mapping[str, int] | None = None) -> None:
        """The end of a good answer."""
        await self.event({"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]})
        if usage is not None:
            await self.event({"choices": [], "usage": dict(usage)})
        await self.event(b"[DONE]")
        await self.raw(b"0\r\n\r\n")

    def cut(self) -> None:
        """Drop the connection in the middle."""
        self._writer.transport.abort()

    def close(self) -> None:
        """Hang up in order."""
        self._writer.close()


Speak = Callable[[Seen, Voice], Awaitable[None]]


async def well(_seen: Seen, voice: Voice) -> None:
    """A good answer."""
    await voice.begin()
    for word in WORDS:
        await voice.say(word)
    await voice.finish(usage={"prompt_tokens": 21, "completion_tokens": 5})


async def prove_nothing(_seen: Seen, voice: Voice) -> None:
    """No sign of what the model can do."""
    await voice.refuse(400, "streams only")


@dataclass(slots=True)
class ModelServer:
    """See the module."""

    speak: Speak = well
    prove: Speak = prove_nothing
    prefix: str = "/v1"
    key: str = ""
    key_header: str = "authorization"
    models: list[dict[str, Any]] = field(default_factory=lambda: [{"id": MODEL, "object": "model", "max_model_len": WINDOW}])
    pages: dict[str, Callable[[Voice], Awaitable[None]]] = field(default_factory=dict)
    """What else it answers, by path."""
    is_stranger: bool = False
    """Every path is a web page."""
    speaks_tls: bool = False
    requests: list[Seen] = field(default_factory=list)
    running: int = 0
    most_at_once: int = 0
    port: int = 0
    authority: trustme.CA | None = None
    _server: asyncio.Server | None = None
    _open: set[asyncio.StreamWriter] = field(default_factory=set)

    @property
    def url(self) -> str:
        """Its base URL."""
        return f"{'https' if self.speaks_tls else 'http'}://127.0.0.1:{self.port}{self.prefix}"

    @property
    def asked(self) -> list[Seen]:
        """The requests for an answer, without the probe's."""
        return [seen for seen in self.requests if seen.path.endswith("/chat/completions") and seen.body.get("stream")]

    async def __aenter__(self) -> Self:
        context = None
        if self.speaks_tls:
            self.authority = trustme.CA()
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.authority.issue_cert("127.0.0.1").configure_cert(context)
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, ssl=context)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.die()

    async def die(self) -> None:
        """End as a killed process does: every connection breaks, nobody listens any more."""
        server, self._server = self._server, None
        if server is not None:
            server.close()
            for writer in list(self._open):
                writer.transport.abort()
            await server.wait_closed()

    async def revive(self) -> None:
        """Listen again on the same port."""
        await self.__aenter__()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            seen = await _read(reader)
            self.requests.append(seen)
            await self._answer(seen, Voice(writer), reader)
        except (ConnectionError, ssl.SSLError, asyncio.IncompleteReadError):
            return
        finally:
            self._open.discard(writer)
            writer.close()

    async def _answer(self, seen: Seen, voice: Voice, reader: asyncio.StreamReader) -> None:
        given = seen.headers.get(self.key_header, "").removeprefix("Bearer ")
        if self.is_stranger:
            await voice.whole(200, b"<!doctype html><title>Printer</title>", "text/html")
        elif self.key and given != self.key:
            await voice.refuse(401, "Invalid API Key", "authentication_error")
        elif seen.path in self.pages:
            await self.pages[seen.path](voice)
        elif seen.path == f"{self.prefix}/models":
            await voice.json(200, {"object": "list", "data": self.models})
        elif seen.path != f"{self.prefix}/chat/completions":
            await voice.json(404, {"error": {"message": "File Not Found", "type": "not_found_error"}})
        elif not seen.body.get("stream"):
            await self.prove(seen, voice)
        else:
            await self._spoken(seen, voice, reader)

    async def _spoken(self, seen: Seen, voice: Voice, reader: asyncio.StreamReader) -> None:
        self.running += 1
        self.most_at_once = max(self.most_at_once, self.running)
        speaking = asyncio.ensure_future(self.speak(seen, voice))
        leaving = asyncio.ensure_future(_hung_up(reader))
        try:
            await asyncio.wait([speaking, leaving], return_when=asyncio.FIRST_COMPLETED)
        finally:
            self.running -= 1
            for task in (speaking, leaving):
                task.cancel()
            await asyncio.gather(speaking, leaving, return_exceptions=True)


async def _hung_up(reader: asyncio.StreamReader) -> None:
    with suppress(ConnectionError, ssl.SSLError):
        await reader.read(1)


async def _read(reader: asyncio.StreamReader) -> Seen:
    begun = await reader.readexactly(1)
    if begun == TLS_HELLO:
        return Seen("TLS", "/", {}, b"")
    first, *rest = (begun + await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in rest if line)}
    method, path, _ = first.split(" ", 2)
    return Seen(method, path, headers, await reader.readexactly(int(headers.get("content-length", "0"))))
