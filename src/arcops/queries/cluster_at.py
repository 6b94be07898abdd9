"""The cluster at a glance as it was at a moment of the past."""

from __future__ import annotations

from arcops.base.clock import rfc3339
from arcops.queries.bodies import decode_pod
from arcops.queries.cluster import ClusterStatus
from arcops.queries.coverage import past_ms, seen_at
from arcops.queries.events import RECENT_HOURS, Event, event_row, last_ms, newest_first
from arcops.queries.live import EVENTS, POD
from arcops.queries.pods import PodStatus, phase_of, pod_status
from arcops.queries.remembered import events_before
from arcops.queries.services import Services
from arcops.queries.times import HOUR_MS, zone_of
from arcops.store.base import Scope


async def cluster_status_at(services: Services, at: str, zone: str | None = None) -> ClusterStatus:
    """Pods as they were, and the events of the hour before; ``incomplete`` says what was not seen.

    Raises ``BadTime``, and ``BadInput`` for a moment that has not come.
    """
    at_ms = past_ms(services, at, zone_of(zone))
    told = await seen_at(services, at_ms, (POD, *EVENTS))
    pods = await _pods(services, at_ms)
    return ClusterStatus(rfc3339(at_ms), pods, await _events(services, at_ms, RECENT_HOURS), told.notes)


async def pods_at(
    services: Services, at: str, namespace: str | None = None, phase: str | None = None, zone: str | None = None
) -> tuple[list[PodStatus], list[str]]:
    """The pods of a moment by namespace and name, and what was not seen then. Raises ``BadTime`` and ``BadInput``."""
    wanted = phase_of(phase) if phase else None
    at_ms = past_ms(services, at, zone_of(zone))
    rows = await _pods(services, at_ms, namespace or None)
    told = await seen_at(services, at_ms, (POD,))
    return [row for row in rows if wanted in {None, row.phase}], told.notes


async def events_at(
    services: Services, at: str, hours: float = RECENT_HOURS, event_type: str | None = None, zone: str | None = None
) -> tuple[list[Event], list[str]]:
    """Events last seen in the ``hours`` before a moment, newest first, each once; and what was not seen then.

    Raises ``BadTime`` and ``BadInput``.
    """
    wanted = event_type.lower() if event_type else None
    at_ms = past_ms(services, at, zone_of(zone))
    rows = await _events(services, at_ms, hours)
    told = await seen_at(services, at_ms, EVENTS)
    return [row for row in rows if wanted in {None, row.type.lower()}], told.notes


async def _pods(services: Services, at_ms: int, namespace: str | None = None) -> list[PodStatus]:
    state = await services.store.state_at(at_ms, Scope(POD, namespace))
    return [pod_status(decode_pod(revision)) for revision in state]


async def _events(services: Services, at_ms: int, hours: float) -> list[Event]:
    span_ms = round(hours * HOUR_MS)
    since_ms = at_ms - span_ms + services.source.state.clock_skew_ms
    found = await events_before(services.store, at_ms, span_ms)
    return [event_row(event) for event in newest_first(found) if last_ms(event) >= since_ms]
