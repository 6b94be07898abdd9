"""Does what a reflector asks for, over HTTP: one task for each kind."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass

import aiohttp
import structlog

from arcops.base.clock import Clock
from arcops.kube.kinds import ApiResource
from arcops.kube.watch import Op
from arcops.source.base import KindPhase, KindState, SourceEvent
from arcops.source.drivers.cluster_errors import TRANSPORT_ERRORS, failure_of_exception
from arcops.source.drivers.cluster_outbox import Outbox
from arcops.source.drivers.cluster_requests import Query, Requests, drop
from arcops.source.failures import Failure
from arcops.source.lines import LineSplitter
from arcops.source.reflector import Reflector, ServerTraits
from arcops.source.steps import ListPage, Moment, OpenWatch, Probe, Wait
from arcops.source.streams import ObjectReader, Page
from arcops.source.watch_options import WatchOptions

log = structlog.get_logger(__name__)

SLICE = 250
"""Objects decoded in one go (about 5 ms of pods) before other tasks get their turn."""

_JSON = "application/json"
_PARTIAL = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1"
PARTIAL_LIST = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"


class LoadSlot:
    """One kind's share of the few lists that may run at once; giving it back twice is harmless."""

    def __init__(self, slots: asyncio.Semaphore) -> None:
        """Compete for ``slots``."""
        self._slots = slots
        self.is_held = False

    async def take(self) -> None:
        """Wait for a slot."""
        await self._slots.acquire()
        self.is_held = True

    def give_back(self) -> None:
        """Let another kind load."""
        if self.is_held:
            self.is_held = False
            self._slots.release()


@dataclass(frozen=True, slots=True)
class Shared:
    """What the watchers of one cluster have in common."""

    requests: Requests
    outbox: Outbox
    clock: Clock
    options: WatchOptions
    slots: asyncio.Semaphore
    rng: random.Random
    traits: ServerTraits


class KindWatcher:
    """Follows one kind for as long as its task runs."""

    def __init__(self, resource: ApiResource, shared: Shared) -> None:
        """Nothing is asked before ``run``."""
        self.resource = resource
        self.reflector = Reflector(resource, shared.options, shared.rng, shared.traits)
        self._reader = ObjectReader(resource)
        self._requests = shared.requests
        self._outbox = shared.outbox
        self._slot = LoadSlot(shared.slots)
        self._clock = shared.clock
        self._options = shared.options
        self._path = resource.path()
        self._response: aiohttp.ClientResponse | None = None
        self._interrupted = False
        self._body = bytearray()

    @property
    def state(self) -> KindState:
        """Progress of this kind."""
        return self.reflector.state

    def at(self) -> Moment:
        """Now."""
        return Moment(self._clock.monotonic_s(), self._clock.now_ms())

    async def run(self) -> None:
        """List and watch until cancelled."""
        try:
            while True:
                await self._do_next()
                if not self.reflector.is_loading:
                    self._slot.give_back()
        finally:
            self._slot.give_back()

    async def _do_next(self) -> None:
        step = self.reflector.next_step(self.at())
        if isinstance(step, Wait):
            self._slot.give_back()
            if await self._requests.pause(step.seconds):
                self.reflector.server_returned(self.at())
        elif self.reflector.is_loading and not self._slot.is_held:
            await self._slot.take()  # then ask again: another kind may have learnt something of the server meanwhile
        elif isinstance(step, ListPage):
            await self._list(step)
        elif isinstance(step, OpenWatch):
            await self._watch(step)
        else:
            await self._probe(step)

    def reload(self, why: str) -> None:
        """Close the stream and list again."""
        self.reflector.demand_load(why)
        self._interrupted = True
        if self._response:
            drop(self._response)

    # ── lists ────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _list(self, step: ListPage) -> None:
        query: Query = [("limit", str(step.limit))] if step.limit else []
        if step.continue_token:
            query.append(("continue", step.continue_token))
        elif step.resource_version:
            query += [("resourceVersion", step.resource_version), ("resourceVersionMatch", "NotOlderThan")]
        accept = PARTIAL_LIST if self._reader.metadata_only else _JSON
        page = await self._page(query, accept, self._options.list_timeout_s, self._body)
        if isinstance(page, Failure):
            self._failed(page)
            return
        items = []
        for index, raw in enumerate(page.items):
            item = self._reader.item(bytes(raw), Op.RELISTED)
            if isinstance(item, Failure):
                self._failed(item)
                return
            items.append(item)
            if index % SLICE == SLICE - 1:
                await asyncio.sleep(0)
        page.items.clear()
        if not page.continue_token:
            self._body = bytearray()
        events = self.reflector.page_read(items, page.resource_version, page.continue_token, self.at())
        del items
        await asyncio.sleep(0)
        if events:
            await self._loaded(events)

    async def _page(self, query: Query, accept: str, total_s: float, body: bytearray) -> Page | Failure:
        """One page of a list, its items views of ``body``: they must be gone before it is used again."""
        opened = await self._requests.open(self._path, query, accept, total_s=total_s)
        if isinstance(opened, Failure):
            return opened
        size = await self._requests.read_into(body, opened, self._options.page_cap_bytes)
        if isinstance(size, Failure):
            self._requests.lost(size)
            return size
        self.state.bytes_read += size
        return self._reader.page(memoryview(body)[:size])

    async def _probe(self, _step: Probe) -> None:
        page = await self._page([("limit", "1")], PARTIAL_LIST, self._options.connect_timeout_s, bytearray())
        if isinstance(page, Failure):
            self._failed(page)
        else:
            self.reflector.probed(page.resource_version, self.at())

    async def listed_versions(self) -> tuple[dict[str, str], str] | Failure:
        """The uid and version of every object the server has now, and the version of that list, for the audit."""
        versions: dict[str, str] = {}
        token, list_version = "", ""
        while True:
            query: Query = [("limit", str(self._options.page_limit))]
            if token:
                query.append(("continue", token))
            page = await self._page(query, PARTIAL_LIST, self._options.list_timeout_s, bytearray())
            if isinstance(page, Failure):
                return page
            versions.update(self._reader.versions(page))
            list_version, token = list_version or page.resource_version, page.continue_token
            await asyncio.sleep(0)
            if not token:
                return versions, list_version

    # ── watches ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def _watch(self, step: OpenWatch) -> None:
        query: Query = [("watch", "true"), ("allowWatchBookmarks", "true"), ("timeoutSeconds", str(max(1, round(step.timeout_s))))]
        if step.resource_version:
            query.append(("resourceVersion", step.resource_version))
        if step.is_load:
            query += [("sendInitialEvents", "true"), ("resourceVersionMatch", "NotOlderThan")]
        self._interrupted = False
        total_s = step.timeout_s + self._options.idle_limit_s
        opened = await self._requests.open(self._path, query, _PARTIAL if self._reader.metadata_only else _JSON, total_s=total_s)
        if isinstance(opened, Failure):
            self._failed(opened)
            return
        self._response = opened
        failure: Failure | None = None
        self._requests.stream_opened()
        try:
            self.reflector.watch_opened(self.at())
            self._note_phase()
            failure = await self._follow(opened)
        finally:
            self._response = None
            drop(opened)
            is_silent = failure is not None and failure.is_silence and not self.reflector.is_loading
            self._requests.stream_closed(None if self._interrupted or is_silent else failure)
        if self._interrupted:
            return
        if failure and is_silent:
            self.reflector.fell_silent(failure)
        elif failure:
            self._failed(failure)
        elif self.reflector.ended(self.at()):
            self._note_phase()

    async def _follow(self, response: aiohttp.ClientResponse) -> Failure | None:
        """Read a stream to its end; None when it ended in order. A line without newline at the end is no event."""
        splitter = LineSplitter(self._options.line_cap_bytes)
        while True:
            try:
                chunk = await self._read(response)
            except TRANSPORT_ERRORS as error:
                return failure_of_exception(error)
            if isinstance(chunk, Failure) or not chunk:
                return chunk or None
            self._requests.heard()
            self.state.bytes_read += len(chunk)
            lines = splitter.feed(chunk)
            del chunk
            for start in range(0, len(lines), SLICE):
                read = self._reader.event
                events, failure = self.reflector.saw([read(line) for line in lines[start : start + SLICE]], self.at())
                if events:
                    await self._loaded(events)
                if failure:
                    return failure
                if len(lines) > SLICE:
                    await asyncio.sleep(0)
            if self.reflector.is_loading and (overdue := self.reflector.initial_overdue(0.0, self.at())):
                return overdue

    async def _read(self, response: aiohttp.ClientResponse) -> bytes | Failure:
        """The next bytes; while a list streams, patience is shorter and its end is looked for."""
        if not self.reflector.is_loading:
            return await response.content.readany()
        quiet_s = 0.0
        while True:
            try:
                async with asyncio.timeout(self._options.initial_events_warn_s) as limit:
                    return await response.content.readany()
            except TimeoutError:
                if not limit.expired():
                    raise
            quiet_s += self._options.initial_events_warn_s
            log.warning("streaming_list_quiet", kind=self.resource.resource_name, quiet_s=quiet_s)
            overdue = self.reflector.initial_overdue(quiet_s, self.at())
            if overdue:
                return overdue

    # ── what came of it ──────────────────────────────────────────────────────────────────────────────────────────

    async def _loaded(self, events: list[SourceEvent]) -> None:
        """Hand events to the consumer; a complete list first lets the next kind load."""
        if not self.reflector.is_loading:
            self._slot.give_back()
        self._note_phase()
        while events:
            await self._outbox.put(events.pop(0))

    def _failed(self, failure: Failure) -> None:
        self.reflector.failed(failure, self.at())
        self._note_phase(failure)

    _noted = KindPhase.LOADING

    def _note_phase(self, failure: Failure | None = None) -> None:
        """One log line when a kind becomes forbidden or readable again, or the server answers wrongly; not one a try."""
        phase = self.state.phase
        if phase is self._noted:
            return
        before, self._noted = self._noted, phase
        name = self.resource.resource_name
        if phase is KindPhase.FORBIDDEN:
            log.warning("kind_forbidden", kind=name, error=failure.message if failure else "")
        elif before is KindPhase.FORBIDDEN:
            log.info("kind_readable_again", kind=name)
        elif failure and not failure.is_lost and failure.cause not in {"expired", "too_large"}:
            log.warning("kind_failing", kind=name, cause=failure.cause, error=failure.message)
