"""What the fault server's answers are made of: kinds, bodies, requests, and replies that can break anywhere."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

Body = dict[str, Any]

PODS, CONFIGMAPS, SECRETS, EVENTS, NODES, NAMESPACES = "pods", "configmaps", "secrets", "events", "nodes", "namespaces"
KINDS = {
    PODS: "Pod", CONFIGMAPS: "ConfigMap", SECRETS: "Secret", EVENTS: "Event", NODES: "Node", NAMESPACES: "Namespace",
    "services": "Service", "endpoints": "Endpoints", "serviceaccounts": "ServiceAccount", "limitranges": "LimitRange",
    "resourcequotas": "ResourceQuota", "replicationcontrollers": "ReplicationController",
}  # fmt: skip
CLUSTER_SCOPED = {NODES, NAMESPACES}


@dataclass(slots=True)
class Request:
    """One request as it came: ``at_s`` is the loop's time."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]
    at_s: float

    @property
    def resource(self) -> str:
        """The plural of the kind, or the last part of the path."""
        return self.path.rsplit("/", 1)[-1]

    @property
    def is_watch(self) -> bool:
        """A watch, streaming lists included."""
        return self.query.get("watch") == "true"

    @property
    def is_list(self) -> bool:
        """A first page, or a streaming list; probes for a version (limit 1) do not count."""
        if self.is_watch:
            return self.query.get("sendInitialEvents") == "true"
        return self.resource in KINDS and "continue" not in self.query and self.query.get("limit") != "1"


class Reply:
    """Writes one answer; the connection stays open after it unless it was cut."""

    def __init__(self, writer: asyncio.StreamWriter, date: Callable[[], str]) -> None:
        """Write to ``writer``; ``date`` gives the Date header's line."""
        self._writer = writer
        self._date = date
        self.piece_bytes = 0
        self.is_broken = False

    async def whole(self, status: int, body: bytes, content_type: str = "application/json", headers: dict[str, str] | None = None) -> None:
        """A complete answer."""
        more = "".join(f"{k}: {v}\r\n" for k, v in (headers or {}).items())
        head = f"HTTP/1.1 {status} X\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n{self._date()}{more}\r\n"
        await self._send(head.encode() + body)

    async def json(self, status: int, body: Body, headers: dict[str, str] | None = None) -> None:
        """A complete answer in JSON."""
        await self.whole(status, encode(body), headers=headers)

    async def status(self, code: int, reason: str, message: str = "no", headers: dict[str, str] | None = None, **details: object) -> None:
        """A Status object as answer."""
        await self.json(code, status_body(code, reason, message, **details), headers)

    async def begin(self) -> None:
        """Begin a chunked answer."""
        await self._send(f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n{self._date()}\r\n".encode())

    async def chunk(self, data: bytes) -> None:
        """A piece of a chunked answer, itself cut into ``piece_bytes`` if that is set."""
        if not self.piece_bytes:
            await self._send(b"%x\r\n%b\r\n" % (len(data), data))
            return
        for start in range(0, len(data), self.piece_bytes):
            piece = data[start : start + self.piece_bytes]
            await self._send(b"%x\r\n%b\r\n" % (len(piece), piece))

    async def end(self) -> None:
        """End a chunked answer in order."""
        await self._send(b"0\r\n\r\n")

    def reset(self) -> None:
        """Drop the connection with RST."""
        self.is_broken = True
        self._writer.transport.abort()

    async def _send(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()


Handler = Callable[[Request, Reply], Awaitable[bool]]


async def hung_up(reader: asyncio.StreamReader) -> None:
    """Wait until the client is gone."""
    with suppress(ConnectionError, ssl.SSLError):
        await reader.read(1)


def only_metadata(body: Body) -> Body:
    """The object as PartialObjectMetadata."""
    return {"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": body["metadata"]}


def status_body(code: int, reason: str, message: str, **details: object) -> Body:
    """A Status object."""
    return {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": message,
        "reason": reason,
        "code": code,
        "details": details,
    }


def resource_body(plural: str) -> Body:
    """A kind as discovery lists it."""
    return {
        "name": plural, "singularName": KINDS[plural].lower(), "namespaced": plural not in CLUSTER_SCOPED, "kind": KINDS[plural],
        "verbs": ["get", "list", "watch"],
    }  # fmt: skip


def encode(body: Body) -> bytes:
    """JSON as the API server writes it: no spaces."""
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()
