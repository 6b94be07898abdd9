"""Which objects there are, by conditions: a sentence with exact counts by state, the unwell first, a table as kubectl's."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence

from arcops.chat.answers._events import events_of_span
from arcops.chat.answers._grouped import grouped
from arcops.chat.answers._hidden import unkept
from arcops.chat.answers._measures import measured_list
from arcops.chat.answers._missing import missing_of
from arcops.chat.answers._restricted import not_understood
from arcops.chat.answers._said import listed, many, named, step, told
from arcops.chat.answers._summary import following, states_of, summary
from arcops.chat.answers._unknown import unknown_names
from arcops.chat.asked import Asked
from arcops.chat.base import Block, Draft, FactType, Said
from arcops.chat.selecting.amounts import Side
from arcops.chat.selecting.asked_fields import asked_values
from arcops.chat.selecting.chosen import Chosen, chosen
from arcops.chat.selecting.groups import group_of
from arcops.chat.selecting.images import images_of, is_named
from arcops.chat.selecting.order import Order, is_top_said, order_of, top_of
from arcops.chat.selecting.rows import table_of
from arcops.chat.selecting.scope import EVENTS, NAMESPACE, NODE, POD
from arcops.chat.selecting.wellness import Wellness, wellness_of
from arcops.chat.telling.incidents.reported import tell_reported
from arcops.chat.telling.incidents.rider import trouble_of
from arcops.chat.telling.incidents.troubled_spaces import tell_troubled_spaces
from arcops.chat.telling.page import Page
from arcops.inventory.base import Entry
from arcops.kube.objects.batch import CronJob
from arcops.kube.objects.event import Event, normalize
from arcops.kube.objects.workloads import Deployment, StatefulSet
from arcops.kube.refs import ObjectRef
from arcops.kube.times import time_ms
from arcops.queries.coverage import seen_at

Answerer = Callable[[Asked], Awaitable[Draft | None]]

_MOST_NAMED = 5
_REPORTS = re.compile(r"\b(?:times|often|failures?|attempts?|fails|failed|refusals?|evictions?|timeouts?|events?|back-?offs?)\b")
_COUNTED = re.compile(r"\bhow (?:many|often)\b|\bnumber of\b|\bcount\b")
"""What is reported of an object again and again, and is no object itself."""
_MOST_RANKED = 10
_USAGE = (
    "arcops reads no usage metrics, so this is what the pods request and may use; `kubectl top` shows what they use where "
    "metrics-server runs."
)  # fmt: skip


async def answer(asked: Asked) -> Draft:
    """The list, or what is measured in its place: images, groups, kinds."""
    troubled = tell_troubled_spaces(asked)
    if troubled is not None:
        return troubled
    found = await found_or_said(asked, measured_list)
    if isinstance(found, Draft):
        return found
    group = group_of(asked.reading.question, found.found)
    if group:
        return Draft((*(grouped(asked, found, group) or [summary(asked, found)]), *notes_of(asked, found), *await _past(asked, found)))
    order = order_of(asked)
    entries = arranged(found, order)
    if order is not None:
        entries.sort(key=lambda entry: not order.shown(entry, asked))
    top = top_of(asked.reading.question, _MOST_RANKED) if order else len(entries)
    blocks: list[Block] = [summary(asked, found)]
    if order is not None and entries:
        blocks.insert(0, _extreme(asked, found, entries[:top], order))
    else:
        blocks += [*following(asked, found, entries), *_outliers(asked, found, entries)]
    if order is None and not asked_values(asked, found.kind, entries[:1]):
        blocks = [*not_understood(asked, found), *blocks]
    blocks += notes_of(asked, found)
    table = table_of(asked, found.kind, entries[:top], _extras(asked, order), len(entries))
    if table.rows:
        blocks.append(table)
    blocks += _nothing(asked, found)
    blocks += trouble_of(asked, concerned(asked, found))
    return Draft((*blocks, *await _past(asked, found)))


def concerned(asked: Asked, found: Chosen) -> list[ObjectRef]:
    """What a list is about, for the trouble behind it: the objects named, else those that a condition or a kind picked out."""
    named_ones = [ref for ref in asked.reading.objects if ref.group_kind not in (NODE, NAMESPACE)]
    if named_ones or found.kind in EVENTS:
        return named_ones
    if found.checks or found.kind not in (POD, NODE, NAMESPACE):
        return [entry.ref for entry in found.found or found.within]
    return []


async def _reported(asked: Asked) -> Draft | None:
    """How often an object's events tell of something, where that is counted and not the events: ``how many backoffs of web``."""
    page = Page(asked.book)
    question = asked.reading.question.lower()
    is_meant = _REPORTS.search(question) and _COUNTED.search(question)
    return page.draft() if is_meant and await tell_reported(asked, page, asked.reading.objects) else None


async def found_or_said(asked: Asked, measured: Answerer) -> Chosen | Draft:
    """What a question chooses; or what is to be said in its place: of unknown names, of what is measured, of what cannot be seen."""
    said = missing_of(asked) or unkept(asked) or await unknown_names(asked) or await _reported(asked)
    said = said or await events_of_span(asked) or await measured(asked)
    if said is not None:
        return said
    found = await chosen(asked)
    return cannot_tell(asked, found) if found.blind and not found.within else found


def cannot_tell(asked: Asked, found: Chosen) -> Draft:
    """A kind that may not be read: that is not "none"."""
    resource = asked.services.source.catalog.get(found.kind)
    name = resource.resource_name if resource else found.kind.kind.lower()
    settle = step(asked, "This shows whether an account may read them", f"kubectl auth can-i list {name} --all-namespaces")
    return Draft((told(asked, FactType.COVERAGE, found.blind), *settle), can_tell=False)


def arranged(found: Chosen, order: Order | None) -> list[Entry]:
    """In the order asked for; else the unwell first, of these those that restarted most; Events newest first.

    What is alike stays sorted by namespace and name.
    """
    if order is not None:
        return sorted(found.found, key=order.key, reverse=True)
    if found.kind in EVENTS:
        return sorted(found.found, key=_event_time, reverse=True)
    unwell: list[Entry] = []
    well: list[Entry] = []
    for entry in found.found:
        (well if found.state_of(entry).is_well else unwell).append(entry)
    unwell.sort(key=lambda entry: -found.state_of(entry).restarts)
    return [*unwell, *well]


def _event_time(entry: Entry) -> int:
    return (time_ms(normalize(entry.obj).last_seen) or 0) if isinstance(entry.obj, Event) else 0


def _extreme(asked: Asked, found: Chosen, entries: Sequence[Entry], order: Order) -> Said:
    """Who stands at the top, with the amount it is sorted by; those beside it that have as much, or all where so many are asked for."""
    first = entries[0]
    amount = order.shown(first, asked)
    if not amount:
        return told(asked, FactType.COUNT, f"No {found.noun}{found.where} has {order.what}.")
    if is_top_said(asked.reading.question):
        parts = [f"{named(one.ref)}, {said}" for one in entries if (said := order.shown(one, asked))]
        return told(asked, FactType.FIELD, f"{order.superlative}: {'; '.join(parts)}.", ref=first.ref)
    alike = [named(one.ref) for one in entries if order.key(one) == order.key(first)]
    each = " each" if len(alike) > 1 else ""
    return told(asked, FactType.FIELD, f"{order.superlative}: {listed(alike, 5)}, {amount}{each}.", ref=first.ref)


def _outliers(asked: Asked, found: Chosen, entries: Sequence[Entry]) -> list[Block]:
    """The unwell by name, where most are well."""
    if found.kind in EVENTS:
        return []
    unwell = [(entry, state) for entry in entries if not (state := found.state_of(entry)).is_well]
    if not unwell or len(unwell) == len(entries) or found.checks:
        return []
    shown = [f"{named(entry.ref)} ({_word(state)})" for entry, state in unwell[:_MOST_NAMED]]
    more = f" and {len(unwell) - len(shown):,} more" if len(unwell) > len(shown) else ""
    return [told(asked, FactType.FIELD, f"Not well: {', '.join(shown)}{more}.", ref=unwell[0][0].ref, rank=1)]


def _word(state: Wellness) -> str:
    return f"{state.word}, {many(state.restarts, 'restart')}" if state.restarts else state.word


def notes_of(asked: Asked, found: Chosen) -> list[Block]:
    """What was left out, and what usage was answered by."""
    blocks: list[Block] = [told(asked, FactType.COVERAGE, note, rank=5) for note in found.notes]
    fields = {condition.field for condition in asked.reading.conditions}
    if found.side is Side.USAGE and (fields & {"cpu", "memory"} or _is_amount_order(asked)):
        blocks.append(told(asked, FactType.COVERAGE, _USAGE, rank=5))
    if found.blind:
        blocks.append(told(asked, FactType.COVERAGE, found.blind, rank=5))
    return blocks


def _is_amount_order(asked: Asked) -> bool:
    order = order_of(asked)
    return order is not None and bool(order.resource)


def _extras(asked: Asked, order: Order | None) -> list[str]:
    fields = [condition.field for condition in asked.reading.conditions]
    text = asked.reading.question.lower()
    for word, name in (("image", "image"), ("label", "label"), ("node", "node"), ("memory", "memory"), ("cpu", "cpu"), ("limit", "memory"),
                       ("where", "node"), ("request", "memory"), ("taint", "taint"), ("containers", "container")):  # fmt: skip
        if word in text:
            fields.append(name)
    if order is not None and order.resource:
        fields.append(order.resource)
    return [name for name in fields if name == "taint"] if asked.reading.kind == NODE else [name for name in fields if name != "taint"]


def _nothing(asked: Asked, found: Chosen) -> list[Block]:
    """Of an empty list: what there is instead."""
    if found.found or not found.checks:
        return []
    blocks: list[Block] = []
    states = states_of(found, found.within)
    if states:
        blocks.append(told(asked, FactType.COUNT, f"What there is: {states}.", rank=1))
    return [*blocks, *_would_run(asked)]


def _would_run(asked: Asked) -> list[Block]:
    """Workloads without pods that name an image nobody runs."""
    wanted = [one.value for one in asked.reading.conditions if one.field == "image"] + list(asked.reading.unknown)
    found: list[Block] = []
    for kind in (Deployment.GROUP_KIND, StatefulSet.GROUP_KIND, CronJob.GROUP_KIND) if wanted else ():
        for entry in asked.inventory.list(kind, asked.reading.namespace or None):
            image = next((one for one in images_of(entry) if any(is_named(one, word) for word in wanted)), "")
            if image and len(found) < _MOST_NAMED:
                text = f"{entry.ref} names image {image}, but no pod of it runs ({wellness_of(entry).word})."
                found.append(told(asked, FactType.FIELD, text, ref=entry.ref, rank=1))
    return found


async def _past(asked: Asked, found: Chosen) -> list[Block]:
    """Why a list of the past may not be whole."""
    if asked.reading.at_ms is None:
        return []
    seen = await seen_at(asked.services, asked.reading.at_ms, (found.kind,))
    return [told(asked, FactType.COVERAGE, note, rank=5) for note in seen.notes]
