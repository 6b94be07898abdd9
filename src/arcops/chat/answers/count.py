"""How many there are, by conditions: the exact number first, then what it is made of. Zero is an answer."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from arcops.chat.answers._grouped import grouped
from arcops.chat.answers._measures import measured_count
from arcops.chat.answers._restricted import not_understood
from arcops.chat.answers._said import many, named, told
from arcops.chat.answers._summary import summary
from arcops.chat.answers.list import answer as listed_answer
from arcops.chat.answers.list import arranged, concerned, found_or_said, notes_of
from arcops.chat.asked import Asked
from arcops.chat.base import Block, Draft, FactType
from arcops.chat.selecting.chosen import Chosen
from arcops.chat.selecting.groups import group_of
from arcops.chat.selecting.order import order_of
from arcops.chat.selecting.rows import table_of
from arcops.chat.selecting.wellness import wellness_of
from arcops.chat.telling.incidents.rider import trouble_of
from arcops.inventory.base import Entry
from arcops.kube.objects.event import Event, normalize
from arcops.queries.coverage import seen_at

_COUNTS = re.compile(r"\bhow many\b|\bcount\b")
_FEW = 10
_MOST_SPACES = 5


async def answer(asked: Asked) -> Draft:
    """The number, then its parts."""
    found = await found_or_said(asked, measured_count)
    if isinstance(found, Draft):
        return found
    group = group_of(asked.reading.question, found.found)
    if group:
        return Draft((*(grouped(asked, found, group) or [summary(asked, found)]), *notes_of(asked, found)))
    if not _COUNTS.search(asked.reading.question.lower()) and order_of(asked) is not None:
        return await listed_answer(asked)
    blocks: list[Block] = [*not_understood(asked, found), summary(asked, found), *_sightings(asked, found), *_by_namespace(asked, found)]
    entries = arranged(found, None)
    if found.checks and len(found.found) > _FEW:
        blocks += _worst(asked, entries)
    blocks += notes_of(asked, found)
    if 0 < len(found.found) <= _FEW:
        blocks.append(table_of(asked, found.kind, entries, [one.field for one in asked.reading.conditions], len(found.found)))
    elif not found.found and found.checks and found.within:
        blocks += _rest(asked, found)
    if asked.reading.objects or found.checks:
        blocks += trouble_of(asked, concerned(asked, found))
    if asked.reading.at_ms is not None:
        seen = await seen_at(asked.services, asked.reading.at_ms, (found.kind,))
        blocks += [told(asked, FactType.COVERAGE, note, rank=5) for note in seen.notes]
    return Draft(tuple(blocks))


def _sightings(asked: Asked, found: Chosen) -> list[Block]:
    """Of events, which stand for many alike, how often they were seen in all."""
    counts = [normalize(entry.obj).count for entry in found.found if isinstance(entry.obj, Event)]
    if sum(counts) <= len(counts):
        return []
    return [told(asked, FactType.COUNT, f"In all {'it was' if len(counts) == 1 else 'they were'} seen {sum(counts):,} times.")]


def _by_namespace(asked: Asked, found: Chosen) -> list[Block]:
    counts = Counter(entry.ref.namespace for entry in found.found if entry.ref.namespace)
    if len(counts) < 2 or asked.reading.namespace or asked.reading.objects:  # noqa: PLR2004 - one namespace is no breakdown
        return []
    shown = counts.most_common(_MOST_SPACES)
    rest = sum(counts.values()) - sum(count for _, count in shown)
    parts = [f"{count:,} in {space}" for space, count in shown]
    if rest:
        parts.append(f"{rest:,} in {many(len(counts) - len(shown), 'other namespace')}")
    return [told(asked, FactType.COUNT, f"By namespace: {', '.join(parts)}.", rank=1)]


def _worst(asked: Asked, entries: Sequence[Entry]) -> list[Block]:
    unwell = [entry for entry in entries[:3] if not wellness_of(entry).is_well]
    if not unwell:
        return []
    parts = [f"{named(entry.ref)} ({wellness_of(entry).word})" for entry in unwell]
    return [told(asked, FactType.FIELD, f"Among them: {', '.join(parts)}.", ref=unwell[0].ref, rank=1)]


def _rest(asked: Asked, found: Chosen) -> list[Block]:
    counts = Counter(found.state_of(entry).word for entry in found.within)
    counts.pop("", None)
    if not counts:
        return []
    return [
        told(asked, FactType.COUNT, f"What there is: {', '.join(f'{count:,} {word}' for word, count in counts.most_common(6))}.", rank=1)
    ]
