"""Plays case files: a cluster as it was seen, step by step, and what a diagnosis says of it at the end.

The expectation of a case is read here and by no rule. ``testing/scoring.py`` compares the two.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from arcops.base.bus import Bus
from arcops.base.clock import Clock, SystemClock
from arcops.findings.base import Rule
from arcops.findings.report import Report, ruled_out
from arcops.inventory.index import Inventory
from arcops.kube.kinds import KindCatalog
from arcops.kube.refs import ObjectRef
from arcops.queries.diagnosis import Diagnosis
from arcops.queries.findings import Document, FindingScope, document_of, narrowed
from arcops.queries.past import WHOLE_LOG
from arcops.queries.services import Services
from arcops.runtime.pipeline import Pipeline
from arcops.source.base import GapSeen, LogQuery, Observed, Replaced, SourceEvent, SourceState
from arcops.source.drivers.files import FilesSource
from arcops.store.engines.memory import MemoryStore


class MomentClock(SystemClock):
    """A clock that stands still until it is moved: files are read as fast as they can be, at their own times."""

    def __init__(self, now_ms: int) -> None:
        """``now_ms`` is the moment it shows."""
        self.moment_ms = now_ms

    def now_ms(self) -> int:
        """That moment."""
        return self.moment_ms


class _Stepped:
    """A source of files that halts between observations, so that each is judged before the next is known."""

    def __init__(self, source: FilesSource, play: Play) -> None:
        self._source = source
        self._play = play

    @property
    def state(self) -> SourceState:
        return self._source.state

    @property
    def catalog(self) -> KindCatalog:
        return self._source.catalog

    async def observe(self) -> AsyncIterator[SourceEvent]:
        now_ms: int | None = None
        async for event in self._source.observe():
            at_ms = _moment_of(event)
            if at_ms is not None and at_ms > self._play.present_ms:
                return
            if now_ms is not None and at_ms is not None and at_ms > now_ms:
                await self._play.judge(now_ms)
            now_ms = at_ms if at_ms is not None else now_ms
            self._play.clock.moment_ms = now_ms or self._play.clock.moment_ms
            yield event

    async def logs(self, query: LogQuery) -> str:
        return await self._source.logs(query)

    def follow_logs(self, query: LogQuery) -> AsyncIterator[str]:
        return self._source.follow_logs(query)

    async def aclose(self) -> None:
        await self._source.aclose()


class Play:
    """One file (or several that are one picture), played to a moment."""

    def __init__(self, source: FilesSource, rules: Sequence[Rule] | None = None, until_ms: int | None = None) -> None:
        """``until_ms`` stops the play at an earlier moment than the file's present."""
        self.present_ms = source.present_ms if until_ms is None else min(until_ms, source.present_ms)
        self.clock = MomentClock(self.present_ms)
        self.source = source
        self._stepped = _Stepped(source, self)
        self._store = MemoryStore(self.clock)
        self.services = Services(self._stepped, Inventory(), self._store, self.clock, self.present_ms)
        self.diagnosis = Diagnosis(self.services, rules, WHOLE_LOG)

    async def run(self) -> Report:
        """Play everything up to the present; the diagnosis of that moment."""
        pipeline = Pipeline(self._stepped, self._store, self.services.inventory, Bus(lambda _older, newer: newer), self.clock)
        await pipeline.run()
        self.clock.moment_ms = self.present_ms
        return await self.diagnosis.look(self.present_ms, is_whole=self.source.is_whole)

    async def judge(self, at_ms: int) -> None:
        """Between two observations: what is wrong now, so that later the time of its beginning is known."""
        await self.diagnosis.look(at_ms, is_whole=self.source.is_whole)

    def ruled_out(self, ref: ObjectRef) -> list[str]:
        """What was looked at and found well."""
        return ruled_out(self.diagnosis.engine, ref)


@dataclass(frozen=True, slots=True)
class Played:
    """A file's diagnosis: the report, its document, and the play for further questions."""

    report: Report
    document: Document
    play: Play


async def play_files(
    names: Sequence[str | Path], scope: FindingScope | None = None, *, until_ms: int | None = None, rules: Sequence[Rule] | None = None,
    clock: Clock | None = None,
) -> Played:  # fmt: skip
    """Read files as one picture, play them and diagnose the last moment. Raises ``BadInput``."""
    source = await FilesSource.open(names, clock or SystemClock())
    play = Play(source, rules, until_ms)
    made = narrowed(await play.run(), scope or FindingScope(), play.services.inventory)
    return Played(made, document_of(made, source.catalog, ", ".join(map(str, names))), play)


def play(names: Sequence[str | Path], scope: FindingScope | None = None, until_ms: int | None = None) -> Played:
    """The same for callers without an event loop."""
    return asyncio.run(play_files(names, scope, until_ms=until_ms))


def as_json(document: Document) -> str:
    """A document as one line of JSON."""
    return msgspec.json.encode(document).decode()


def _moment_of(event: SourceEvent) -> int | None:
    match event:
        case Observed():
            return event.observations[0].seen_ms if event.observations else None
        case Replaced():
            return event.seen_ms
        case GapSeen():
            return event.until_ms
        case _:
            return None
