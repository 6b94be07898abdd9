"""The context buffer: the recent window of the record, with a tick each half minute, as the first version kept it."""

from __future__ import annotations

import msgspec

from arcops.base.clock import rfc3339
from arcops.base.errors import NotFound
from arcops.base.ids import id_ms
from arcops.queries.answers import GapSpan, gap_span, stamp
from arcops.queries.bodies import decode_pod
from arcops.queries.cluster import ClusterStatus
from arcops.queries.events import Event, event_row, last_ms, newest_first
from arcops.queries.live import POD
from arcops.queries.pods import pod_status
from arcops.queries.services import Services
from arcops.queries.times import HOUR_MS, window_of
from arcops.store.base import EventFilter, Scope, Snapshot, Window

_MOST_EVENTS = 5_000


class SnapshotInfo(msgspec.Struct, frozen=True, gc=False):
    """One tick: its id (for ``/api/context/snapshots/{id}``), its moment, and how many objects there were of what."""

    id: int
    timestamp: str
    counts: dict[str, int]


class ContextStats(msgspec.Struct, frozen=True, gc=False):
    """What the buffer holds, and what the record behind it does. Sizes in bytes; ``since`` is the start of the record."""

    snapshots: int
    max_snapshots: int
    retention_hours: float
    interval_s: float
    oldest_snapshot: str | None
    newest_snapshot: str | None
    engine: str
    state: str
    since: str | None
    revisions: int
    objects: int
    live_objects: int
    event_sightings: int
    gaps: int
    size_bytes: int
    queued: int
    dropped: int


class ContextWindow(msgspec.Struct, frozen=True, gc=False):
    """A span of the buffer: its ticks, newest first, the events of the span, newest first, and what was not seen."""

    since: str
    until: str
    snapshots: list[SnapshotInfo]
    events: list[Event]
    gaps: list[GapSpan]
    stats: ContextStats


async def context_stats(services: Services) -> ContextStats:
    """Health and use of the context buffer."""
    now = services.clock.now_ms()
    stats = await services.store.stats()
    ticks = await services.store.snapshots(_reach(services, now), services.context.max_snapshots)
    return ContextStats(
        snapshots=len(ticks), max_snapshots=services.context.max_snapshots, retention_hours=services.context.retention_hours,
        interval_s=services.context.interval_s, oldest_snapshot=stamp(ticks[-1].at_ms if ticks else 0),
        newest_snapshot=stamp(ticks[0].at_ms if ticks else 0), engine=stats.engine, state=stats.state, since=stamp(stats.since_ms),
        revisions=stats.revisions, objects=stats.objects, live_objects=stats.live_objects, event_sightings=stats.sightings,
        gaps=stats.gaps, size_bytes=stats.bytes_on_disk, queued=stats.queued, dropped=stats.dropped,
    )  # fmt: skip


async def context_snapshots(
    services: Services, since: str | None = None, until: str | None = None, hours: float | None = None, limit: int = 100
) -> list[SnapshotInfo]:
    """Ticks of a span (the last hour if none is given), newest first. Raises ``BadTime`` and ``BadInput``."""
    window = window_of(services.clock.now_ms(), since, until, hours, otherwise_hours=1.0)
    return [snapshot_info(s) for s in await services.store.snapshots(window, limit)]


async def context_window(
    services: Services, since: str | None = None, until: str | None = None, hours: float | None = None
) -> ContextWindow:
    """Everything the buffer says of a span (the last hour if none is given). Raises ``BadTime`` and ``BadInput``."""
    window = window_of(services.clock.now_ms(), since, until, hours, otherwise_hours=1.0)
    ticks = await services.store.snapshots(window, services.context.max_snapshots)
    return ContextWindow(
        since=rfc3339(window.since_ms),
        until=rfc3339(window.until_ms),
        snapshots=[snapshot_info(s) for s in ticks],
        events=await _events_in(services, window),
        gaps=[gap_span(g) for g in await services.store.gaps(window)],
        stats=await context_stats(services),
    )


async def context_snapshot(services: Services, identity: int) -> ClusterStatus:
    """The whole cluster as of one tick: pods and the events of the hour before, out of the record. Raises ``NotFound``."""
    at_ms = id_ms(identity)
    around = await services.store.snapshots(Window(max(0, at_ms - 60_000), at_ms + 60_000), 1000)
    tick = next((s for s in around if s.id == identity), None)
    if tick is None:
        raise NotFound(what=f"snapshot {identity}", hint="GET /api/context/snapshots lists the ids there are.")
    pods = await services.store.state_at(tick.at_ms, Scope(POD))
    events = await _events_in(services, Window(max(0, tick.at_ms - HOUR_MS), tick.at_ms))
    return ClusterStatus(rfc3339(tick.at_ms), [pod_status(decode_pod(r)) for r in pods], events, [])


def snapshot_info(snapshot: Snapshot) -> SnapshotInfo:
    """A tick in the form of the answers."""
    return SnapshotInfo(snapshot.id, rfc3339(snapshot.at_ms), dict(snapshot.counts))


def _reach(services: Services, now_ms: int) -> Window:
    return Window(max(0, now_ms - round(services.context.retention_hours * HOUR_MS)), now_ms)


async def _events_in(services: Services, window: Window) -> list[Event]:
    """Events sighted in a window, each once in its newest form."""
    rows = await services.store.events(window, EventFilter(), _MOST_EVENTS)
    newest = {}
    for row in reversed(rows):
        newest[row.event.uid or (row.event.namespace, row.event.name)] = row.event
    return [event_row(e) for e in newest_first(newest.values()) if last_ms(e) >= window.since_ms]
