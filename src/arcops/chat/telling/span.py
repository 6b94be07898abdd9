"""The span of time a question is about, and how far the record sees it."""

from __future__ import annotations

from typing import NamedTuple

from arcops.chat.answers._said import listed, many
from arcops.chat.asked import Asked
from arcops.chat.base import FactType
from arcops.chat.telling.page import Page
from arcops.chat.telling.words import moment
from arcops.kube.refs import ObjectRef
from arcops.kube.times import time_ms
from arcops.queries.ranking import DERIVED

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
_ALL = "since the record began"


class Span(NamedTuple):
    """From and to, and whether the question said so; ``words`` end a sentence: ``in the last hour (from … to …)``."""

    since_ms: int
    until_ms: int
    is_said: bool
    words: str


def spans_of(asked: Asked) -> list[Span]:
    """The span asked about; where none was said, the last hour, then the last day, then all: each is tried if the one before is empty."""
    reading = asked.reading
    end_ms = reading.until_ms if reading.until_ms is not None else asked.at_ms
    if reading.since_ms is not None:
        return [_span(asked, reading.since_ms, end_ms, is_said=True)]
    is_open = reading.until_ms is None and reading.at_ms is None
    lengths = (HOUR_MS, DAY_MS)
    spans = [_span(asked, max(0, end_ms - length), end_ms, is_said=False, last=_name(length) if is_open else "") for length in lengths]
    return [*spans, Span(0, end_ms, is_said=False, words=_ALL if is_open else f"before {moment(end_ms, reading.zone)}")]


def _name(length_ms: int) -> str:
    return "in the last hour" if length_ms == HOUR_MS else "in the last 24 hours"


def _span(asked: Asked, since_ms: int, until_ms: int, *, is_said: bool, last: str = "") -> Span:
    zone = asked.reading.zone
    exact = f"from {moment(since_ms, zone)} to {moment(until_ms, zone)}"
    return Span(since_ms, until_ms, is_said, f"{last} ({exact})" if last else exact)


async def tell_record(asked: Asked, page: Page, notes: list[str]) -> None:
    """How far the record reaches, and why what was said may not be whole."""
    for note in notes:
        page.tell(FactType.COVERAGE, note, rank=5)
    since_ms = (await asked.services.store.stats()).since_ms
    if since_ms and not any("record begins" in note for note in notes):
        page.tell(FactType.COVERAGE, f"The record begins at {moment(since_ms, asked.reading.zone)}.", rank=5)


async def tell_unrecorded(asked: Asked, page: Page, span: Span, ref: ObjectRef | None = None) -> bool:
    """That a span was over before the record began, and what was made in it by its creation time; false where it was not over."""
    since_ms = (await asked.services.store.stats()).since_ms
    if not since_ms or span.until_ms > since_ms:
        return False
    text = f"What changed {span.words} is not known: the record begins at {moment(since_ms, asked.reading.zone)}."
    made = _made(asked, span, ref)
    if made:
        told = [f"{one} at {moment(ms, asked.reading.zone)}" for ms, one in made]
        text += f" By the times of creation {many(len(made), 'object')} {'was' if len(made) == 1 else 'were'} made then: {listed(told)}."
    page.tell(FactType.COVERAGE, text, rank=0)
    return True


def _made(asked: Asked, span: Span, ref: ObjectRef | None) -> list[tuple[int, ObjectRef]]:
    """What was created in a span, the newest first, but for what controllers make."""
    space = asked.reading.namespace
    found = [
        (ms, entry.ref)
        for kind in asked.inventory.kinds()
        if kind not in DERIVED
        for entry in asked.inventory.list(kind, space or None)
        if span.since_ms <= (ms := time_ms(entry.obj.metadata.creation_timestamp) or 0) <= span.until_ms and ref in {None, entry.ref}
    ]
    return sorted(found, reverse=True)
