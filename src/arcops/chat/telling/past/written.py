"""Who wrote an object last, and when it was made, by what it carries itself: known even of times before the record."""

from __future__ import annotations

from arcops.chat.asked import Asked
from arcops.chat.base import FactType
from arcops.chat.telling.page import Page
from arcops.chat.telling.words import dated
from arcops.kube.refs import ObjectRef
from arcops.kube.times import time_ms


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
