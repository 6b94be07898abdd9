"""A recorded watch: written beside a live source, played back later at any speed."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator
from itertools import islice
from pathlib import Path

import msgspec

from arcops.base.clock import Clock
from arcops.base.errors import BadInput, LogsNotFound
from arcops.kube.kinds import KindCatalog
from arcops.source.base import KindPhase, KindsChanged, KindState, LogQuery, LogSeen, Observed, Replaced, Source, SourceEvent, SourceState
from arcops.source.log_text import tail_of
from arcops.source.recording import VERSION, Line, decoded, encoded, event_of, head

_LINES_AT_ONCE = 200
_FLUSH_S = 1.0


class Recorder:
    """Writes source events to a file as they pass, credentials masked. A crash loses the last second, not the file."""

    def __init__(self, path: Path, clock: Clock) -> None:
        """Write to ``path``, which is created (or replaced) with the first event."""
        self._path = path
        self._clock = clock
        self._file: gzip.GzipFile | None = None
        self._flushed_s = clock.monotonic_s()

    async def passing(self, source: Source) -> AsyncIterator[SourceEvent]:
        """The events of a source, each one written before it is given on."""
        async for event in source.observe():
            await self.write(event)
            yield event

    async def write(self, event: SourceEvent) -> None:
        """Write one event; masking and compression run in a thread. Raises ``BadInput`` if the file cannot be written."""
        await asyncio.to_thread(self._write, event, self._clock.now_ms())

    def _write(self, event: SourceEvent, now_ms: int) -> None:
        try:
            if self._file is None:
                self._file = gzip.open(self._path, "wb", compresslevel=6)  # noqa: SIM115 - aclose closes it
                self._file.write(head(now_ms))
            self._file.write(encoded(event, now_ms))
            if self._clock.monotonic_s() - self._flushed_s >= _FLUSH_S:
                self._flushed_s = self._clock.monotonic_s()
                self._file.flush()
        except OSError as error:
            raise BadInput(what=f"The recording {self._path}", why=f"it cannot be written ({error.strerror})") from error

    async def aclose(self) -> None:
        """Write what is left and close. Safe to call twice."""
        file, self._file = self._file, None
        if file is not None:
            await asyncio.to_thread(file.close)


class ReplaySource:
    """Plays a recording with the pauses it had, divided by ``speed``; with speed 0 without any pause. Then it ends.

    Observations keep the times at which they were seen. A recording whose end is torn (a crash) is played up to there.
    """

    def __init__(self, path: Path, clock: Clock, speed: float = 1.0) -> None:
        """Play ``path``; it is opened by ``observe``."""
        self._path = path
        self._clock = clock
        self._speed = speed
        self._state = SourceState("replay", since_ms=clock.now_ms())
        self._catalog = KindCatalog()
        self._logs: dict[tuple[str, str, str, bool], str] = {}

    @property
    def state(self) -> SourceState:
        """Connected while it plays; ``last_error`` says where a torn recording ended."""
        return self._state

    @property
    def catalog(self) -> KindCatalog:
        """The kinds the recording has shown so far."""
        return self._catalog

    async def observe(self) -> AsyncIterator[SourceEvent]:
        """Every event of the recording, in order; raises ``BadInput`` if it is no recording at all."""
        last_ms: int | None = None
        self._state.connected = True
        async for line in self._lines():
            if last_ms is not None and self._speed > 0 and line.ms > last_ms:
                await self._clock.sleep((line.ms - last_ms) / 1000 / self._speed)
            last_ms = line.ms if last_ms is None else max(last_ms, line.ms)
            event = self._event_of(line)
            if event is not None:
                self._count(event, line.ms)
                yield event
        self._state.connected = False

    def _event_of(self, line: Line) -> SourceEvent | None:
        try:
            return event_of(line)
        except (msgspec.DecodeError, ValueError) as error:
            self._state.last_error = f"an event of the recording cannot be read: {error}"
            return None

    async def _lines(self) -> AsyncIterator[Line]:
        file = await asyncio.to_thread(self._opened)
        try:
            while batch := await asyncio.to_thread(self._batch, file):
                for line in batch:
                    yield line
        finally:
            await asyncio.to_thread(file.close)

    def _opened(self) -> gzip.GzipFile:
        """The recording behind its head. A file that is none of ours is closed again."""
        try:
            file = gzip.open(self._path, "rb")  # noqa: SIM115 - _lines closes it
        except OSError as error:
            raise BadInput(what=f"The recording {self._path}", why=error.strerror or str(error)) from error
        problem = self._read_head(file)
        if problem:
            file.close()
            raise BadInput(what=f"The recording {self._path}", why=problem)
        return file

    def _read_head(self, file: gzip.GzipFile) -> str:
        """Take the start from the first line; gives what is wrong with it, or nothing."""
        try:
            first = decoded(file.readline())
        except (OSError, EOFError, zlib.error, msgspec.DecodeError) as error:
            return str(error)
        self._state.since_ms = first.ms
        if first.type != "head":
            return "it has no head"
        return "it was made by a newer arcops" if first.version > VERSION else ""

    def _batch(self, file: gzip.GzipFile) -> list[Line]:
        lines: list[Line] = []
        try:
            lines += (decoded(line) for line in islice(file, _LINES_AT_ONCE))
        except (OSError, EOFError, zlib.error, msgspec.DecodeError) as error:
            self._state.last_error = f"the recording is torn: {error}"
        return lines

    def _count(self, event: SourceEvent, at_ms: int) -> None:
        if isinstance(event, KindsChanged):
            for resource in event.added:
                self._catalog.add(resource)
                self._state.kinds.setdefault(resource.group_kind, KindState(resource, since_ms=at_ms))
            for resource in event.removed:
                self._catalog.remove(resource.group_kind)
                self._state.kinds.pop(resource.group_kind, None)
        elif isinstance(event, LogSeen):
            self._logs[event.namespace, event.pod, event.container, event.previous] = event.text
        elif isinstance(event, Observed | Replaced):
            if self._catalog.get(event.resource.group_kind) is None:
                self._catalog.add(event.resource)
            kind = self._state.kinds.setdefault(event.resource.group_kind, KindState(event.resource, since_ms=at_ms))
            kind.resource_version = event.cursor
            if isinstance(event, Replaced):
                kind.phase, kind.synced_ms, kind.objects, kind.lists = KindPhase.SYNCED, at_ms, len(event.observations), kind.lists + 1
            else:
                kind.events, kind.last_event_ms = kind.events + len(event.observations), at_ms

    async def logs(self, query: LogQuery) -> str:
        """The newest lines the recording has shown so far of a container; raises ``LogsNotFound``."""
        text = self._logs.get((query.namespace, query.pod, query.container, query.previous))
        if text is None:
            raise LogsNotFound(what=f"{query.namespace}/{query.pod}", why="the recording holds none")
        return tail_of(text, query)

    async def follow_logs(self, query: LogQuery) -> AsyncIterator[str]:
        """The same lines, then the end."""
        for line in (await self.logs(query)).splitlines():
            yield line

    async def aclose(self) -> None:
        """The file is closed when ``observe`` is left."""
