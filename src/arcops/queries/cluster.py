"""The cluster at a glance: every pod and what happened of late."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from arcops.base.clock import rfc3339
from arcops.queries.events import RECENT_HOURS, Event, cluster_now_ms, current_events, event_row
from arcops.queries.live import EVENTS, POD, incomplete_kinds
from arcops.queries.pods import PodStatus, list_pods
from arcops.queries.services import Services
from arcops.queries.times import HOUR_MS


class ClusterStatus(msgspec.Struct, frozen=True, gc=False):
    """All pods by namespace and name, and the events of the last hour, newest first, as of ``timestamp``.

    ``incomplete`` names the kinds that are not (or no longer) fully known, with the reason; empty when all is well.
    """

    timestamp: str
    pods: list[PodStatus]
    events: list[Event]
    incomplete: list[str]


PodRows = Callable[[Services], list[PodStatus]]
EventRows = Callable[[Services, int], list[Event]]


def event_rows(services: Services, since_ms: int) -> list[Event]:
    """The events that exist now and were last seen at or after a moment of the cluster's clock, newest first."""
    return [event_row(e) for e in current_events(services, since_ms)]


def cluster_status(services: Services, pods: PodRows = list_pods, events: EventRows = event_rows) -> ClusterStatus:
    """The status of the cluster from memory; asks nobody and writes nothing.

    ``pods`` and ``events`` make the rows; a surface that keeps rows it has already encoded hands in its own.
    """
    since_ms = cluster_now_ms(services) - round(RECENT_HOURS * HOUR_MS)
    return ClusterStatus(
        timestamp=rfc3339(services.clock.now_ms()),
        pods=pods(services),
        events=events(services, since_ms),
        incomplete=incomplete_kinds(services, POD, *EVENTS),
    )
