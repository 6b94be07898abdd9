"""What changed: in a span, before a moment or before a trouble began, on an object and upstream of it; and who did it."""

from __future__ import annotations

import re

from arcops.base.clock import rfc3339
from arcops.chat.answers._said import listed
from arcops.chat.asked import Asked
from arcops.chat.base import Draft, FactType
from arcops.chat.telling.absent import tell_gone, tell_unknown
from arcops.chat.telling.complaint import asks_before
from arcops.chat.telling.events import tell_events_of
from arcops.chat.telling.incidents.cases import Case, cases_about, cases_in, cases_of, family
from arcops.chat.telling.incidents.hinted import tell_hinted
from arcops.chat.telling.incidents.incident import tell_in_short
from arcops.chat.telling.page import Page
from arcops.chat.telling.past.changing import DONE_BY_SOMEBODY, MADE_OF_IT, by_kind, change_text, ref_of, tell_objects, word_of
from arcops.chat.telling.past.deeds import Narrowed, asks_field, asks_whether, deed_of, narrowed, nearest, of_field, of_writers
from arcops.chat.telling.past.doers import tell_idle
from arcops.chat.telling.past.rollouts import asks_rollout, asks_who_rolled, last_rollout, tell_rollout
from arcops.chat.telling.past.written import tell_namesakes, tell_written
from arcops.chat.telling.scope import kinds_of, knows_namespace, tell_gaps, tell_no_namespace, where
from arcops.chat.telling.span import HOUR_MS, Span, spans_of, tell_record, tell_unrecorded
from arcops.chat.telling.words import moment
from arcops.kube.refs import ObjectRef
from arcops.queries.changes import ChangedObject, ChangePage, ChangeQuery, changes

_MOST = 100
_CHANGES = re.compile(
    r"\b(?:chang|edit|touch|modif|updat|deploy|redeploy|roll|delet|remov|creat|add|scal|new|happen|patch|upgrad|appl|install|swap|switch|"
    r"replac|releas|reconfig|alter|tweak|bump|mess|fiddl|tamper|paus|suspend|restart|occur|disappear|vanish|missing|gone)"
)
"""Words of a question whose yes or no is whether something changed."""
_HAPPENED = "happen"
"""Whoever asks what happened wants what the cluster reported as well."""
_MOST_VERSIONS = 2_000
"""Versions of a kind or scope that are looked at."""


async def answer(asked: Asked) -> Draft:
    """What changed, the deliberate first; or that nothing did, with the span that was looked at."""
    page = Page(asked.book)
    reading = asked.reading
    refs = list(reading.objects or reading.gone)
    if reading.unknown and not refs:
        if not await tell_field(asked, page) and not await tell_hinted(asked, page):
            await tell_unknown(asked, page)
        return page.draft()
    if not refs and not knows_namespace(asked):
        tell_no_namespace(asked, page)
        return page.draft()
    ref = refs[0] if refs else None
    case = _case(asked, ref)
    span, found = await _found(asked, ref, case)
    await _tell_without_record(asked, page, ref, span, found)
    if not await tell_unrecorded(asked, page, span, ref):
        tell_idle(asked, page, span, found)
        _tell(asked, page, ref, span, found)
        if ref is not None and not any(item.rank == DONE_BY_SOMEBODY for item in found.page.items):
            await _tell_beside(asked, page, ref, span)
    if ref is not None and asked.inventory.get(ref) is None:
        await tell_gone(asked, page, ref)
    if not refs and (not found.page.items or _HAPPENED in reading.question.lower()):
        await tell_events_of(asked, page, span)
    if case is not None:
        page.head("Trouble that is open")
        tell_in_short(asked, page, case, rank=1, is_brief=True)
    tell_gaps(asked, page, kinds_of(asked))
    await tell_record(asked, page, found.page.notes)
    return page.draft()


async def _tell_without_record(asked: Asked, page: Page, ref: ObjectRef | None, span: Span, found: Narrowed) -> None:
    """What objects themselves tell of changes: who wrote one that the record has no change of, and the newest rollout."""
    if ref is not None and not found.page.items:
        await tell_namesakes(asked, page, ref, span)
        await tell_written(asked, page, ref)
    of_rollout = last_rollout(asked) if ref is None else None
    if of_rollout is not None and asks_rollout(asked.reading.question):
        tell_rollout(asked, page, of_rollout)
    elif of_rollout is not None and not found.page.items and asks_who_rolled(asked.reading.question):
        await tell_written(asked, page, of_rollout)
        tell_rollout(asked, page, of_rollout)


async def tell_field(asked: Asked, page: Page) -> bool:
    """The changes of a field by the name that no object has: ``when was the corefile edited``; false where none is known."""
    names = [name.lower() for name in asked.reading.unknown]
    if not names:
        return False
    for span in spans_of(asked):
        query = ChangeQuery(
            namespace=asked.reading.namespace or None, since=rfc3339(span.since_ms), until=rfc3339(span.until_ms), least=DONE_BY_SOMEBODY,
            limit=_MOST, most=_MOST_VERSIONS,
        )  # fmt: skip
        found = of_field(await changes(asked.services, query), names)
        if found.items:
            _tell_first(asked, page, None, span, found.items)
            tell_objects(asked, page, found.items, found.total)
            await tell_record(asked, page, found.notes)
            return True
    return False


async def _tell_beside(asked: Asked, page: Page, ref: ObjectRef, span: Span) -> None:
    """What somebody changed in the namespace of an object that itself, and what it depends on, nobody touched."""
    query = ChangeQuery(
        namespace=ref.namespace or None, since=rfc3339(span.since_ms), until=rfc3339(span.until_ms), least=DONE_BY_SOMEBODY, limit=_MOST,
        most=_MOST_VERSIONS,
    )  # fmt: skip
    found = await changes(asked.services, query)
    others = [item for item in found.items if item.rank == DONE_BY_SOMEBODY]
    if others:
        page.head(f"Changed beside it{f' in {ref.namespace}' if ref.namespace else ''}")
        tell_objects(asked, page, others, len(others))


def _by_writer(asked: Asked, found: ChangePage) -> ChangePage:
    """The changes of whoever the question names: of ``what did kubectl-edit change`` the others are left out."""
    text = f" {asked.reading.question.lower().replace('?', ' ')} "
    named = {writer for item in found.items for writer in item.writers if writer and f" {writer.lower()} " in text}
    return of_writers(found, named) if named else found


def _case(asked: Asked, ref: ObjectRef | None) -> Case | None:
    """The incident whose beginning a question may be about: that of the object, else the worst of the scope."""
    cases = cases_of(asked)
    if ref is not None:
        return next(iter(cases_about(cases, set(family([ref], asked.inventory)))), None)
    return next(iter(cases_in(cases, asked.reading.namespace)), None)


async def _found(asked: Asked, ref: ObjectRef | None, case: Case | None) -> tuple[Span, Narrowed]:
    """The first span in which somebody changed something, and what; else what controllers did in the last of them."""
    spans = spans_of(asked)
    onset_ms = case.incident.since.at_ms if case is not None else None
    if onset_ms is not None and not spans[0].is_said and asks_before(asked.reading.question):
        spans = [_before(asked, onset_ms), *spans]
    deed = deed_of(asked.reading.question)
    least = MADE_OF_IT if deed else DONE_BY_SOMEBODY
    for span in spans if deed else ():
        found = _narrowed(asked, await _query(asked, ref, span, least))
        if found.is_met and found.page.items:
            return span, found
    for span in spans if not deed and asks_field(asked.reading.question) else ():
        found = _narrowed(asked, await _query(asked, ref, span, DONE_BY_SOMEBODY))
        if found.is_of_field:
            return span, found
    for span in spans:
        any_found = await _query(asked, ref, span, DONE_BY_SOMEBODY)
        if any_found.items:
            return span, _narrowed(asked, any_found)
    made = await _query(asked, ref, spans[0], MADE_OF_IT)
    is_recorded = ((await asked.services.store.stats()).since_ms or spans[0].until_ms) < spans[0].until_ms
    return spans[-1] if is_recorded and not made.items else spans[0], _narrowed(asked, made)


def _narrowed(asked: Asked, found: ChangePage) -> Narrowed:
    names = " ".join(ref.name for ref in (*asked.reading.objects, *asked.reading.gone))
    return narrowed(asked.reading.question, _by_writer(asked, found), names)


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


def _tell(asked: Asked, page: Page, ref: ObjectRef | None, span: Span, found: Narrowed) -> None:
    of = f"of {ref} or what it depends on" if ref is not None else f"in {where(asked)}"
    items, beside = nearest(found.page.items, asked.reading.around_ms)
    if beside and asked.reading.around_ms is not None:
        span = span._replace(words=f"nearest to {moment(asked.reading.around_ms, asked.reading.zone)}, looked for {span.words}")
    deliberate = [item for item in items if item.rank == DONE_BY_SOMEBODY]
    if found.deed and not found.is_met:
        others = "; other changes follow" if items else ""
        _tell_none(asked, page, ref, f"Nothing {of} was {found.deed} {span.words}, as far as the record saw{others}.")
    elif not items:
        _tell_none(asked, page, ref, f"Nothing {of} changed {span.words}, as far as the record saw.")
    elif found.deed and any(ref_of(item.object) == ref for item in items):
        _tell_first(asked, page, ref, span, items, deed=found.deed)
    elif not deliberate and found.deed:
        text = f"{by_kind(items)} {'was' if len(items) == 1 else 'were'} {found.deed} {of} {span.words}."
        page.tell(FactType.CHANGE, f"{_yes(asked)}{text}", ref=ref, rank=0)
    elif not deliberate:
        _tell_none(asked, page, ref, f"Nobody changed anything {of} {span.words}; what follows was made by controllers.")
    else:
        if found.missed:
            text = f"Nobody changed the {found.missed} {of} {span.words}, as far as the record saw; what was changed follows."
            _tell_none(asked, page, ref, text)
        _tell_first(asked, page, ref, span, deliberate, deed=found.deed or "changed")
    tell_objects(asked, page, items, found.page.total if not beside else len(items))
    if beside:
        page.head("Neighbours: changed shortly before or after")
        tell_objects(asked, page, beside, len(beside))


def _tell_none(asked: Asked, page: Page, ref: ObjectRef | None, text: str) -> None:
    said = f"No: {text[0].lower()}{text[1:]}" if _wants_yes(asked) else text
    page.tell(FactType.COVERAGE, said, ref=ref, rank=0)


def _wants_yes(asked: Asked) -> bool:
    question = asked.reading.question
    return asks_whether(question) and _CHANGES.search(question.lower()) is not None


def _yes(asked: Asked) -> str:
    return "Yes: " if _wants_yes(asked) else ""


def _tell_first(
    asked: Asked, page: Page, ref: ObjectRef | None, span: Span, deliberate: list[ChangedObject], *, deed: str = "changed"
) -> None:
    """Who changed how many objects; of one object whether it was itself changed."""
    first = deliberate[0]
    change = change_text(asked, ref_of(first.object), first.changes[0])
    writers = list(dict.fromkeys(writer for item in deliberate for writer in item.writers if writer))
    by = f" by {listed(writers)}" if writers and deed != "deleted" else ""
    count = "1 object was" if len(deliberate) == 1 else f"{len(deliberate):,} objects were"
    if ref is None and len(deliberate) == 1:
        text = f"{_yes(asked)}1 object was {deed} in {where(asked)}{by} {span.words}: {change}."
    elif ref is None:
        text = f"{_yes(asked)}{count} {deed} in {where(asked)}{by} {span.words}."
    elif ref_of(first.object) == ref or any(ref_of(item.object) == ref for item in deliberate):
        own = next(item for item in deliberate if ref_of(item.object) == ref)
        text = f"{_yes(asked)}{ref} was {deed} {span.words}: {change_text(asked, ref, own.changes[0])}."
    else:
        text = f"{ref} itself was not changed {span.words}, but what it depends on: {change}."
    page.tell(FactType.CHANGE, text, ref=ref or ref_of(first.object), rank=0)
