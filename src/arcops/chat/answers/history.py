"""The life of an object, also of one that is gone: when it was made, how it changed, what was reported, how it ended."""

from __future__ import annotations

import re
from collections.abc import Sequence

from arcops.chat.answers._said import many
from arcops.chat.answers.changed import answer as changed
from arcops.chat.answers.changed import tell_field
from arcops.chat.asked import Asked
from arcops.chat.base import Draft, FactType
from arcops.chat.logs.pick import of_container
from arcops.chat.telling.absent import tell_unknown
from arcops.chat.telling.complaint import asks_before, complaint_of
from arcops.chat.telling.events import events_with_pods, tell_events
from arcops.chat.telling.incidents.cases import cases_about, cases_of, family
from arcops.chat.telling.incidents.incident import tell_in_short, tell_since
from arcops.chat.telling.incidents.onsets import asks_first, tell_onsets
from arcops.chat.telling.incidents.overtime import tell_scope_history
from arcops.chat.telling.incidents.reported import tell_reported, tell_reports
from arcops.chat.telling.page import Page
from arcops.chat.telling.past.changing import what_text
from arcops.chat.telling.past.deeds import asks_whether
from arcops.chat.telling.past.deleted import tell_deletion
from arcops.chat.telling.past.lives import Life, lives_of, worded
from arcops.chat.telling.past.parts import tell_parts
from arcops.chat.telling.past.restarts import RESTARTS, asks_restarts, tell_restarts
from arcops.chat.telling.past.rollouts import asks_rollout, asks_uptime, tell_rollout, tell_uptime
from arcops.chat.telling.past.turns import asks_turns, tell_turns
from arcops.chat.telling.scope import at_moment, kinds_of, tell_gaps
from arcops.chat.telling.span import tell_record
from arcops.chat.telling.standing import standing_of, tell_standing
from arcops.chat.telling.words import dated, moment
from arcops.kube.kinds import ApiResource
from arcops.kube.objects.batch import CronJob, Job
from arcops.kube.refs import ObjectRef
from arcops.kube.times import time_ms
from arcops.kube.watch import Op
from arcops.queries.coverage import seen_in
from arcops.queries.history import Version
from arcops.store.base import Window

_MOST_TOLD = 10
_LAST_WELL = re.compile(
    r"\blast (?:time )?(?:\w+ )?(?:work\w*|ok|okay|fine|healthy|well|good|up|ready|sync\w*|reconcil\w*|succe\w+|connect\w*)\b"
)


async def answer(asked: Asked) -> Draft:
    """The history of the object asked about; without one, what was wrong in the scope over time."""
    page = Page(asked.book)
    asked = of_container(asked)
    reading = asked.reading
    refs = list(reading.objects or reading.gone)
    if asks_first(reading.question) and len(refs) != 1 and tell_onsets(asked, page, refs):
        return page.draft()
    if asks_before(reading.question) and not (refs and RESTARTS.search(reading.question.lower())):
        return await changed(asked)
    if not refs:
        if reading.unknown:
            if not await tell_field(asked, page):
                await tell_unknown(asked, page)
        else:
            tell_reports(asked, page)
            await tell_scope_history(asked, page)
        return page.draft()
    ref = refs[0]
    since_ms = reading.since_ms or 0
    lives, is_cut = await lives_of(asked, ref, since_ms)
    if lives:
        await _tell_lives(asked, page, lives, is_cut=is_cut)
    elif not await _tell_asked(asked, page, ref, lives):
        await _tell_nothing(asked, page, ref)
    return page.draft()


async def _tell_lives(asked: Asked, page: Page, lives: Sequence[Life], *, is_cut: bool) -> None:
    """What is asked for first, then the life, its changes, its pods, its events."""
    reading, ref = asked.reading, lives[-1].versions[-1].ref
    since_ms = reading.since_ms or 0
    resource = asked.services.source.catalog.find(str(ref.group_kind).lower())
    case = next(iter(cases_about(cases_of(asked), set(family([ref], asked.inventory)))), None)
    if not await _tell_asked(asked, page, ref, lives) and case is not None and _wants_onset(asked):
        tell_since(asked, page, case, ref)
        tell_in_short(asked, page, case, item=False)
        case = None
    _tell_standing(asked, page, ref)
    _tell_lead(asked, page, ref, lives, is_cut=is_cut)
    if reading.back:
        _tell_back(asked, page, ref, resource, lives)
    for life in lives[:-1][-2:]:
        _tell_earlier(asked, page, ref, life)
    _tell_changes(asked, page, ref, resource, lives[-1])
    await tell_deletion(asked, page, ref, lives[-1])
    if case is not None:
        page.head("What is wrong with it")
        tell_in_short(asked, page, case, rank=1, is_brief=True)
    await tell_parts(asked, page, ref)
    tell_events(asked, page, await events_with_pods(asked, ref, since_ms), own=ref)
    tell_gaps(asked, page, kinds_of(asked))
    window = Window(reading.since_ms if reading.since_ms is not None else lives[0].versions[0].seen_ms, asked.at_ms)
    _, notes = await seen_in(asked.services, window, (ref.group_kind,))
    await tell_record(asked, page, notes)


def _wants_onset(asked: Asked) -> bool:
    """Whether it is asked since when a trouble lasts, or when it was last well."""
    return complaint_of(asked).wants_since or _LAST_WELL.search(asked.reading.question.lower()) is not None


async def _tell_asked(asked: Asked, page: Page, ref: ObjectRef, lives: Sequence[Life]) -> bool:
    """What a question asks of a history by itself, first of all: restarts, the last rollout, times away, how often something was said."""
    question = asked.reading.question
    if asks_restarts(question) and await tell_restarts(asked, page, ref):
        return True
    if asks_turns(question, ref) and await tell_turns(asked, page, ref, lives):
        return True
    if asks_uptime(question) and tell_uptime(asked, page, ref):
        return True
    if asks_rollout(question) and tell_rollout(asked, page, ref):
        return True
    return await tell_reported(asked, page, [ref])


async def _tell_nothing(asked: Asked, page: Page, ref: ObjectRef) -> None:
    reading = asked.reading
    head = await asked.services.store.head(ref)
    if head is not None and reading.since_ms is not None:
        since = f"since {moment(reading.since_ms, reading.zone)}"
        text = f"Nothing of {ref} changed {since}; its last version is from {dated(head.seen_ms, asked.at_ms, reading.zone)}."
        page.tell(FactType.COVERAGE, text, ref=ref, rank=0)
    elif asked.inventory.get(ref) is None:
        page.tell(FactType.COVERAGE, f"{ref} does not exist{at_moment(asked)}, and the record has never seen it.", ref=ref, rank=0)
        for case in cases_about(cases_of(asked), {ref})[:1]:
            tell_in_short(asked, page, case, rank=1)
    else:
        page.tell(FactType.COVERAGE, f"The record has never seen {ref}{at_moment(asked)}.", ref=ref, rank=0)
    await tell_record(asked, page, [])


def _tell_standing(asked: Asked, page: Page, ref: ObjectRef) -> None:
    """Of what runs by a schedule its last run: that is no change of the object itself."""
    entry = asked.inventory.get(ref)
    if entry is not None and isinstance(entry.obj, CronJob | Job):
        tell_standing(page, standing_of(asked, entry), rank=0)


def _tell_lead(asked: Asked, page: Page, ref: ObjectRef, lives: Sequence[Life], *, is_cut: bool) -> None:
    """When it was made, how often it changed, how it ended, in one sentence."""
    life, zone = lives[-1], asked.reading.zone
    first_ms = life.made_ms or life.versions[0].seen_ms
    made = f"was {'made' if life.made_ms else 'first seen'} {dated(first_ms, asked.at_ms, zone)}"
    by = f" by {life.made_by}" if life.made_by else ""
    count = f"at least {len(life.changes):,} changes" if is_cut else many(len(life.changes), "change") if life.changes else "no change"
    end = f" It was deleted {'before' if life.gone.unseen else 'at'} {dated(life.gone.seen_ms, asked.at_ms, zone)}." if life.gone else ""
    entry = asked.inventory.get(ref)
    going = entry.obj.metadata.deletion_timestamp if entry is not None else None
    if going and not end:
        end = f" It is being deleted since {dated(time_ms(going) or 0, asked.at_ms, zone)} and has not gone."
    before = f" The record knows {many(len(lives) - 1, 'earlier object')} of this name." if len(lives) > 1 else ""
    yes = "Yes: " if asks_whether(asked.reading.question) and "exist" in asked.reading.question.lower() else ""
    page.tell(FactType.CHANGE, f"{yes}{ref} {made}{by}; the record has {count} of it.{end}{before}", ref=ref, at_ms=life.made_ms, rank=0)


def _tell_earlier(asked: Asked, page: Page, ref: ObjectRef, life: Life) -> None:
    zone = asked.reading.zone
    end = f", gone {dated(life.gone.seen_ms, asked.at_ms, zone)}" if life.gone else ", replaced"
    made = f"made {dated(life.made_ms, asked.at_ms, zone)}" if life.made_ms else "made at an unknown time"
    text = f"An earlier {ref} was {made}{end}, with {many(len(life.changes), 'change')}."
    page.tell(FactType.CHANGE, text, ref=ref, at_ms=life.made_ms, rank=1, item=True)


def _tell_changes(asked: Asked, page: Page, ref: ObjectRef, resource: ApiResource, life: Life) -> None:
    told = [one for one in worded(life, resource) if one.change not in ("deleted", "created") and one.what]
    if not told:
        return
    page.head("Changes")
    for one in told[-_MOST_TOLD:]:
        _tell_version(asked, page, ref, one)
    if len(told) > _MOST_TOLD or len(told) < len(life.changes):
        shown = min(len(told), _MOST_TOLD)
        page.tell(FactType.COUNT, f"Showing the last {shown} of {many(len(life.changes), 'change')}; the others moved less.", ref=ref)


def _tell_version(asked: Asked, page: Page, ref: ObjectRef, one: Version) -> None:
    ms = time_ms(one.observed_at) or 0
    when = f"{'Before' if one.unseen else 'At'} {dated(ms, asked.at_ms, asked.reading.zone)}"
    who = f" by {one.writer.manager}" if one.writer and one.writer.manager else ""
    page.tell(FactType.CHANGE, f"{when}{who}: {what_text(one.what)}.", ref=ref, path=next(iter(one.paths), ""), at_ms=ms, rank=1, item=True)


def _tell_back(asked: Asked, page: Page, ref: ObjectRef, resource: ApiResource, lives: Sequence[Life]) -> None:
    """The version so many steps before the newest: when it was in force, and what came after it."""
    versions = [(life, one) for life in lives for one in life.versions if one.op is not Op.DELETED]
    place = len(versions) - 1 - asked.reading.back
    if place < 0:
        text = f"The record has {many(len(versions), 'version')} of {ref}; there is none {asked.reading.back} before the newest."
        page.tell(FactType.COVERAGE, text, ref=ref, rank=0)
        return
    life, one = versions[place]
    following = versions[place + 1][1]
    zone = asked.reading.zone
    span = f"from {moment(one.seen_ms, zone)} to {moment(following.seen_ms, zone)}"
    after = next((told for told in worded(life, resource) if told.id == following.id), None)
    what = f" Then: {what_text(after.what)}." if after is not None and after.what else " Then an object of the same name took its place."
    text = f"The version {asked.reading.back} before the newest was in force {span}.{what}"
    page.tell(FactType.CHANGE, text, ref=ref, at_ms=one.seen_ms, rank=0)
