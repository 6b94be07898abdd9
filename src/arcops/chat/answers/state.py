"""What an object, a namespace or the cluster looks like, now or at a moment."""

from __future__ import annotations

import re
from collections.abc import Sequence

from arcops.chat.answers._claims import claim_sizes
from arcops.chat.answers._said import many
from arcops.chat.answers._secrets import asks_for_secret, refusal
from arcops.chat.answers.changed import tell_field
from arcops.chat.asked import Asked
from arcops.chat.base import Draft, FactType
from arcops.chat.telling.absent import tell_gone, tell_unknown
from arcops.chat.telling.columns import tell_rows
from arcops.chat.telling.fields import first_sentences
from arcops.chat.telling.incidents.cases import cases_about, cases_of, family
from arcops.chat.telling.incidents.hinted import tell_hinted
from arcops.chat.telling.incidents.incident import tell_in_short
from arcops.chat.telling.objects.bounds import say_bounds
from arcops.chat.telling.objects.census import tell_census
from arcops.chat.telling.objects.presence import asks_presence, tell_presence
from arcops.chat.telling.objects.rights import tell_rights
from arcops.chat.telling.objects.scale_bounds import asks_scale_bounds, tell_scale_bounds
from arcops.chat.telling.objects.scaling import asks_scaling, tell_scaling
from arcops.chat.telling.objects.uses import tell_uses
from arcops.chat.telling.objects.wanted import content_sentences, quota_sentences, wanted_sentences
from arcops.chat.telling.page import Page
from arcops.chat.telling.past.recent import tell_last_change
from arcops.chat.telling.scope import NAMESPACE, at_moment, kinds_of, knows_namespace, late_text, tell_gaps, tell_no_namespace
from arcops.chat.telling.standing import standing_of, tell_standing
from arcops.chat.telling.words import stopped
from arcops.inventory.base import Entry
from arcops.kube.objects.config import Secret

_INSTALLED = re.compile(r"\b(?:installed|deployed|here|present|in use|used|set up)\W*$")
_SCALER = re.compile(r"\b(?:what|who|which)\b(?: \w+){0,2} (?:auto-?)?scal(?:es|ing)\b")
"""Of what scales an object, before how that stands."""
_MOST_OBJECTS = 6
_MOST_SENTENCES = 10
_MOST_CASES = 3


async def answer(asked: Asked) -> Draft:
    """The state of the objects asked about; without one, of the namespace or the cluster."""
    page = Page(asked.book)
    reading = asked.reading
    is_secret = asks_for_secret(reading.question) and not any(ref.group_kind == Secret.GROUP_KIND for ref in reading.objects)
    told_first = refusal(asked) if is_secret else claim_sizes(asked, " ".join(reading.question.lower().split()))
    if told_first is not None:
        return told_first
    refs = list(reading.objects or reading.gone)
    if reading.unknown and not refs:
        await _tell_nowhere(asked, page)
        return page.draft()
    if asks_scale_bounds(reading.question) and tell_scale_bounds(asked, page, family(refs, asked.inventory)) and not refs:
        return page.draft()
    if not refs or (refs[0].group_kind == NAMESPACE and reading.namespace in ("", refs[0].name)):
        return await _of_scope(asked, page)
    entries = [entry for ref in refs if (entry := asked.inventory.get(ref)) is not None]
    is_of_scaler = _SCALER.search(reading.question.lower()) is not None
    if is_of_scaler:
        tell_scaling(asked, page, family(refs, asked.inventory))
    if refs[0].name not in {entry.ref.name for entry in entries}:
        await tell_gone(asked, page, refs[0])
    await _tell_entries(asked, page, entries)
    if asks_scaling(reading.question) and not is_of_scaler:
        tell_scaling(asked, page, family(refs, asked.inventory))
    _tell_cases(asked, page, entries)
    if not entries:
        for case in cases_about(cases_of(asked), set(refs))[:_MOST_CASES]:
            tell_in_short(asked, page, case, rank=1)
    tell_gaps(asked, page, kinds_of(asked))
    return page.draft()


async def _tell_nowhere(asked: Asked, page: Page) -> None:
    """Of a name that no object has: what shows of it, what speaks of it, or that there is none."""
    if asks_presence(asked.reading.question) and tell_presence(asked, page, asked.reading.unknown):
        return
    if not await tell_field(asked, page) and not await tell_hinted(asked, page):
        await tell_unknown(asked, page)


async def _of_scope(asked: Asked, page: Page) -> Draft:
    if _INSTALLED.search(asked.reading.question.lower()):
        tell_presence(asked, page, tuple(ref.name for ref in asked.reading.objects if ref.group_kind == NAMESPACE))
    if not knows_namespace(asked):
        tell_no_namespace(asked, page)
        return page.draft()
    if asked.reading.namespace:
        say_bounds(asked, page, asked.reading.namespace, asked.reading.question.lower())
    await tell_census(asked, page)
    if asked.current is None:
        page.tell(FactType.COVERAGE, late_text(asked), rank=5)
    tell_gaps(asked, page)
    return page.draft()


async def _tell_entries(asked: Asked, page: Page, entries: Sequence[Entry]) -> None:
    """One object in full; of several the standing of each and a table."""
    if not entries:
        return
    first, prefix = entries[0], at_moment(asked).strip()
    if isinstance(first.obj, Secret):
        text = f"The values of {first.ref} cannot be shown: arcops never reads the values of Secrets, only their metadata."
        page.tell(FactType.COVERAGE, text, ref=first.ref, rank=0)
    wanted = content_sentences(asked, first) or wanted_sentences(asked, first) or quota_sentences(asked, first)
    for sentence in wanted:
        page.tell(FactType.FIELD, stopped(sentence), ref=first.ref, rank=0)
    standing = standing_of(asked, first)
    text = f"{prefix[:1].upper()}{prefix[1:]}, {standing.text}" if prefix else standing.text
    page.tell(FactType.FIELD, stopped(text), ref=first.ref, path="status", rank=0)
    for one in entries[1:_MOST_OBJECTS]:
        tell_standing(page, standing_of(asked, one), rank=1, item=True)
    if len(entries) > _MOST_OBJECTS:
        page.tell(FactType.COUNT, f"Showing {_MOST_OBJECTS} of {many(len(entries), 'object')}.", item=True)
    same = [entry for entry in entries if entry.ref.group_kind == first.ref.group_kind]
    tell_rows(asked, page, first.ref.group_kind, same)
    sentences, count = first_sentences(first, _MOST_SENTENCES)
    for sentence in (*dict.fromkeys((*sentences, *standing.marks[:4])),):
        page.tell(FactType.FIELD, stopped(sentence), ref=first.ref, rank=1, item=True)
    tell_uses(asked, page, first.ref)
    tell_rights(asked, page, first)
    if count > len(sentences):
        page.tell(FactType.COUNT, f"Showing {len(sentences)} of {count:,} fields.", item=True)
    await tell_last_change(asked, page, first.ref)


def _tell_cases(asked: Asked, page: Page, entries: Sequence[Entry]) -> None:
    if not entries or asked.current is None:
        return
    found = cases_about(cases_of(asked), set(family([entry.ref for entry in entries[:_MOST_OBJECTS]], asked.inventory)))
    if not found:
        page.tell(FactType.COVERAGE, f"Nothing is found wrong with {entries[0].ref}{at_moment(asked)}.", ref=entries[0].ref, rank=1)
        return
    page.head("What is wrong with it")
    for case in found[:_MOST_CASES]:
        tell_in_short(asked, page, case, rank=1, is_brief=True)
