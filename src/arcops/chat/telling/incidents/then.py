"""A time that is over, asked about: whether the object was there, and whether what is wrong now was so then."""

from __future__ import annotations

from arcops.chat.asked import Asked
from arcops.chat.base import FactType
from arcops.chat.telling.incidents.cases import Case
from arcops.chat.telling.page import Page
from arcops.chat.telling.words import moment
from arcops.kube.refs import ObjectRef
from arcops.kube.times import time_ms


def tell_then(asked: Asked, page: Page, ref: ObjectRef, case: Case | None) -> None:
    """Where a question asks about a span that ended before: that it came or broke after that."""
    until_ms, zone = asked.reading.until_ms, asked.reading.zone
    if until_ms is None or until_ms >= asked.at_ms:
        return
    entry = asked.inventory.get(ref)
    made_ms = time_ms(entry.obj.metadata.creation_timestamp) if entry is not None else None
    if made_ms is not None and made_ms > until_ms:
        text = f"It was not there then: this {ref.kind} was made {moment(made_ms, zone)}, after the time asked about."
        page.tell(FactType.FIELD, text, ref=ref, path="metadata.creationTimestamp", rank=0)
    elif case is not None and (case.incident.since.at_ms or 0) > until_ms:
        text = f"Not so then: what is wrong now began after the time asked about, which ended at {moment(until_ms, zone)}."
        page.tell(FactType.INCIDENT, text, ref=case.root, at_ms=case.incident.since.at_ms, rank=0)
