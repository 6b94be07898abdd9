"""Who wrote an object last, and when it was made, by what it carries itself: known even of times before the record."""

from __future__ import annotations

from arcops.chat.asked import Asked
from arcops.chat.base import FactType
from arcops.chat.telling.page import Page
from arcops.chat.telling.span import Span
from arcops.chat.telling.words import dated
from arcops.kube.refs import ObjectRef
from arcops.kube.times import time_ms

_FOLLOWING = frozenset(("Endpoints", "EndpointSlice", "Event", "Pod", "Lease"))
"""Kinds that follow another by themselves."""


async def tell_namesakes(asked: Asked, page: Page, ref: ObjectRef, span: Span) -> None:
    """What of other kinds has the name of an object, may rule it and was written within a span: the settings of its chart."""
    if not ref.namespace:
        return
    own = await _writer(asked, ref)
    found: list[tuple[int, ObjectRef, str]] = []
    for kind in asked.inventory.kinds():
        other = ObjectRef.of(kind, ref.namespace, ref.name)
        if kind == ref.group_kind or kind.kind in _FOLLOWING or asked.inventory.get(other) is None:
            continue
        ms, manager = await _writer(asked, other)
        if manager and span.since_ms <= ms <= span.until_ms and ms > own[0]:
            found.append((ms, other, manager))
    for ms, other, manager in sorted(found, reverse=True)[:1]:
        text = f"{other}, of the same name, was last written by {manager} at {dated(ms, asked.at_ms, asked.reading.zone)}."
        page.tell(FactType.FIELD, text, ref=other, at_ms=ms, rank=0)


async def _writer(asked: Asked, ref: ObjectRef) -> tuple[int, str]:
    """When an object was last written and by whom, as it carries that itself; 0 and "" where it does not."""
    revision = await asked.services.store.object_at(ref, asked.at_ms)
    writer = revision.writer if revision is not None else None
    return ((time_ms(writer.time) or 0), writer.manager or "") if writer is not None else (0, "")


async def tell_written(asked: Asked, page: Page, ref: ObjectRef) -> None:
    """One sentence; none where the object is not there or says neither."""
    entry = asked.inventory.get(ref)
    made_ms = time_ms(entry.obj.metadata.creation_timestamp) if entry is not None else None
    if made_ms is None:
        return
    zone = asked.reading.zone
    revision = await asked.services.store.object_at(ref, asked.at_ms)
    writer = revision.writer if revision is not None else None
    by = ""
    if writer is not None and writer.manager:
        written_ms = time_ms(writer.time)
        when = f" at {dated(written_ms, asked.at_ms, zone)}" if written_ms is not None and written_ms != made_ms else ""
        by = f", and was last written by {writer.manager}{when}; which person that was its fields do not say"
    page.tell(FactType.FIELD, f"{ref} was made {dated(made_ms, asked.at_ms, zone)}{by}.", ref=ref, at_ms=made_ms, rank=0)
