"""The large answer: the status of every pod, encoded once per change of a pod and not once per request.

A pod's row is kept as JSON for as long as its object is the same; an answer is those texts joined, and the whole body,
packed too, serves all who ask while nothing changes. Figures for 10,000 pods are in docs/adr/0005-answers-are-structs.md.
"""

from __future__ import annotations

import asyncio
import gzip
import time
from bisect import bisect_right
from dataclasses import dataclass
from typing import cast

import msgspec

from arcops.api.encode import LARGE_BYTES, compressed, encode, weak
from arcops.inventory.base import Entry
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.pod import Pod
from arcops.queries.cluster import cluster_status
from arcops.queries.events import Event, event_row, last_ms, newest_first
from arcops.queries.live import EVENTS, POD, live_events
from arcops.queries.pods import PodStatus, pod_status
from arcops.queries.services import Services

FRESH_MS = 1_000
"""How long a body may be served again while nothing changes: its timestamp is at most so old."""
SHARED_MS = 25
"""How long a large body is served again although something has changed: half of what a change may take to be seen."""
_LONGEST_S = 0.005
"""Work on rows between two pauses."""


class PodFragments:
    """The encoded row of each pod, kept while the pod's object is the same."""

    def __init__(self, services: Services) -> None:
        self._inventory = services.inventory
        self._kept: dict[int, tuple[KubeObject, PodStatus]] = {}
        """By the identity of the entry, which is its pod's for life: a ref takes ten times as long to look up."""

    def __len__(self) -> int:
        return len(self._kept)

    def rows(self, _services: Services | None = None) -> list[PodStatus]:
        """Every pod's row as JSON in the place of its ``PodStatus``: the encoder copies it as it is."""
        kept = self._kept
        return [
            held[1] if (held := kept.get(id(entry))) is not None and held[0] is entry.obj else self.row(entry)
            for entry in self._inventory.list(POD)
        ]

    def row(self, entry: Entry) -> PodStatus:
        """One pod's row."""
        obj = entry.obj
        held = self._kept.get(id(entry))
        if held is None or held[0] is not obj:
            held = self._kept[id(entry)] = (obj, cast("PodStatus", msgspec.Raw(encode(pod_status(cast("Pod", obj))))))
        return held[1]

    async def warm(self) -> None:
        """Encode what is new, giving way to others in between; forget pods that are gone once they are many."""
        kept, entries = self._kept, self._inventory.list(POD)
        began = time.perf_counter()
        for entry in entries:
            if (held := kept.get(id(entry))) is not None and held[0] is entry.obj:
                continue
            self.row(entry)
            if time.perf_counter() - began > _LONGEST_S:
                await asyncio.sleep(0)
                began = time.perf_counter()
        if len(kept) > 1.1 * len(entries) + 100:
            self._kept = {key: kept[key] for entry in entries if (key := id(entry)) in kept}


class EventFragments:
    """The live events as JSON, newest first, kept while no event comes, changes or goes."""

    def __init__(self, services: Services) -> None:
        self._inventory = services.inventory
        self._revision: tuple[int, ...] = ()
        self._rows: list[Event] = []
        self._ages: list[int] = []

    def rows(self, services: Services, since_ms: int) -> list[Event]:
        """Those last seen at or after a moment, each as JSON in the place of its ``Event``."""
        revision = tuple(self._inventory.kind_revision(kind) for kind in EVENTS)
        if revision != self._revision:
            found = newest_first(live_events(services))
            self._rows = [cast("Event", msgspec.Raw(encode(event_row(event)))) for event in found]
            self._ages = [-last_ms(event) for event in found]
            self._revision = revision
        return self._rows[: bisect_right(self._ages, -since_ms)]


@dataclass(slots=True)
class Body:
    """One encoded answer. ``number`` counts them; ``read_s`` is when the state was taken, on the monotonic clock."""

    number: int
    tag: str
    read_s: float
    text: bytes
    incomplete: list[str]
    packed: bytes | None = None

    @property
    def is_large(self) -> bool:
        """Whether it took long to make."""
        return not self.text or len(self.text) > LARGE_BYTES

    @property
    def plain(self) -> bytes:
        """The JSON."""
        return self.text or gzip.decompress(self.packed or b"")

    async def pack(self) -> None:
        """Have it in gzip. A large text is let go: 10,000 pods are 7 MB, packed 0.6, and hardly anybody wants both."""
        if self.packed is None:
            self.packed = await compressed(self.text)
            if len(self.text) > LARGE_BYTES:
                self.text = b""


class StatusBodies:
    """The body of ``GET /api/cluster/status``, built by one caller for all who wait."""

    def __init__(self, services: Services) -> None:
        self.pods = PodFragments(services)
        self.events = EventFragments(services)
        self._services = services
        self._lock = asyncio.Lock()
        self._last: Body | None = None
        self._begun = 0

    def tag(self) -> str:
        """The ETag of what an answer would say now, its timestamp aside: events also change by growing old."""
        inventory = self._services.inventory
        kinds = (POD, *EVENTS)
        marks = [str(inventory.kind_revision(kind)) for kind in kinds]
        phases = "".join(state.phase.value[0] for kind in kinds if (state := self._services.source.state.kinds.get(kind)))
        minute = self._services.clock.now_ms() // 60_000 if any(inventory.count(kind) for kind in EVENTS) else 0
        return weak(f"{self._services.started_ms:x}-{'-'.join(marks)}-{phases}-{minute:x}")

    async def current(self, *, packed: bool) -> Body:
        """A body that is no older than this call, still true, or large and hardly older. Whoever waits for another's work shares it."""
        begun = self._begun
        async with self._lock:
            body = self._last
            if body is None or not self._serves(body, begun):
                await self.pods.warm()
                body = self._last = self._build()
            if packed:
                await body.pack()
            return body

    def _serves(self, body: Body, begun: int) -> bool:
        """Whether a body was begun after its caller asked, or says what would be said now."""
        if body.number > begun:
            return True
        age_ms = (self._services.clock.monotonic_s() - body.read_s) * 1000
        if body.is_large and age_ms < SHARED_MS:
            return True
        return body.tag == self.tag() and age_ms < FRESH_MS

    def _build(self) -> Body:
        self._begun += 1
        tag, read_s = self.tag(), self._services.clock.monotonic_s()
        status = cluster_status(self._services, self.pods.rows, self.events.rows)
        return Body(self._begun, tag, read_s, encode(status), status.incomplete)
