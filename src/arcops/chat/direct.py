"""Answers a question by rule alone: reads it, gathers the moment it is about, answers by its intent.

The same cluster and the same words give the same answer. Nothing is guessed: what is not known is said.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, tzinfo

from arcops.base.clock import rfc3339
from arcops.base.guard import safe_line
from arcops.chat.answers import answerer_of
from arcops.chat.asked import Asked
from arcops.chat.base import DIRECT_MODE, Answer, Block, Heading, Intent, Reading, Said, Scope
from arcops.chat.book import FactBook
from arcops.chat.lookup.attached import attached
from arcops.chat.lookup.found import looked_up
from arcops.chat.lookup.probes import probed
from arcops.chat.lookup.unmeasured import unmeasured
from arcops.chat.read.parts import are_apart, parts_of
from arcops.chat.read.reading import read_question
from arcops.chat.render import markdown
from arcops.chat.telling.events import tell_events_of
from arcops.chat.telling.page import Page
from arcops.chat.telling.span import Span
from arcops.chat.telling.words import moment
from arcops.chat.verdict import ruled
from arcops.kube.refs import ObjectRef
from arcops.queries.coverage import past_ms
from arcops.queries.diagnosed import Current, FindingQuery, NotLookedYet, current
from arcops.queries.services import Services

_AROUND_MS = 3 * 60_000
"""How far from a moment people name an event may lie that they mean."""


@dataclass(frozen=True, slots=True)
class ByRule:
    """The answer, how the question was read (for the next one of a conversation), and the facts in the order found."""

    answer: Answer
    reading: Reading
    book: FactBook


async def answer_by_rule(
    services: Services, question: str, *, zone: tzinfo = UTC, at: str = "", namespace: str = "", previous: Reading | None = None,
    book: FactBook | None = None,
) -> ByRule:  # fmt: skip
    """The answer by rule. ``at`` is the moment that is taken for the present, ``namespace`` the one meant where none is named.

    Its facts are written into ``book``, where one is given, beside those that stand there.

    Raises ``BadTime`` and ``BadInput`` for ``at``.
    """
    now_ms = past_ms(services, at, zone) if at else services.clock.now_ms()

    async def read(text: str, before: Reading | None) -> Reading:
        found = await read_question(
            services, text, inventory=services.inventory, now_ms=now_ms, zone=zone, default_namespace=namespace, previous=before
        )
        return replace(found, at_ms=now_ms) if at and found.at_ms is None else found if at else await _within_record(services, found)

    readings = await _readings(question, previous, read)
    book = FactBook() if book is None else book
    blocks: list[Block] = []
    can_tell = True
    for reading in readings:
        asked = await _asked(services, reading, now_ms, book)
        draft = attached(asked, ruled(asked, await answerer_of(reading.intent)(asked)))
        draft = unmeasured(asked, probed(asked, await looked_up(asked, draft)))
        blocks += [Heading(safe_line(reading.question))] if blocks else []
        blocks += [*(Said(note) for note in reading.notes), *await _reported(asked), *_unseen(asked), *draft.blocks]
        can_tell = can_tell and draft.can_tell
    first = readings[0]
    answer = Answer(
        answer=markdown(blocks), intent=first.intent.value, facts=book.facts, model=DIRECT_MODE, scope=scope_of(first), can_tell=can_tell
    )
    return ByRule(answer, first, book)


async def _within_record(services: Services, reading: Reading) -> Reading:
    """A question about a moment before the record began as one about now, which says so."""
    since_ms = (await services.store.stats()).since_ms
    if reading.at_ms is None or not since_ms or reading.at_ms >= since_ms:
        return reading
    at, begins = moment(reading.at_ms, reading.zone), moment(since_ms, reading.zone)
    note = f"How it was at {at} is not known: the record begins at {begins}. This is now."
    return replace(reading, at_ms=None, early_ms=reading.at_ms, notes=(*reading.notes, note))


async def _reported(asked: Asked) -> list[Block]:
    """Of a moment before the record began what the cluster's own events, which carry their times, tell of it."""
    early_ms = asked.reading.early_ms
    if early_ms is None:
        return []
    page = Page(asked.book)
    await tell_events_of(asked, page, Span(early_ms - _AROUND_MS, early_ms + _AROUND_MS, is_said=True, words=""))
    return list(page.draft().blocks)


async def _readings(question: str, previous: Reading | None, read: Callable[[str, Reading | None], Awaitable[Reading]]) -> list[Reading]:
    """How a question is read: as one, or as two that want different things."""
    parts = parts_of(question)
    if parts is not None:
        first = await read(parts[0], previous)
        second = _of_same(first, await read(parts[1], first))
        if are_apart(first, second):
            return [first, second]
    return [await read(question, previous)]


def _of_same(first: Reading, second: Reading) -> Reading:
    """The second question about the kind and namespace of the first where it names none: ``how many jobs, and which are broken``."""
    lists = (Intent.LIST, Intent.COUNT)
    if first.intent not in lists or second.intent not in lists or second.kind is not None or second.objects:
        return second
    return replace(second, kind=first.kind, namespace=second.namespace or first.namespace)


async def _asked(services: Services, reading: Reading, now_ms: int, book: FactBook) -> Asked:
    found: Current | None = None
    late = ""
    try:
        found = await current(services, FindingQuery(at=rfc3339(reading.at_ms) if reading.at_ms is not None else ""))
    except NotLookedYet as error:
        late = error.message
    inventory = found.engine.inventory if found is not None and reading.at_ms is not None else services.inventory
    return Asked(services, reading, now_ms, inventory, found, book, late)


def _unseen(asked: Asked) -> list[Block]:
    """Why a past moment may not be whole."""
    return [Said(note) for note in asked.current.unseen] if asked.current is not None else []


def scope_of(reading: Reading) -> Scope:
    """What a reading looks at."""
    return Scope(
        namespace=reading.namespace,
        objects=tuple(_named(ref) for ref in (*reading.objects, *reading.gone)),
        at=_stamp(reading.at_ms),
        since=_stamp(reading.since_ms),
        until=_stamp(reading.until_ms),
    )


def _named(ref: ObjectRef) -> str:
    return f"{ref.kind}/{ref.namespace}/{ref.name}"


def _stamp(at_ms: int | None) -> str | None:
    return None if at_ms is None else rfc3339(at_ms)
