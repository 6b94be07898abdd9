"""The large answer: the status of every pod, encoded once per change of a pod and not once per request.

A pod's row is kept as JSON for as long as its object is the same; an answer is those texts joined, and the whole body,
packed too, serves all who ask while nothing changes. Figures for 10,000 pods are in docs/adr/0007-answers-are-structs.md.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import cast

import msgspec

from arcops.api.encode import compressed, encode, weak
from arcops.kube.objects.pod import Pod
from arcops.queries.cluster import cluster_status
from arcops.queries.live import EVENTS, POD, live_pods
from arcops.queries.pods import PodStatus, pod_status
from arcops.queries.services import Services

FRESH_MS = 1_000
"""How long a body may be served again while nothing changes: its timestamp is at most so old."""
_SLICE = 500
"""Rows encoded between two pauses: about 7 ms."""


class PodFragments:
    """The encoded row of each pod, kept while the pod's object is the same."""

    def __init__(self) -> None:
        self._rows: dict[str, tuple[Pod, msgspec.Raw]] = {}

    def row(self, pod: Pod) -> PodStatus:
        """A pod's row as JSON, in the place of its ``PodStatus``: the encoder copies it as it is."""
        uid = pod.metadata.uid or f"{pod.metadata.namespace}/{pod.metadata.name}"
        kept = self._rows.get(uid)
        if kept is None or kept[0] is not pod:
            kept = self._rows[uid] = (pod, msgspec.Raw(encode(pod_status(pod))))
        return cast("PodStatus", kept[1])

    async def warm(self, pods: list[Pod]) -> None:
        """Encode what is new, giving way to others in between; forget pods that are gone once they are many."""
        for start in range(0, len(pods), _SLICE):
            before = len(self._rows)
            for pod in pods[start : start + _SLICE]:
                self.row(pod)
            if len(self._rows) > before:
                await asyncio.sleep(0)
        if len(self._rows) > 1.1 * len(pods) + 100:
            self._rows = {uid: kept for pod in pods if (kept := self._rows.get(uid := pod.metadata.uid)) is not None}


@dataclass(slots=True)
class Body:
    """One encoded answer. ``read_s`` is when the cluster's state was taken, on the monotonic clock."""

    tag: str
    read_s: float
    plain: bytes
    incomplete: list[str]
    packed: bytes | None = None


class StatusBodies:
    """The body of ``GET /api/cluster/status``, built by one caller for all who wait."""

    def __init__(self, services: Services) -> None:
        self.fragments = PodFragments()
        self._services = services
        self._lock = asyncio.Lock()
        self._last: Body | None = None

    def tag(self) -> str:
        """The ETag of what an answer would say now, its timestamp aside: events also change by growing old."""
        inventory = self._services.inventory
        kinds = (POD, *EVENTS)
        marks = [str(inventory.kind_revision(kind)) for kind in kinds]
        phases = "".join(state.phase.value[0] for kind in kinds if (state := self._services.source.state.kinds.get(kind)))
        minute = self._services.clock.now_ms() // 60_000 if any(inventory.count(kind) for kind in EVENTS) else 0
        return weak(f"{self._services.started_ms:x}-{'-'.join(marks)}-{phases}-{minute:x}")

    async def current(self, *, packed: bool) -> Body:
        """A body that is no older than this call, or still true. Whoever waits for another's work shares it."""
        asked_s = self._services.clock.monotonic_s()
        async with self._lock:
            body = self._last
            if body is None or not self._serves(body, asked_s):
                await self.fragments.warm(live_pods(self._services))
                body = self._last = self._build()
            if packed and body.packed is None:
                body.packed = await compressed(body.plain)
            return body

    def _serves(self, body: Body, asked_s: float) -> bool:
        if body.read_s >= asked_s:
            return True
        age_ms = (asked_s - body.read_s) * 1000
        return body.tag == self.tag() and age_ms < FRESH_MS

    def _build(self) -> Body:
        tag, read_s = self.tag(), self._services.clock.monotonic_s()
        status = cluster_status(self._services, self.fragments.row)
        return Body(tag, read_s, encode(status), status.incomplete)
