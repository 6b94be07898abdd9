"""Counts per namespace, node, state, image or owner."""

from __future__ import annotations

from collections import Counter

from arcops.chat.answers._said import listed, many, plural_of, told
from arcops.chat.asked import Asked
from arcops.chat.base import Block, FactType, Table
from arcops.chat.selecting.check import both
from arcops.chat.selecting.chosen import Chosen
from arcops.chat.selecting.groups import NOWHERE, Group
from arcops.chat.selecting.rows import MOST_ROWS

_FEW = 8
"""So many groups stand in the sentence."""
_PLACES = {"node": "on", "namespace": "in"}


def grouped(asked: Asked, found: Chosen, group: Group) -> list[Block]:
    """A sentence with the largest group (or the smallest, where that is asked), and all groups; empty where there are no objects."""
    counts, unwell = _counted(found, group)
    if not counts:
        return []
    word = group.word
    ranked = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    real = [one for one in ranked if one[0] != NOWHERE] or ranked
    is_fewest = any(part in asked.reading.question.lower() for part in ("fewest", "least", "smallest"))
    most = real[-1 if is_fewest else 0][1]
    top = [name for name, count in real if count == most]
    predicate = f" {both(found.checks, len(found.found))}" if found.checks else ""
    total = f"{many(len(found.found), found.noun)}{found.where}{predicate}"
    place = _PLACES.get(word, "by")
    spread = f" {place} {many(len(real), word)}" if place != "by" else f" by {word}"
    nowhere = (
        f"; {counts[NOWHERE]:,} {'has' if counts[NOWHERE] == 1 else 'have'} no {word}"
        if counts.get(NOWHERE) and len(real) < len(ranked)
        else ""
    )
    head = f"{listed(top, 3)} {'has' if len(top) == 1 else 'have'} the {'fewest' if is_fewest else 'most'}, {most:,}"
    parts = f": {', '.join(f'{count:,} {one}' for one, count in real)}" if 1 < len(real) <= _FEW else ""
    text = f"{total}{spread}; {head}{' each' if len(top) > 1 else ''}{nowhere}{parts}."
    facts = [
        asked.book.add(FactType.COUNT, f"{word} {name}: {many(count, found.noun)}, {unwell[name]:,} not well", rank=1)
        for name, count in ranked[:MOST_ROWS]
    ]
    rows = tuple((one, f"{count:,}", f"{unwell[one]:,}") for one, count in ranked[:MOST_ROWS])
    heads = (word.upper(), plural_of(found.noun).upper(), "NOT WELL")
    return [
        told(asked, FactType.COUNT, text),
        Table(heads, rows, len(ranked), tuple(facts)),
    ]


def _counted(found: Chosen, group: Group) -> tuple[Counter[str], Counter[str]]:
    """Objects, and those of them that are not well, by group."""
    counts: Counter[str] = Counter()
    unwell: Counter[str] = Counter()
    for entry in found.found:
        is_well = found.state_of(entry).is_well
        for name in group.of(entry):
            counts[name] += 1
            unwell[name] += not is_well
    return counts, unwell
