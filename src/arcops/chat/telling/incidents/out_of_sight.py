"""Incidents that were open and cannot be looked at any more: neither there nor over."""

from __future__ import annotations

from arcops.chat.answers._said import many
from arcops.chat.asked import Asked
from arcops.chat.base import FactType
from arcops.chat.telling.page import Page
from arcops.chat.telling.scope import is_past
from arcops.chat.telling.words import stopped
from arcops.queries.diagnosed import FindingQuery, list_incidents

_MOST = 5


async def tell_out_of_sight(asked: Asked, page: Page) -> None:
    """Say which incidents are out of sight, and why."""
    if asked.current is None or is_past(asked):
        return
    rows = (await list_incidents(asked.services, FindingQuery(state="unseen", namespace=asked.reading.namespace))).items
    if rows:
        verb = "was" if len(rows) == 1 else "were"
        page.tell(FactType.COUNT, f"{many(len(rows), 'incident')} {verb} open and cannot be looked at any more, so may still be.", rank=1)
    for row in rows[:_MOST]:
        place = f"{row.root.namespace}/{row.root.name}" if row.root.namespace else row.root.name
        text = f"{row.root.kind} {place}: {row.title.rstrip('.')}; out of sight: {stopped(row.unseen or 'it cannot be read')}"
        page.tell(FactType.INCIDENT, text, rank=1, item=True)
