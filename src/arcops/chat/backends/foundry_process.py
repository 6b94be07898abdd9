"""The child process that runs Foundry Local, from outside: started, spoken to in lines of JSON, ended.

Its environment holds what a program needs to start and nothing else: no key of ours, no proxy while offline, and ``CI``, which is
what stops the library's telemetry. It ends when its input closes, so it never outlives us.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import site
import sys
from collections import deque
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import asdict
from pathlib import Path
from typing import Any

import msgspec

from arcops.base.guard import safe_line
from arcops.base.tasks import TaskGroup
from arcops.chat.backends.base import FailureKind, ModelFailure
from arcops.chat.backends.foundry_child import Order

PROGRAM = Path(__file__).with_name("foundry_child.py")
START_S = 60.0
CLOSE_S = 1.5
_KEPT = ("PATH", "LD_LIBRARY_PATH", "LANG", "LC_ALL", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "PYTHONPATH")
_KEPT_ONLINE = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR")
_MOST_LINE_BYTES = 8_000_000
_LAST_WORDS = 20
_MOST_ANSWERS = 64


class FoundryProcess:
    """One run of the child. ``url`` is the root of its web service, ``own`` the id of the folder's model."""

    def __init__(self, order: Order, python: str = "") -> None:
        """``python`` is an interpreter that has the library; empty for ours."""
        self._order = order
        self._python = python or sys.executable
        self._process: asyncio.subprocess.Process | None = None
        self._tasks = TaskGroup()
        self._answers: dict[int, asyncio.Queue[Mapping[str, Any] | None]] = {}
        self._last_words: deque[str] = deque(maxlen=_LAST_WORDS)
        self._ended = asyncio.Event()
        self._hello: asyncio.Future[Mapping[str, Any]] = asyncio.get_running_loop().create_future()
        self._number = 0
        self.url = ""
        self.own = ""

    @property
    def pid(self) -> int | None:
        """Its process id while it runs."""
        return None if self._process is None or self._process.returncode is not None else self._process.pid

    async def start(self) -> None:
        """Start it and wait until it serves. Raises ``ModelFailure``."""
        self._process = await self._spawned()
        self._tasks.spawn("foundry_lines", self._read_lines(self._process))
        self._tasks.spawn("foundry_log", self._read_log(self._process))
        self._write(asdict(self._order))
        try:
            hello = await asyncio.wait_for(asyncio.shield(self._hello), START_S)
        except TimeoutError:
            await self.aclose()
            raise ModelFailure(kind=FailureKind.SLOW, why=f"Foundry Local did not start in {START_S:g} s") from None
        except BaseException:
            await self.aclose()
            raise
        if hello["event"] != "ready":
            await self.aclose()
            kind = FailureKind.OFF if hello["event"] == "missing" else FailureKind.ERROR
            raise ModelFailure(kind=kind, why=f"Foundry Local cannot start: {safe_line(str(hello.get('why')), 200)}")
        self.url, self.own = str(hello["url"]), str(hello["own"])

    async def ask(self, do: str, model: str = "") -> Any:
        """The value a request gives. Raises ``ModelFailure``."""
        async with aclosing(self.follow(do, model)) as answers:
            async for answer in answers:
                if "value" in answer:
                    return answer["value"]
        raise self._gone()

    async def follow(self, do: str, model: str = "") -> AsyncGenerator[Mapping[str, Any], None]:
        """Every answer to a request: any number with ``progress``, then one with ``value``. Leaving cancels it. Raises ``ModelFailure``."""
        self._number += 1
        number = self._number
        queue: asyncio.Queue[Mapping[str, Any] | None] = asyncio.Queue(_MOST_ANSWERS)
        self._answers[number] = queue
        try:
            if self._ended.is_set():
                raise self._gone()
            self._write({"id": number, "do": do, "model": model})
            while (answer := await queue.get()) is not None:
                if "error" in answer:
                    raise ModelFailure(kind=_kind(str(answer["error"])), why=safe_line(str(answer["error"]), 200).rstrip("."))
                yield answer
                if "value" in answer:
                    return
            raise self._gone()
        finally:
            del self._answers[number]
            if not self._ended.is_set():
                self._write({"id": number, "do": "cancel", "of": number})

    async def ended(self) -> str:
        """Wait until it is gone; how it ended, as a clause."""
        await self._ended.wait()
        return self._gone().why

    async def aclose(self) -> None:
        """End it: its input closes, and what does not end by that is killed."""
        process = self._process
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), CLOSE_S)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        await self._tasks.aclose()
        self._finish()

    async def _spawned(self) -> asyncio.subprocess.Process:
        home = Path(self._order.home)
        try:
            await asyncio.to_thread(home.mkdir, parents=True, exist_ok=True)
            return await asyncio.create_subprocess_exec(
                self._python, "-P", "-u", str(PROGRAM),
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
                env=environment(self._order, os.environ), cwd=home, limit=_MOST_LINE_BYTES,
                start_new_session=sys.platform != "win32",  # a Ctrl+C on the terminal is ours alone
            )  # fmt: skip
        except OSError as error:
            why = f"Foundry Local's process cannot be started ({error.strerror or error})"
            raise ModelFailure(kind=FailureKind.ERROR, why=why) from error

    def _write(self, fields: object) -> None:
        if self._process is not None and self._process.stdin is not None and not self._process.stdin.is_closing():
            self._process.stdin.write(msgspec.json.encode(fields) + b"\n")

    async def _read_lines(self, process: asyncio.subprocess.Process) -> None:
        """Hand each line to whoever waits for it, until the child is gone."""
        if process.stdout is None:  # pragma: no cover - it is a pipe, see above
            return
        with contextlib.suppress(ValueError, ConnectionError):
            async for line in process.stdout:
                self._take(msgspec.json.decode(line))
        await process.wait()
        self._finish()

    async def _read_log(self, process: asyncio.subprocess.Process) -> None:
        """Keep the last lines of its log: a crash is told by them alone."""
        if process.stderr is None:  # pragma: no cover - it is a pipe, see above
            return
        with contextlib.suppress(ValueError, ConnectionError):
            async for line in process.stderr:
                self._last_words.append(line.decode("utf-8", "replace").strip())

    def _take(self, answer: Mapping[str, Any]) -> None:
        if "event" in answer:
            if not self._hello.done():
                self._hello.set_result(answer)
        elif (queue := self._answers.get(answer["id"])) is not None:
            _put(queue, answer)

    def _finish(self) -> None:
        self._ended.set()
        if not self._hello.done():
            self._hello.set_result({"event": "failed", "why": self._gone().why})
        for queue in self._answers.values():
            _put(queue, None)

    def _gone(self) -> ModelFailure:
        code = self._process.returncode if self._process is not None else None
        return ModelFailure(kind=FailureKind.UNREACHABLE, why=how_it_ended(code, self._last_words[-1] if self._last_words else ""))


def _put(queue: asyncio.Queue[Mapping[str, Any] | None], answer: Mapping[str, Any] | None) -> None:
    """Add an answer; where nobody reads, the oldest progress gives way."""
    if queue.full():
        queue.get_nowait()
    queue.put_nowait(answer)


def how_it_ended(code: int | None, last_words: str) -> str:
    """A clause about the end of the child."""
    if code is not None and code < 0:
        name = signal.Signals(-code).name if -code in set(signal.Signals) else str(-code)
        memory = ", perhaps for want of memory" if name == "SIGKILL" else ""
        return f"the model's process was ended by {name}{memory}"
    told = f": {safe_line(last_words, 200)}" if code and last_words else ""
    return f"the model's process ended with status {code}{told}"


def environment(order: Order, ours: Mapping[str, str]) -> dict[str, str]:
    """What the child gets to know of our environment."""
    names = (*_KEPT, *_KEPT_ONLINE) if order.online else _KEPT
    kept = {name: ours[name] for name in names if name in ours}
    return {**kept, "CI": "true", "HOME": order.home, "USERPROFILE": order.home, "PYTHONUSERBASE": site.getuserbase()}


def _kind(error: str) -> FailureKind:
    return FailureKind.UNKNOWN_MODEL if error.startswith("there is no model") else FailureKind.ERROR
