"""Answers on the wire: JSON by msgspec, an ETag, gzip for whoever takes it; large ones never hold up the loop."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from hashlib import blake2b
from typing import Any

import msgspec
from isal import igzip
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

JSON = "application/json"
_ENCODER = msgspec.json.Encoder()
SMALL_BYTES = 1_024
"""Below this gzip saves nothing that matters."""
LARGE_BYTES = 65_536
"""Above this compressing is a thread's work."""
PIECE_BYTES = 262_144
"""Large bodies leave in pieces, between which other answers go out."""
LEVEL = 1
"""Of igzip: a fifth of the time of gzip's quickest level, and a tenth smaller (6 MB of pods: 3.4 ms against 18)."""


def encode(value: Any) -> bytes:
    """A value as JSON."""
    return _ENCODER.encode(value)


async def answer(request: Request, value: Any, *, etag: str = "", headers: Mapping[str, str] | None = None) -> Response:
    """A value as a response: 304 if the caller has it already, compressed if the caller takes that.

    Without ``etag`` the text itself is the measure; pass one where the text holds the time of the answer.
    """
    body = encode(value)
    tag = etag or etag_of(body)
    if is_known(request, tag):
        return not_modified(tag)
    packed = await compressed(body) if takes_gzip(request) and len(body) > SMALL_BYTES else None
    return deliver(body, packed, tag, headers)


def plain(value: Any, status: int = 200) -> Response:
    """A small value that is new each time: no ETag, kept by no cache."""
    return Response(encode(value), status, {"cache-control": "no-store"}, JSON)


def deliver(body: bytes, packed: bytes | None, tag: str, headers: Mapping[str, str] | None = None) -> Response:
    """A finished body, in its packed form if there is one."""
    sent = body if packed is None else packed
    all_headers = {
        "etag": tag, "vary": "accept-encoding", "cache-control": "private, no-cache", "content-length": str(len(sent)), **(headers or {}),
    }  # fmt: skip
    if packed is not None:
        all_headers["content-encoding"] = "gzip"
    if len(sent) <= PIECE_BYTES:
        return Response(sent, 200, all_headers, JSON)
    return StreamingResponse(_pieces(sent), 200, all_headers, JSON)


def not_modified(tag: str) -> Response:
    """The caller has it already."""
    return Response(None, 304, {"etag": tag, "vary": "accept-encoding", "cache-control": "private, no-cache"})


def etag_of(body: bytes) -> str:
    """A weak ETag (it is the same for the compressed form) of a text."""
    return weak(blake2b(body, digest_size=12).hexdigest())


def weak(mark: str) -> str:
    """A weak ETag of a mark."""
    return f'W/"{mark}"'


def is_known(request: Request, tag: str) -> bool:
    """Whether If-None-Match names this ETag; weak comparison, as RFC 9110 asks."""
    known = request.headers.get("if-none-match", "")
    if not known:
        return False
    wanted = tag.removeprefix("W/")
    return any(part.strip() == "*" or part.strip().removeprefix("W/") == wanted for part in known.split(","))


def takes_gzip(request: Request) -> bool:
    """Whether the caller reads gzip."""
    for part in request.headers.get("accept-encoding", "").split(","):
        name, _, quality = part.partition(";")
        if name.strip().lower() in {"gzip", "*"}:
            return quality.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False


async def compressed(body: bytes) -> bytes:
    """The text in gzip; in a thread if it is large."""
    if len(body) <= LARGE_BYTES:
        return igzip.compress(body, LEVEL, mtime=0)
    return await asyncio.to_thread(igzip.compress, body, LEVEL, mtime=0)


async def _pieces(body: bytes) -> Any:
    for piece in _cut(body):
        yield piece


def _cut(body: bytes) -> Iterator[memoryview]:
    view = memoryview(body)
    for start in range(0, len(view), PIECE_BYTES):
        yield view[start : start + PIECE_BYTES]
