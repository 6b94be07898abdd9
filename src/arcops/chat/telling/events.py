"""What the cluster reported about an object: its Kubernetes Events, of now and of the record, each once, the newest last."""

from __future__ import annotations

from arcops.chat.asked import Asked
from arcops.chat.base import FactType
from arcops.chat.selecting.scope import pods_of
from arcops.chat.telling.page import Page
from arcops.chat.telling.span import HOUR_MS, Span
from arcops.chat.telling.words import dated, moment, stopped
from arcops.kube.objects.event import ClusterEvent
from arcops.kube.refs import ObjectRef
from arcops.kube.times import time_ms
from arcops.queries.events import Event, recent_events
from arcops.store.base import EventFilter, Window

_MOST_READ = 500
_MOST_TOLD = 6
_MOST_PODS = 3


async def events_of(asked: Asked, ref: ObjectRef, since_ms: int = 0) -> list[ClusterEvent]:
    """The events about an object, oldest first: those that are live, and those the record has seen."""
    found = {_identity(event): event for event in asked.inventory.events_of(ref)}
    match = EventFilter(namespace=ref.namespace or None, kind=ref.kind, name=ref.name)
    for sighting in await asked.services.store.events(Window(since_ms, asked.at_ms), match, _MOST_READ):
        found.setdefault(_identity(sighting.event), sighting.event)
    events = [event for event in found.values() if (time_ms(event.last_seen) or 0) >= since_ms]
    return sorted(events, key=lambda event: (time_ms(event.last_seen) or 0, event.name))


def _identity(event: ClusterEvent) -> str:
    return event.uid or f"{event.namespace}/{event.name}"


async def events_with_pods(asked: Asked, ref: ObjectRef, since_ms: int = 0) -> list[ClusterEvent]:
    """The events about an object and about the first of its pods, oldest first."""
    refs = [ref, *(entry.ref for entry in pods_of(ref, asked.inventory)[:_MOST_PODS] if entry.ref != ref)]
    events = [event for one in refs for event in await events_of(asked, one, since_ms)]
    return sorted(events, key=lambda event: (time_ms(event.last_seen) or 0, event.name))


def tell_events(asked: Asked, page: Page, events: list[ClusterEvent], most: int = _MOST_TOLD, *, own: ObjectRef | None = None) -> None:
    """A section of the newest events, oldest of them first; how many there are where some are left out. Others' than ``own`` are named."""
    if events:
        page.head("Events")
    for event in events[-most:]:
        ms = time_ms(event.last_seen) or 0
        times = f", {event.count:,} times" if event.count > 1 else ""
        about = f"{event.involved}: " if own is not None and event.involved.name != own.name else ""
        text = f"{about}{event.type} {event.reason} at {dated(ms, asked.at_ms, asked.reading.zone)}{times}: {stopped(event.message)}"
        rank = 1 if event.type == "Warning" else 3
        page.tell(FactType.EVENT, text, ref=event.involved, path=event.reason, at_ms=ms, rank=rank, item=True)
    if len(events) > most:
        page.tell(FactType.COUNT, f"Showing {most} of {len(events):,} events.", rank=4)


async def tell_events_of(asked: Asked, page: Page, span: Span) -> None:
    """What the cluster reported in a span, of whatever object of the scope: warnings first, then the newest."""
    hours = max(0.02, (asked.now_ms - span.since_ms) / HOUR_MS)
    rows = await recent_events(asked.services, hours)
    own = [row for row in rows if asked.reading.namespace in ("", row.namespace) and _touches(row, span)]
    own.sort(key=lambda row: (row.type != "Warning", -(time_ms(row.last_seen) or 0)))
    if own:
        page.head("What the cluster reported then")
    for row in own[:_MOST_TOLD]:
        ref = ObjectRef(row.involved.group, row.involved.kind, row.involved.namespace, row.involved.name)
        times = f", {row.count:,} times" if row.count > 1 else ""
        text = f"{ref}: {row.reason} at {moment(time_ms(row.last_seen) or 0, asked.reading.zone)}{times}: {stopped(row.message)}"
        page.tell(FactType.EVENT, text, ref=ref, path=row.reason, at_ms=time_ms(row.last_seen), rank=1, item=True)
    if len(own) > _MOST_TOLD:
        page.tell(FactType.COUNT, f"Showing {_MOST_TOLD} of {len(own):,} events.", rank=4)


def _touches(row: Event, span: Span) -> bool:
    """Whether an event was first or last seen, or went on, within a span."""
    last_ms = time_ms(row.last_seen) or 0
    return (time_ms(row.first_seen) or last_ms) <= span.until_ms and last_ms >= span.since_ms
