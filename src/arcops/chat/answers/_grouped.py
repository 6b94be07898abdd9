"""Counts per namespace, node, state, image or owner."""

from __future__ import annotations

from collections import Counter

from arcops.chat.answers._said import many, plural_of, told
from arcops.chat.asked import Asked
from arcops.chat.base import Block, FactType, Table
from arcops.chat.selecting.check import both
from arcops.chat.selecting.chosen import Chosen
from arcops.chat.selecting.order import NOWHERE, grouping
from arcops.chat.selecting.rows import MOST_ROWS

_PLACES = {"node": "on", "namespace": "in"}


def grouped(asked: Asked, found: Chosen, word: str) -> list[Block]:
    """A sentence with the largest group (or the smallest, where that is asked), and all groups; empty where there are no objects."""
    counts, unwell = _counted(found, word)
    if not counts:
        return []
    ranked = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    real = [one for one in ranked if one[0] != NOWHERE] or ranked
    is_fewest = any(part in asked.reading.question.lower() for part in ("fewest", "least", "smallest"))
    name, most = real[-1] if is_fewest else real[0]
    predicate = f" {both(found.checks, len(found.found))}" if found.checks else ""
    total = f"{many(len(found.found), found.noun)}{found.where}{predicate}"
    place = _PLACES.get(word, "by")
    spread = f" {place} {many(len(real), word)}" if place != "by" else f" by {word}"
    nowhere = (
        f"; {counts[NOWHERE]:,} {'has' if counts[NOWHERE] == 1 else 'have'} no {word}"
        if counts.get(NOWHERE) and len(real) < len(ranked)
        else ""
    )
    text = f"{total}{spread}; {name} has the {'fewest' if is_fewest else 'most'}, {most:,}{nowhere}."
    facts = [
        asked.book.add(FactType.COUNT, f"{word} {group}: {many(count, found.noun)}, {unwell[group]:,} not well", rank=1)
        for group, count in ranked[:MOST_ROWS]
    ]
    rows = tuple((group, f"{count:,}", f"{unwell[group]:,}") for group, count in ranked[:MOST_ROWS])
    head = told(asked, FactType.COUNT, text)
    return [head, Table((word.upper(), plural_of(found.noun).upper(), "NOT WELL"), rows, len(ranked), tuple(facts))]


def _counted(found: Chosen, word: str) -> tuple[Counter[str], Counter[str]]:
    """Objects, and those of them that are not well, by group."""
    groups = grouping(word)
    counts: Counter[str] = Counter()
    unwell: Counter[str] = Counter()
    for entry in found.found:
        is_well = found.state_of(entry).is_well
        for name in groups(entry):
            counts[name] += 1
            unwell[name] += not is_well
    return counts, unwell
