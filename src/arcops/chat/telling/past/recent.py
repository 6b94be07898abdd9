"""The last change of an object that the record saw."""

from __future__ import annotations

from itertools import pairwise

from arcops.chat.asked import Asked
from arcops.chat.base import FactType
from arcops.chat.telling.page import Page
from arcops.chat.telling.past.changing import what_text
from arcops.chat.telling.words import dated
from arcops.inventory.wording import Weight
from arcops.kube.refs import ObjectRef
from arcops.kube.watch import Op
from arcops.queries.fields import what_changed
from arcops.store.base import Window

_MOST = 12
"""Versions looked at for one in which somebody set something."""


async def tell_last_change(asked: Asked, page: Page, ref: ObjectRef) -> None:
    """Who set what in it last; nothing if the record saw no such change."""
    rows = await asked.services.store.versions(ref, Window(0, asked.at_ms), _MOST)
    for after, before in pairwise(rows):
        words = [one.text for one in what_changed(before, after).fields if one.weight is Weight.SPEC]
        if not words or after.op is Op.DELETED:
            continue
        who = f" by {after.writer.manager}" if after.writer and after.writer.manager else ""
        when = dated(after.seen_ms, asked.at_ms, asked.reading.zone)
        text = f"Last changed {'before' if after.unseen else 'at'} {when}{who}: {what_text(words)}."
        page.tell(FactType.CHANGE, text, ref=ref, at_ms=after.seen_ms, rank=2)
        return
