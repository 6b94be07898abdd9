"""An API server that misbehaves on demand, over a log of resourceVersions that is true.

It serves a few kinds with list and watch semantics as the real one has them: one counter for all writes, pages cut from
a snapshot, history that can be forgotten, bookmarks, streaming lists. Faults are switched on by setting attributes;
``truth`` is what a client must end up with. HTTP/1.1 by hand, so that a body can be cut or slowed anywhere.
"""

from __future__ import annotations

import asyncio
import ssl
import urllib.parse
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Self

from tests.contract.fault_http import (
    CLUSTER_SCOPED,
    KINDS,
    PODS,
    Body,
    Handler,
    Reply,
    Request,
    encode,
    hung_up,
    only_metadata,
    resource_body,
    status_body,
)  # fmt: skip


@dataclass(slots=True)
class Change:
    """One entry of the log."""

    version: int
    resource: str
    type: str
    body: Body


@dataclass(slots=True)
class FaultServer:
    """See the module. Change objects with ``put`` and ``delete``; read ``requests``; set faults as attributes."""

    version: int = 1000
    floor: int = 0
    """History up to here is forgotten: watches from below it are told 410."""
    objects: dict[str, dict[str, Body]] = field(default_factory=lambda: {plural: {} for plural in KINDS})
    log: list[Change] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    streaming_lists: bool = True
    bookmark_s: float = 0.2
    watch_limit_s: float = 0.0
    """Every watch ends in order after so long; 0 for as long as the client asks."""
    handlers: list[Handler] = field(default_factory=list)
    """Tried first, in order; one that returns True has answered."""
    line_filter: Callable[[Request, bytes], list[bytes | str]] | None = None
    """Turns a line of a watch into what is sent: bytes, or ``"reset"``, ``"end"``, ``"silence"``, ``"cut"``."""
    initial_end: bool = True
    expired_tokens: set[int] = field(default_factory=set)
    """Numbers of pages (from 2) whose mark is answered by 410, once each."""
    clock_skew_s: float = 0.0
    sends_date: bool = True
    kinds: tuple[str, ...] = (PODS,)
    tls: ssl.SSLContext | None = None
    host: str = "127.0.0.1"
    port: int = 0
    open_lists: int = 0
    most_open_lists: int = 0
    list_delay_s: float = 0.0
    honours_partial: bool = True
    _snapshots: dict[str, tuple[int, list[Body]]] = field(default_factory=dict)
    _server: asyncio.Server | None = None
    _changed: asyncio.Event = field(default_factory=asyncio.Event)
    _connections: set[asyncio.StreamWriter] = field(default_factory=set)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    drops: set[int] = field(default_factory=set)
    """Versions that no watch ever tells of (an event lost in the server)."""

    # ── life ─────────────────────────────────────────────────────────────────────────────────────────────────────

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listen, on the same port as before if there was one."""
        self._server = await asyncio.start_server(self._connected, self.host, self.port, ssl=self.tls, limit=1 << 20)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Close the port and reset every connection."""
        if self._server:
            self._server.close()
        for writer in list(self._connections):
            writer.transport.abort()
        for task in list(self._tasks):
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
        if self._server:
            await self._server.wait_closed()
            self._server = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"{'https' if self.tls else 'http'}://{self.host}:{self.port}"

    @property
    def open_connections(self) -> int:
        """Sockets that clients hold open."""
        return len(self._connections)

    def date(self) -> str:
        """The Date header's line, with the clock's fault; nothing if it is not sent."""
        if not self.sends_date:
            return ""
        moment = format_datetime(datetime.fromtimestamp(datetime.now(UTC).timestamp() + self.clock_skew_s, UTC), usegmt=True)
        return f"Date: {moment}\r\n"

    # ── the cluster's content ────────────────────────────────────────────────────────────────────────────────────

    def put(self, name: str, resource: str = PODS, namespace: str = "shop", **fields: object) -> Body:
        """Create or change an object; returns its body."""
        key = f"{namespace}/{name}"
        known = self.objects[resource].get(key)
        self.version += 1
        meta: Body = {
            "name": name,
            "uid": known["metadata"]["uid"] if known else f"uid-{resource}-{name}-{self.version}",
            "resourceVersion": str(self.version),
        }
        if resource not in CLUSTER_SCOPED:
            meta["namespace"] = namespace
        meta["labels"] = {"turn": str(self.version)}
        meta.update(fields.pop("metadata", {}))  # type: ignore[call-overload]
        body = {"kind": KINDS[resource], "apiVersion": "v1", "metadata": meta, **fields}
        self.objects[resource][key] = body
        self._log(Change(self.version, resource, "MODIFIED" if known else "ADDED", body))
        return body

    def delete(self, name: str, resource: str = PODS, namespace: str = "shop") -> None:
        """Delete an object: its last state is told under a new version."""
        body = self.objects[resource].pop(f"{namespace}/{name}")
        self.version += 1
        last = {**body, "metadata": {**body["metadata"], "resourceVersion": str(self.version)}}
        self._log(Change(self.version, resource, "DELETED", last))

    def forget(self) -> None:
        """Forget all history."""
        self.floor = self.version
        self.log.clear()

    def restore(self, version: int, objects: dict[str, dict[str, Body]]) -> None:
        """Put back an older copy, as when etcd is restored."""
        self.version, self.objects = version, objects
        self.forget()
        self._wake()

    def truth(self, resource: str = PODS) -> dict[str, str]:
        """The uid and version of everything that exists."""
        return {b["metadata"]["uid"]: b["metadata"]["resourceVersion"] for b in self.objects[resource].values()}

    def _log(self, change: Change) -> None:
        self.log.append(change)
        self._wake()

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    def counts(self, resource: str = PODS) -> Counter[str]:
        """How many requests of each sort came for a kind."""
        found: Counter[str] = Counter()
        for request in self.requests:
            if request.resource == resource:
                found["list" if request.is_list else "watch" if request.is_watch else "page"] += 1
        return found

    # ── HTTP ─────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        self._connections.add(writer)
        try:
            while await self._one_request(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError, ssl.SSLError):
            pass
        finally:
            self._tasks.discard(task)
            self._connections.discard(writer)
            writer.close()

    async def _one_request(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        target = head[0].split(" ")[1]
        path, _, query = target.partition("?")
        headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in head[1:] if line)}
        request = Request(path, dict(urllib.parse.parse_qsl(query)), headers, asyncio.get_running_loop().time())
        self.requests.append(request)
        reply = Reply(writer, self.date)
        if not request.is_watch and "follow" not in request.query:
            await self._answer(request, reply)
            return not reply.is_broken
        gone = asyncio.ensure_future(hung_up(reader))  # a client that hangs up ends its watch
        answer = asyncio.ensure_future(self._answer(request, reply))
        try:
            await asyncio.wait({gone, answer}, return_when=asyncio.FIRST_COMPLETED)
            if answer.done():
                await answer
                return not reply.is_broken and not gone.done()
            return False
        finally:
            for task in (gone, answer):
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)

    async def _answer(self, request: Request, reply: Reply) -> None:
        for handler in list(self.handlers):
            if await handler(request, reply):
                return
        if request.resource in KINDS:
            await (self._watch(request, reply) if request.is_watch else self._list(request, reply))
        elif request.path == "/version":
            await reply.json(200, {"gitVersion": "v1.36.3", "major": "1", "minor": "36"})
        elif request.path == "/api":
            await reply.json(200, {"kind": "APIVersions", "versions": ["v1"]})
        elif request.path == "/apis":
            await reply.json(200, {"kind": "APIGroupList", "apiVersion": "v1", "groups": []})
        elif request.path == "/api/v1":
            await reply.json(
                200, {"kind": "APIResourceList", "groupVersion": "v1", "resources": [resource_body(plural) for plural in self.kinds]}
            )
        else:
            await reply.status(404, "NotFound")

    def _is_partial(self, request: Request) -> bool:
        return self.honours_partial and "PartialObjectMetadata" in request.headers.get("accept", "")

    # ── list ─────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _list(self, request: Request, reply: Reply) -> None:
        self.open_lists += 1
        self.most_open_lists = max(self.most_open_lists, self.open_lists)
        try:
            if self.list_delay_s:
                await asyncio.sleep(self.list_delay_s)
            await self._page(request, reply)
        finally:
            self.open_lists -= 1

    async def _page(self, request: Request, reply: Reply) -> None:
        query = request.query
        if int(query.get("resourceVersion") or 0) > self.version:
            await self._too_large(reply)
            return
        token = query.get("continue")
        if token:
            snapshot, _, start = token.partition(":")
            version, items = self._snapshots[snapshot]
            number = int(start) // int(query["limit"]) + 1
            if number in self.expired_tokens:
                self.expired_tokens.discard(number)
                await reply.status(410, "Expired", "The provided continue parameter is too old")
                return
        else:
            snapshot, start, version = str(len(self._snapshots)), "0", self.version
            items = sorted(self.objects[request.resource].values(), key=lambda b: b["metadata"]["name"])
            self._snapshots[snapshot] = (version, items)
        limit = int(query.get("limit", 0)) or len(items) or 1
        end = int(start) + limit
        meta: Body = {"resourceVersion": str(version)}
        if end < len(items):
            meta["continue"] = f"{snapshot}:{end}"
        partial = self._is_partial(request)
        kind = "PartialObjectMetadataList" if partial else KINDS[request.resource] + "List"
        page = [
            only_metadata(b) if partial else {k: v for k, v in b.items() if k not in {"kind", "apiVersion"}}
            for b in items[int(start) : end]
        ]
        await reply.json(200, {"kind": kind, "apiVersion": "v1", "metadata": meta, "items": page or None})

    async def _too_large(self, reply: Reply) -> None:
        await reply.status(
            504,
            "Timeout",
            f"Too large resource version, current: {self.version}",
            causes=[{"reason": "ResourceVersionTooLarge", "message": "x"}],
        )

    # ── watch ────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _watch(self, request: Request, reply: Reply) -> None:
        query = request.query
        initial = query.get("sendInitialEvents") == "true"
        start = int(query.get("resourceVersion") or 0)
        if initial and not self.streaming_lists:
            await reply.status(422, "Invalid", "sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled")
            return
        if not initial and start < self.floor:
            await reply.begin()
            await self._line(request, reply, "ERROR", status_body(410, "Expired", "too old resource version"))
            await reply.end()
            return
        if initial and start > self.version:
            await self._too_large(reply)
            return
        await reply.begin()
        if initial:
            start = await self._initial(request, reply)
        await self._follow(request, reply, start)

    async def _initial(self, request: Request, reply: Reply) -> int:
        self.open_lists += 1
        self.most_open_lists = max(self.most_open_lists, self.open_lists)
        try:
            if self.list_delay_s:
                await asyncio.sleep(self.list_delay_s)
            version = self.version
            for body in list(self.objects[request.resource].values()):
                if not await self._line(request, reply, "ADDED", body):
                    return version
            if self.initial_end:
                await self._bookmark(request, reply, version, {"k8s.io/initial-events-end": "true"})
        finally:
            self.open_lists -= 1
        return version

    async def _follow(self, request: Request, reply: Reply, sent: int) -> None:
        loop = asyncio.get_running_loop()
        until = loop.time() + min(float(request.query.get("timeoutSeconds", 1800)), self.watch_limit_s or 1800)
        marked = loop.time()
        while not reply.is_broken and loop.time() < until:
            changed = self._changed
            for change in [c for c in self.log if c.version > sent and c.resource == request.resource]:
                sent = change.version
                if change.version not in self.drops and not await self._line(request, reply, change.type, change.body):
                    return
            if self.bookmark_s and loop.time() - marked >= self.bookmark_s and request.query.get("allowWatchBookmarks") == "true":
                marked = loop.time()
                sent = max(sent, self.version)
                if not await self._bookmark(request, reply, sent):
                    return
            try:
                async with asyncio.timeout(min(until - loop.time(), self.bookmark_s or 1800)):
                    await changed.wait()
            except TimeoutError:
                pass
        if not reply.is_broken:
            await reply.end()

    async def _bookmark(self, request: Request, reply: Reply, version: int, annotations: dict[str, str] | None = None) -> bool:
        meta: Body = {"resourceVersion": str(version), "creationTimestamp": None}
        if annotations:
            meta["annotations"] = annotations
        return await self._line(request, reply, "BOOKMARK", {"kind": KINDS[request.resource], "apiVersion": "v1", "metadata": meta})

    async def _line(self, request: Request, reply: Reply, kind: str, body: Body) -> bool:
        """Send one event; False when the stream is over."""
        if kind not in {"ERROR", "BOOKMARK"} and self._is_partial(request):
            body = only_metadata(body)
        line = encode({"type": kind, "object": body}) + b"\n"
        for part in self.line_filter(request, line) if self.line_filter else [line]:
            if isinstance(part, bytes):
                await reply.chunk(part)
            elif part == "reset":
                reply.reset()
                return False
            elif part == "end":
                await reply.end()
                return False
            else:
                await asyncio.sleep(3600)
        return True
