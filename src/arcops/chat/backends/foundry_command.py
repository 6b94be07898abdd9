"""Finds the service of an installed ``foundry`` command: its port is another one at every start, and only the command knows it."""

from __future__ import annotations

import asyncio
import contextlib
import re
import shutil

from arcops.chat.backends.place import Place

TIME_LIMIT_S = 1.0
_STATUS = (("server", "status"), ("service", "status"))
"""0.10 has a server, earlier versions a service."""
_URL = re.compile(r"https?://(?:\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+):\d{2,5}")
_MOST_BYTES = 65_536


async def find_command_service(path: str | None = None) -> Place | None:
    """Where the service of the ``foundry`` command listens; None without the command or while it does not run.

    ``path`` replaces PATH. Takes at most a second a word, beside the event loop.
    """
    command = await asyncio.to_thread(shutil.which, "foundry", path=path)
    if command is None:
        return None
    for words in _STATUS:
        if (found := _URL.search(await _output(command, *words))) is not None:
            return Place.of(found[0])
    return None


async def _output(*command: str) -> str:
    """What a command prints within the time limit; it is ended then."""
    try:
        process = await asyncio.create_subprocess_exec(
            *command, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
        )
    except OSError:
        return ""
    printed = b""
    try:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(TIME_LIMIT_S):
                while process.stdout is not None and len(printed) < _MOST_BYTES and (piece := await process.stdout.read(4096)):
                    printed += piece
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    return printed.decode("utf-8", "replace")
