"""What changed: in a span, before a moment or before a trouble began, on an object and upstream of it; and who did it."""

from __future__ import annotations

import re
from collections.abc import Collection

import msgspec

from arcops.base.clock import rfc3339
from arcops.chat.answers._said import listed
from arcops.chat.asked import Asked
from arcops.chat.base import Draft, FactType
from arcops.chat.telling.absent import tell_gone, tell_unknown
from arcops.chat.telling.cases import Case, cases_about, cases_in, cases_of, family
from arcops.chat.telling.changing import DONE_BY_SOMEBODY, MADE_OF_IT, change_text, ref_of, tell_objects, word_of
from arcops.chat.telling.complaint import asks_before
from arcops.chat.telling.hinted import tell_hinted
from arcops.chat.telling.incident import tell_in_short
from arcops.chat.telling.page import Page
from arcops.chat.telling.scope import kinds_of, knows_namespace, tell_gaps, tell_no_namespace, where
from arcops.chat.telling.span import HOUR_MS, Span, spans_of, tell_record
from arcops.chat.telling.words import moment
from arcops.kube.refs import ObjectRef
from arcops.queries.changes import ChangedObject, ChangePage, ChangeQuery, changes

_MOST = 100
_DEEDS = (
    (re.compile(r"\b(?:deleted|removed|vanished|disappeared)\b"), "deleted"),
    (re.compile(r"\b(?:created|added)\b|\bnew (?:pods?|deployments?|objects?|services?)\b"), "created"),
)
_MOST_VERSIONS = 2_000
"""Versions of a kind or scope that are looked at."""


async def answer(asked: Asked) -> Draft:
    """What changed, the deliberate first; or that nothing did, with the span that was looked at."""
    page = Page(asked.book)
    reading = asked.reading
    refs = list(reading.objects or reading.gone)
    if reading.unknown and not refs:
        if not await tell_hinted(asked, page):
            await tell_unknown(asked, page)
        return page.draft()
    if not refs and not knows_namespace(asked):
        tell_no_namespace(asked, page)
        return page.draft()
    ref = refs[0] if refs else None
    case = _case(asked, ref)
    span, found = await _found(asked, ref, case)
    found = _by_deed(asked, _by_writer(asked, found))
    _tell(asked, page, ref, span, found)
    if ref is not None and asked.inventory.get(ref) is None:
        await tell_gone(asked, page, ref)
    if case is not None:
        page.head("Trouble that is open")
        tell_in_short(asked, page, case, rank=1, is_brief=True)
    tell_gaps(asked, page, kinds_of(asked))
    await tell_record(asked, page, found.notes)
    return page.draft()


def _by_writer(asked: Asked, found: ChangePage) -> ChangePage:
    """The changes of whoever the question names: of ``what did kubectl-edit change`` the others are left out."""
    text = f" {asked.reading.question.lower().replace('?', ' ')} "
    named = {writer for item in found.items for writer in item.writers if writer and f" {writer.lower()} " in text}
    if not named:
        return found
    kept = [_of_writers(item, named) for item in found.items if not named.isdisjoint(item.writers)]
    return msgspec.structs.replace(found, items=kept, total=len(kept))


def _by_deed(asked: Asked, found: ChangePage) -> ChangePage:
    """Of ``which pods were deleted`` what was deleted, of ``new pods`` what was made; all where nothing was."""
    text = asked.reading.question.lower()
    deed = next((word for pattern, word in _DEEDS if pattern.search(text)), "")
    kept = [item for item in found.items if any(one.change == deed for one in item.changes)] if deed else []
    if not kept:
        return found
    own = [msgspec.structs.replace(item, changes=[one for one in item.changes if one.change == deed]) for item in kept]
    return msgspec.structs.replace(found, items=own, total=len(own))


def _of_writers(item: ChangedObject, named: Collection[str]) -> ChangedObject:
    own = [one for one in item.changes if one.writer is not None and one.writer.manager in named]
    return msgspec.structs.replace(item, changes=own or item.changes, writers=[one for one in item.writers if one in named])


def _case(asked: Asked, ref: ObjectRef | None) -> Case | None:
    """The incident whose beginning a question may be about: that of the object, else the worst of the scope."""
    cases = cases_of(asked)
    if ref is not None:
        return next(iter(cases_about(cases, set(family([ref], asked.inventory)))), None)
    return next(iter(cases_in(cases, asked.reading.namespace)), None)


async def _found(asked: Asked, ref: ObjectRef | None, case: Case | None) -> tuple[Span, ChangePage]:
    """The first span in which somebody changed something, and what; else what controllers did in the last of them."""
    spans = spans_of(asked)
    onset_ms = case.incident.since.at_ms if case is not None else None
    if onset_ms is not None and not spans[0].is_said and asks_before(asked.reading.question):
        spans = [_before(asked, onset_ms), *spans]
    for span in spans:
        found = await _query(asked, ref, span, DONE_BY_SOMEBODY)
        if found.items:
            return span, found
    return spans[0], await _query(asked, ref, spans[0], MADE_OF_IT)


def _before(asked: Asked, onset_ms: int) -> Span:
    zone = asked.reading.zone
    since_ms, until_ms = max(0, onset_ms - HOUR_MS), onset_ms + 1_000
    words = f"in the hour before the trouble began (from {moment(since_ms, zone)} to {moment(until_ms, zone)})"
    return Span(since_ms, until_ms, is_said=True, words=words)


async def _query(asked: Asked, ref: ObjectRef | None, span: Span, least: str) -> ChangePage:
    """The changes of a span. An object that was not there at its end has no links then: its own changes are told."""
    since, until = rfc3339(span.since_ms), rfc3339(span.until_ms)
    if ref is None:
        kind = asked.reading.kind
        resource = asked.services.source.catalog.get(kind) if kind else None
        word = word_of(resource) if resource else None
        query = ChangeQuery(
            kind=word, namespace=asked.reading.namespace or None, since=since, until=until, least=least, limit=_MOST, most=_MOST_VERSIONS
        )
        return await changes(asked.services, query)
    resource = asked.services.source.catalog.find(str(ref.group_kind).lower())
    query = ChangeQuery(
        kind=word_of(resource), namespace=ref.namespace, name=ref.name, since=since, until=until, least=least, limit=_MOST,
        most=_MOST_VERSIONS, upstream=asked.inventory.get(ref) is not None,
    )  # fmt: skip
    return await changes(asked.services, query, asked.inventory)


def _tell(asked: Asked, page: Page, ref: ObjectRef | None, span: Span, found: ChangePage) -> None:
    of = f"of {ref} or what it depends on" if ref is not None else f"in {where(asked)}"
    deliberate = [item for item in found.items if item.rank == DONE_BY_SOMEBODY]
    if not found.items:
        page.tell(FactType.COVERAGE, f"Nothing {of} changed {span.words}, as far as the record saw.", ref=ref, rank=0)
        return
    if not deliberate:
        text = f"Nobody changed anything {of} {span.words}; what follows was made by controllers."
        page.tell(FactType.COVERAGE, text, ref=ref, rank=0)
    else:
        _tell_first(asked, page, ref, span, deliberate)
    tell_objects(asked, page, found.items, found.total)


def _tell_first(asked: Asked, page: Page, ref: ObjectRef | None, span: Span, deliberate: list[ChangedObject]) -> None:
    """Who changed how many objects; of one object whether it was itself changed."""
    first = deliberate[0]
    change = change_text(asked, ref_of(first.object), first.changes[0])
    writers = list(dict.fromkeys(writer for item in deliberate for writer in item.writers if writer))
    by = f" by {listed(writers)}" if writers else ""
    count = "1 object was" if len(deliberate) == 1 else f"{len(deliberate):,} objects were"
    if ref is None:
        text = f"{count} changed in {where(asked)}{by} {span.words}."
    elif ref_of(first.object) == ref or any(ref_of(item.object) == ref for item in deliberate):
        own = next(item for item in deliberate if ref_of(item.object) == ref)
        text = f"{ref} was changed {span.words}: {change_text(asked, ref, own.changes[0])}."
    else:
        text = f"{ref} itself was not changed {span.words}, but what it depends on: {change}."
    page.tell(FactType.CHANGE, text, ref=ref or ref_of(first.object), rank=0)
