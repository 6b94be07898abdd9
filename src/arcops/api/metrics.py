"""``GET /metrics``: what arcops knows of itself, in the Prometheus text format (0.0.4), written by hand.

Names are ``arcops_<floor>_<what>_<unit>[_total]``, times are Unix seconds; the process's own are the usual ones.
"""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from pathlib import Path

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from arcops.api.chat_metrics import expose_chat
from arcops.api.exposition import NONE, Exposition
from arcops.api.findings_metrics import expose_findings
from arcops.chat.answer import Chat
from arcops.queries.health import is_ready
from arcops.queries.services import Services
from arcops.source.base import KindPhase, KindState
from arcops.store.base import StoreStats

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class RequestMeter:
    """Counts of answered requests by route and status, and the time they took."""

    def __init__(self) -> None:
        self.count: Counter[tuple[str, str, int]] = Counter()
        self.seconds: dict[str, float] = {}

    def add(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count one."""
        self.count[route, method, status] += 1
        self.seconds[route] = self.seconds.get(route, 0.0) + seconds


class Metered:
    """ASGI: counts what passes. Paths no route has are one row, so that callers cannot make rows."""

    def __init__(self, app: ASGIApp, meter: RequestMeter) -> None:
        self._app = app
        self._meter = meter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and count its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 500
        began = time.perf_counter()

        async def counted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, counted)
        finally:
            route = getattr(scope.get("route"), "path", "") or "(none)"
            method = scope["method"] if scope["method"] in {"GET", "HEAD", "POST", "DELETE", "OPTIONS"} else "other"
            self._meter.add(route, method, status, time.perf_counter() - began)


async def expose(services: Services, chat: Chat, meter: RequestMeter) -> str:
    """Everything, as of now."""
    out = Exposition()
    _source(out, services)
    _kinds(out, services)
    _store(out, await services.store.stats())
    expose_findings(out, services)
    expose_chat(out, chat.meter, services.model)
    _requests(out, meter)
    _process(out, services)
    return out.text()


def _source(out: Exposition, services: Services) -> None:
    state = services.source.state
    out.gauge("arcops_source_connected", "1 while the cluster answers.", float(state.connected))
    out.gauge("arcops_source_synced", "1 once every kind that may be read has been loaded.", float(is_ready(services)))
    out.gauge("arcops_source_clock_skew_seconds", "The cluster's clock minus ours.", state.clock_skew_ms / 1000)
    out.gauge("arcops_source_discovery_errors", "API groups that could not be discovered.", len(state.discovery_errors))
    out.gauge("arcops_inventory_objects", "Objects that exist now.", len(services.inventory))
    out.counter("arcops_inventory_changes_total", "Changes taken in by the index.", services.inventory.revision)


def _kinds(out: Exposition, services: Services) -> None:
    kinds = {_kind_labels(state): state for state in services.source.state.kinds.values()}
    rows = [({"kind": name}, state) for name, state in kinds.items()]

    def family(name: str, kind: str, about: str, value: str, scale: float = 1) -> None:
        out.family(f"arcops_source_{name}", kind, about, [(labels, getattr(state, value) / scale) for labels, state in rows])

    phases = [({**labels, "phase": phase.value}, float(state.phase is phase)) for labels, state in rows for phase in KindPhase]
    out.family("arcops_source_kind_phase", "gauge", "1 for the phase the watch of a kind is in.", phases)
    live = [(labels, services.inventory.count(state.resource.group_kind)) for labels, state in rows]
    out.family("arcops_inventory_kind_objects", "gauge", "Objects of a kind that exist now.", live)
    family("lists_total", "counter", "Complete lists read.", "lists")
    family("watches_total", "counter", "Watches opened.", "watches")
    family("events_total", "counter", "Watch events read.", "events")
    family("read_bytes_total", "counter", "Bytes read from the cluster.", "bytes_read")
    family("last_event_timestamp_seconds", "gauge", "When the last watch event came; 0 for never.", "last_event_ms", 1000)
    family("last_bookmark_timestamp_seconds", "gauge", "When the last bookmark came; 0 for never.", "last_bookmark_ms", 1000)
    lags = [({**labels, "quantile": str(q)}, state.lag_ms(q) / 1000) for labels, state in rows for q in (0.5, 0.99)]
    out.family("arcops_source_lag_seconds", "gauge", "From reading a change to having taken it in, of the latest 512.", lags)
    unreadable = [(labels, len(state.unreadable)) for labels, state in rows]
    out.family("arcops_source_unreadable_objects", "gauge", "Objects that could not be decoded.", unreadable)
    errors = [({**labels, "cause": cause}, count) for labels, state in rows for cause, count in sorted(state.errors.items())]
    out.family("arcops_source_errors_total", "counter", "Failed reads by cause.", errors)


def _store(out: Exposition, stats: StoreStats) -> None:
    states = ("ok", "read_only", "disk_full", "failed")
    out.family(
        "arcops_store_state", "gauge", "1 for the state the record is in.", [({"state": s}, float(s == stats.state)) for s in states]
    )
    out.gauge("arcops_store_revisions", "Versions of objects kept.", stats.revisions)
    out.gauge("arcops_store_event_sightings", "Sightings of Events kept.", stats.sightings)
    out.gauge("arcops_store_snapshots", "Ticks of the context buffer kept.", stats.snapshots)
    out.gauge("arcops_store_gaps", "Spans in which nothing was seen.", stats.gaps)
    out.gauge("arcops_store_size_bytes", "Size of the record on disk.", stats.bytes_on_disk)
    out.gauge("arcops_store_queued_observations", "Observations that wait to be committed.", stats.queued)
    out.counter("arcops_store_dropped_observations_total", "Observations lost.", stats.dropped)
    out.gauge("arcops_store_last_commit_timestamp_seconds", "When the record was last committed; 0 for never.", stats.last_commit_ms / 1000)
    out.gauge("arcops_store_since_timestamp_seconds", "Where the record begins; 0 while it is empty.", stats.since_ms / 1000)


def _requests(out: Exposition, meter: RequestMeter) -> None:
    counts = [({"route": r, "method": m, "status": str(s)}, n) for (r, m, s), n in sorted(meter.count.items())]
    out.family("arcops_api_requests_total", "counter", "Requests answered.", counts)
    spent = [({"route": route}, seconds) for route, seconds in sorted(meter.seconds.items())]
    out.family("arcops_api_request_seconds_total", "counter", "Time spent on answers.", spent)


def _process(out: Exposition, services: Services) -> None:
    out.gauge("process_start_time_seconds", "When the process began to serve.", services.started_ms / 1000)
    out.counter("process_cpu_seconds_total", "CPU time used.", time.process_time())
    out.family("process_resident_memory_bytes", "gauge", "Memory held.", [(NONE, size) for size in resident_bytes()])
    out.family("python_info", "gauge", "The interpreter.", [({"version": sys.version.split()[0]}, 1.0)])


def resident_bytes() -> list[int]:
    """Resident memory; nothing where the system has no /proc."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        return [pages * os.sysconf("SC_PAGE_SIZE")]
    except (OSError, ValueError, IndexError, AttributeError):
        return []


def _kind_labels(state: KindState) -> str:
    return state.resource.resource_name
