"""Stands between the chat and a model server, and keeps every request that passes: to be judged, not to be trusted."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from arcops.base.redact import mask_text

LIVE_TOKENS = ("<|", "<tool_call>", "</tool_call>", "<think>", "</think>", "[INST]", "<start_of_turn>", "</s>")
FIELDS = {
    "model",
    "messages",
    "max_tokens",
    "temperature",
    "stream",
    "stream_options",
    "response_format",
    "tools",
    "tool_choice",
    "parallel_tool_calls",
}
ROLES = {"system", "user", "assistant", "tool"}


@dataclass(frozen=True)
class Passed:
    """One request."""

    method: str
    path: str
    headers: dict[str, str]
    raw: bytes

    @property
    def body(self) -> dict[str, Any]:
        """The JSON of its body."""
        return dict(json.loads(self.raw)) if self.raw else {}

    @property
    def is_question(self) -> bool:
        """Whether it asks for an answer, and is not the probe of what the model can do."""
        return self.path.endswith("/chat/completions") and bool(self.body.get("stream"))


@dataclass
class RecordingProxy:
    """Forwards to ``target``, byte for byte; ``url`` is what the chat is told instead."""

    target: str
    passed: list[Passed] = field(default_factory=list)
    _server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        """The target's base URL, by way of this proxy."""
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}{urlsplit(self.target).path}"

    @property
    def questions(self) -> list[Passed]:
        """The requests for answers."""
        return [request for request in self.passed if request.is_question]

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._pass_on, "127.0.0.1", 0)
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        assert self._server is not None
        self._server.close()
        await self._server.wait_closed()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        place = urlsplit(self.target)
        there: asyncio.StreamWriter | None = None
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            first, *rest = head.decode("latin-1").split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in rest if line)}
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            method, path, _ = first.split(" ", 2)
            self.passed.append(Passed(method, path, headers, body))
            answer, there = await asyncio.open_connection(place.hostname, place.port)
            there.write(head + body)
            await _until_either(_copied(answer, writer), _copied(reader, there))
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            for end in (there, writer):
                if end is not None:
                    end.close()


async def _copied(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while piece := await reader.read(65536):
            writer.write(piece)
            await writer.drain()


async def _until_either(*works: Any) -> None:
    tasks = [asyncio.ensure_future(work) for work in works]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def complaints_about(request: Passed, window: int) -> list[str]:
    """What is wrong with a question: size, fields, secrets, control tokens that a server would take for its own."""
    body = request.body
    texts = [message["content"] for message in body["messages"]]
    found = [f"the field {name}" for name in sorted(set(body) - FIELDS)]
    found += [f"the role {message['role']}" for message in body["messages"] if message["role"] not in ROLES]
    found += [f"alive: {token} in {text[:80]}" for text in texts for token in LIVE_TOKENS if token in text]
    found += [f"a secret in: {text[:80]}" for text in texts if mask_text(text) != text]
    tools = json.dumps([body.get("tools"), [message.get("tool_calls") for message in body["messages"]]])
    tokens = (sum(len(text.encode()) for text in texts) + len(tools)) // 3 + int(body.get("max_tokens") or window)
    if tokens > window:
        found.append(f"{tokens} tokens for a window of {window}")
    if body.get("temperature") != 0 or body.get("stream") is not True:
        found.append("it is not asked for at temperature 0, streaming")
    return found
