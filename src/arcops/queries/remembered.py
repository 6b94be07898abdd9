"""Reads the record in the forms several questions share: events of a span, each once; lives of many objects."""

from __future__ import annotations

from arcops.kube.objects.event import ClusterEvent
from arcops.store.base import EventFilter, HistoryStore, Window

_PAGE = 2_000
_MOST_EVENTS = 20_000


async def events_before(store: HistoryStore, at_ms: int, span_ms: int, namespace: str | None = None) -> list[ClusterEvent]:
    """The events sighted in a span before a moment, each once, as it was last seen then; newest sighting first."""
    window = Window(max(0, at_ms - span_ms), at_ms)
    found: dict[tuple[str, str], ClusterEvent] = {}
    before: int | None = None
    read = 0
    while read < _MOST_EVENTS:
        rows = await store.events(window, EventFilter(namespace=namespace), _PAGE, before)
        for row in rows:
            event = row.event
            found.setdefault((event.uid, "") if event.uid else (event.namespace, event.name), event)
        read += len(rows)
        if len(rows) < _PAGE:
            break
        before = rows[-1].id
    return list(found.values())
