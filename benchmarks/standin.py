"""A stand-in API server in a process of its own: discovery, LIST in pages, watches at a steady rate; bodies pre-encoded.

It spends as little as it can, so that what is measured is the client. ``python -m benchmarks.standin PODS RATE`` prints
its address as one line; RATE is pod events a second sent to every
pod watch, to fifty pods in turn (0: as fast as the client takes them, to two thousand; below 0: none).
"""

from __future__ import annotations

import asyncio
import sys
import time
from urllib.parse import parse_qs, urlsplit

import msgspec

from benchmarks.synthetic import others, pods

KINDS = (
    ("v1", "Node", "nodes", False),
    ("v1", "Namespace", "namespaces", False),
    ("v1", "Pod", "pods", True),
    ("v1", "Service", "services", True),
    ("v1", "ConfigMap", "configmaps", True),
    ("v1", "Event", "events", True),
    ("apps/v1", "Deployment", "deployments", True),
    ("apps/v1", "ReplicaSet", "replicasets", True),
)

STAMP = b"STAMPSTAMPSTAMPSTAMP"
"""Where the time of sending (20 digits of nanoseconds) goes in a watch event's annotation."""


class StandIn:
    """Serves the synthetic cluster; see the module."""

    def __init__(self, count: int, rate: float) -> None:
        self.rate = rate
        self.version = 100_000
        self.items: dict[str, list[bytes]] = {plural: [] for _, _, plural, _ in KINDS}
        self.items["pods"] = pods(count)
        names = {kind: plural for _, kind, plural, _ in KINDS}
        if count >= 1000:
            for body in others(1000):
                self.items[names[body["kind"]]].append(msgspec.json.encode(body))
        self.events = [_event(raw) for raw in self.items["pods"][: 50 if rate > 0 else 2000]]

    async def serve(self) -> None:
        """Listen on a free loopback port until the process is ended."""
        server = await asyncio.start_server(self._client, "127.0.0.1", 0, limit=1 << 20)
        print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
        await server.serve_forever()

    async def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                target = urlsplit(head.split(b" ", 2)[1].decode())
                await self._answer(target.path, {k: v[0] for k, v in parse_qs(target.query).items()}, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _answer(self, path: str, query: dict[str, str], writer: asyncio.StreamWriter) -> None:
        plural = path.rpartition("/")[2]
        if query.get("watch") in {"1", "true"}:
            await self._watch(plural, query, writer)
        elif plural in self.items:
            _whole(writer, self._page(plural, query))
        elif path in _DISCOVERY:
            _whole(writer, _DISCOVERY[path])
        else:
            _whole(writer, b'{"kind":"Status","status":"Failure","code":404,"message":"not found"}', "404 Not Found")
        await writer.drain()

    def _page(self, plural: str, query: dict[str, str]) -> bytes:
        items = self.items[plural]
        start, limit = int(query.get("continue", "0") or 0), int(query.get("limit", "0") or 0) or len(items)
        more = str(start + limit) if start + limit < len(items) else ""
        version, kind = next((v, k) for v, k, p, _ in KINDS if p == plural)
        meta = f'{{"resourceVersion":"{self.version}","continue":"{more}"}}'
        head = f'{{"kind":"{kind}List","apiVersion":"{version}","metadata":{meta},"items":['
        return head.encode() + b",".join(items[start : start + limit]) + b"]}"

    async def _watch(self, plural: str, query: dict[str, str], writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
        if query.get("sendInitialEvents") == "true":
            await self._initial(plural, writer)
        if plural != "pods" or self.rate < 0:
            while True:
                await asyncio.sleep(20)
                _chunk(writer, _bookmark(plural, self.version))
                await writer.drain()
        await (self._steadily(writer) if self.rate else self._flat_out(writer))

    async def _initial(self, plural: str, writer: asyncio.StreamWriter) -> None:
        for raw in self.items[plural]:
            _chunk(writer, b'{"type":"ADDED","object":' + raw + b"}\n")
            if writer.transport.get_write_buffer_size() > 1 << 20:
                await writer.drain()
        _chunk(writer, _bookmark(plural, self.version, initial_end=True))
        await writer.drain()

    async def _flat_out(self, writer: asyncio.StreamWriter) -> None:
        while not writer.is_closing():
            for line in self.events:
                _chunk(writer, self._stamped(line))
                if writer.transport.get_write_buffer_size() > 1 << 20:
                    await writer.drain()
                elif writer.is_closing():
                    return

    async def _steadily(self, writer: asyncio.StreamWriter) -> None:
        began, sent = time.monotonic(), 0
        while True:
            due = int((time.monotonic() - began) * self.rate)
            while sent < due:
                _chunk(writer, self._stamped(self.events[sent % len(self.events)]))
                sent += 1
            await writer.drain()
            await asyncio.sleep(0.001)

    def _stamped(self, line: tuple[bytes, bytes, bytes]) -> bytes:
        self.version += 1
        return b"%s%020d%s%d%s" % (line[0], time.time_ns(), line[1], self.version, line[2])


def _event(raw: bytes) -> tuple[bytes, bytes, bytes]:
    """A watch line in three pieces; between them go the time of sending and the resourceVersion."""
    body = msgspec.json.decode(raw)
    meta = body["metadata"]
    notes = {"stamp": STAMP.decode(), **meta.pop("annotations")}
    meta = {"annotations": notes, **meta, "resourceVersion": "VERSION"}
    line = b'{"type":"MODIFIED","object":' + msgspec.json.encode({**body, "metadata": meta}) + b"}\n"
    before, _, after = line.partition(STAMP)
    middle, _, end = after.partition(b"VERSION")
    return before, middle, end


def _bookmark(plural: str, version: int, *, initial_end: bool = False) -> bytes:
    api, kind = next((v, k) for v, k, p, _ in KINDS if p == plural)
    note = ',"annotations":{"k8s.io/initial-events-end":"true"}' if initial_end else ""
    meta = f'{{"resourceVersion":"{version}"{note}}}'
    return f'{{"type":"BOOKMARK","object":{{"kind":"{kind}","apiVersion":"{api}","metadata":{meta}}}}}\n'.encode()


def _chunk(writer: asyncio.StreamWriter, data: bytes) -> None:
    writer.write(b"%x\r\n%s\r\n" % (len(data), data))


def _whole(writer: asyncio.StreamWriter, body: bytes, status: str = "200 OK") -> None:
    writer.write(f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)


def _resources(api_version: str) -> bytes:
    found = [
        {"name": plural, "singularName": kind.lower(), "namespaced": namespaced, "kind": kind, "verbs": ["get", "list", "watch"]}
        for version, kind, plural, namespaced in KINDS
        if version == api_version
    ]
    return msgspec.json.encode({"kind": "APIResourceList", "groupVersion": api_version, "resources": found})


_DISCOVERY = {
    "/version": b'{"major":"1","minor":"36","gitVersion":"v1.36.3","platform":"linux/amd64"}',
    "/api": b'{"kind":"APIVersions","versions":["v1"]}',
    "/apis": msgspec.json.encode(
        {
            "kind": "APIGroupList",
            "apiVersion": "v1",
            "groups": [
                {
                    "name": "apps",
                    "versions": [{"groupVersion": "apps/v1", "version": "v1"}],
                    "preferredVersion": {"groupVersion": "apps/v1", "version": "v1"},
                }
            ],
        },
    ),
    "/api/v1": _resources("v1"),
    "/apis/apps/v1": _resources("apps/v1"),
}


if __name__ == "__main__":
    asyncio.run(StandIn(int(sys.argv[1]), float(sys.argv[2])).serve())
