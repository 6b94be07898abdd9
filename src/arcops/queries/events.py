"""Kubernetes Events: those that are there now, and those the record has seen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from arcops.base.clock import rfc3339
from arcops.base.errors import BadInput
from arcops.base.guard import safe_message
from arcops.kube.objects.event import ClusterEvent
from arcops.kube.times import time_ms
from arcops.queries.answers import GapSpan, Reference, gap_span, reference
from arcops.queries.cursors import page_mark, read_mark
from arcops.queries.live import live_events
from arcops.queries.services import Services
from arcops.queries.times import HOUR_MS, window_of
from arcops.store.base import EventFilter, Sighting, Window

RECENT_HOURS = 1.0
"""The span the classic endpoints mean by recent."""
MOST_RECENT = 20_000
"""Sightings read for one classic answer: about 250 bytes each, so at most 5 MB."""
_PAGE = 2_000


class Event(msgspec.Struct, frozen=True, gc=False):
    """One Kubernetes Event. ``timestamp`` equals ``last_seen``; ``involved_object`` is ``Kind/name``, ``involved`` the full reference."""

    timestamp: str
    namespace: str
    name: str
    type: str
    reason: str
    message: str
    involved_object: str
    count: int
    first_seen: str
    last_seen: str
    source: str
    involved: Reference


class Sighted(msgspec.Struct, frozen=True, gc=False):
    """One sighting of an Event by arcops: ``observed_at`` is our time, the event's own times are inside ``event``."""

    id: int
    observed_at: str
    event: Event


class EventPage(msgspec.Struct, frozen=True, gc=False):
    """Sightings of a window, newest first; ``continue`` asks for the next page and is null on the last."""

    since: str
    until: str
    items: list[Sighted]
    continue_: str | None = msgspec.field(name="continue")
    gaps: list[GapSpan]


@dataclass(frozen=True, slots=True)
class EventQuery:
    """Which events of the record; what is left out is not restricted.

    ``object`` is ``name`` or ``Kind/name``; times are RFC 3339 or ages (``15m``, ``2h``). ``limit`` is 1 to 1000.
    """

    type: str | None = None
    reason: str | None = None
    kind: str | None = None
    namespace: str | None = None
    object: str | None = None
    text: str | None = None
    since: str | None = None
    until: str | None = None
    limit: int = 100
    cursor: str | None = None


def event_row(event: ClusterEvent) -> Event:
    """An event in the form of the answers."""
    ref = event.involved
    return Event(
        timestamp=event.last_seen, namespace=event.namespace, name=event.name, type=event.type, reason=event.reason,
        message=safe_message(event.message), involved_object=f"{ref.kind}/{ref.name}", count=event.count, first_seen=event.first_seen,
        last_seen=event.last_seen, source=event.source, involved=reference(ref, event.involved_uid, event.field_path),
    )  # fmt: skip


def last_ms(event: ClusterEvent) -> int:
    """When an event was last seen by whoever wrote it, in Unix milliseconds; 0 where it does not say."""
    return time_ms(event.last_seen) or 0


def newest_first(events: Iterable[ClusterEvent]) -> list[ClusterEvent]:
    """Events by their own last time, newest first; ties by namespace and name, so that the order is always the same."""
    return sorted(sorted(events, key=lambda e: (e.namespace, e.name)), key=last_ms, reverse=True)


def current_events(services: Services, since_ms: int) -> list[ClusterEvent]:
    """Events that exist in the cluster now and were last seen at or after a moment, newest first."""
    return newest_first(e for e in live_events(services) if last_ms(e) >= since_ms)


def cluster_now_ms(services: Services) -> int:
    """The cluster's own clock, by the last known difference: what event times are to be compared with."""
    return services.clock.now_ms() + services.source.state.clock_skew_ms


def kind_word(services: Services, word: str | None) -> str | None:
    """The kind a person means by ``po`` or ``pods``, as events name it; a word the cluster does not know stays as it is."""
    if word is None:
        return None
    resources = list(services.source.catalog)
    if any(r.kind == word for r in resources):
        return word
    return services.source.catalog.find(word).kind


async def recent_events(services: Services, hours: float = RECENT_HOURS, event_type: str | None = None) -> list[Event]:
    """Every event whose own last time lies in the last ``hours``, newest first, each once.

    From the record and from what is live: events that the cluster has already forgotten are there too. Asking for more
    hours than the record reaches gives what there is.
    """
    wanted = event_type.lower() if event_type else None
    since_ms = max(0, cluster_now_ms(services) - round(hours * HOUR_MS))
    found = {_identity(e): e for e in live_events(services)}
    for event in await _recorded(services, since_ms):
        known = found.get(_identity(event))
        if known is None or last_ms(known) < last_ms(event):
            found[_identity(event)] = event
    chosen = (e for e in found.values() if last_ms(e) >= since_ms and (wanted is None or e.type.lower() == wanted))
    return [event_row(e) for e in newest_first(chosen)]


async def search_events(services: Services, query: EventQuery) -> EventPage:
    """A page of sightings from the record, newest first; without times the span of the context buffer.

    Raises ``BadTime``, ``BadInput``, ``BadCursor`` and ``UnknownKind``.
    """
    now = services.clock.now_ms()
    window = window_of(now, query.since, query.until, otherwise_hours=services.context.retention_hours)
    match = _filter(services, query)
    question = ("events", *(getattr(query, f) for f in ("type", "reason", "kind", "namespace", "object", "text", "since", "until")))
    before = read_mark(query.cursor, question)
    rows = await services.store.events(window, match, query.limit + 1, before)
    page = rows[: query.limit]
    following = page_mark(page[-1].id, question) if len(rows) > query.limit else None
    gaps = [gap_span(g) for g in await services.store.gaps(window)]
    return EventPage(rfc3339(window.since_ms), rfc3339(window.until_ms), [sighted(s) for s in page], following, gaps)


def sighted(sighting: Sighting) -> Sighted:
    """A sighting in the form of the answers."""
    return Sighted(sighting.id, rfc3339(sighting.seen_ms), event_row(sighting.event))


def _filter(services: Services, query: EventQuery) -> EventFilter:
    kind, name = query.kind, query.object
    if name and "/" in name:
        word, _, name = name.partition("/")
        if not word or not name:
            raise BadInput(what=f'The object "{query.object}"', why="write name or Kind/name")
        kind = kind or word
    event_type = query.type.capitalize() if query.type else None
    return EventFilter(event_type, query.reason, query.namespace, kind_word(services, kind), name or None, query.text)


async def _recorded(services: Services, since_ms: int) -> list[ClusterEvent]:
    """Sightings since a moment of our own clock (an event is never seen before it happens), oldest last, bounded."""
    window = Window(max(0, since_ms - abs(services.source.state.clock_skew_ms)), services.clock.now_ms())
    found: list[ClusterEvent] = []
    before: int | None = None
    while len(found) < MOST_RECENT:
        rows = await services.store.events(window, EventFilter(), _PAGE, before)
        found += [row.event for row in rows]
        if len(rows) < _PAGE:
            break
        before = rows[-1].id
    return found


def _identity(event: ClusterEvent) -> tuple[str, str]:
    return (event.uid, "") if event.uid else (event.namespace, event.name)
