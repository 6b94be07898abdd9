"""A wire between a client and a server that can be cut and mended while both go on living."""

from __future__ import annotations

import asyncio
import urllib.parse
from contextlib import suppress
from typing import Self


class Wire:
    """Forwards a port of its own on loopback to the server at ``url``; TLS passes through untouched."""

    def __init__(self, url: str) -> None:
        """Lead to the host and port of ``url``."""
        target = urllib.parse.urlsplit(url)
        self._target = (target.hostname or "", target.port or 443)
        self._port = 0
        self._server: asyncio.Server | None = None
        self._ends: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        await self.mend()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.cut()

    @property
    def url(self) -> str:
        """The address to give to the client."""
        return f"https://127.0.0.1:{self._port}"

    async def mend(self) -> None:
        """Accept connections, on the same port as before."""
        self._server = await asyncio.start_server(self._join, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        """Reset every connection and refuse new ones."""
        if self._server:
            self._server.close()
        for end in list(self._ends):
            end.transport.abort()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=5.0)
        if self._server:
            await self._server.wait_closed()
            self._server = None

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        self._ends.add(writer)
        try:
            with suppress(OSError):
                far_reader, far_writer = await asyncio.open_connection(*self._target)
                self._ends.add(far_writer)
                await asyncio.gather(_pump(reader, far_writer), _pump(far_reader, writer))
                self._ends.discard(far_writer)
        finally:
            self._ends.discard(writer)
            self._tasks.discard(task)
            writer.transport.abort()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.transport.abort()
