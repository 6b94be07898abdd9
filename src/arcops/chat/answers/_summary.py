"""The first sentences of a list: how many there are, in which states, and which they are by name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from arcops.base.clock import rfc3339
from arcops.chat.answers._said import listed, many, named, plural_of, told
from arcops.chat.asked import Asked
from arcops.chat.base import Block, FactType, Said
from arcops.chat.read.kinds import OBJECT, WORKLOAD
from arcops.chat.selecting.asked_fields import asked_values
from arcops.chat.selecting.check import both
from arcops.chat.selecting.chosen import Chosen
from arcops.chat.selecting.scope import EVENTS
from arcops.inventory.base import Entry
from arcops.inventory.graph import Step, upstream

_EXISTS = re.compile(r"^(?:so |and |but |hey )*(?:is|are|do|does|did|has|have|was|were|any|any(?:thing|one|body)|something)\b")
"""Questions that yes or no would answer."""
_EVERY = re.compile(r"^(?:\w+ ){1,2}?(?:all|every|each|both)\b")
"""Questions that ask of all there is."""
_THE = re.compile(r"^(?:\w+ ){0,2}?(?:are|do|have|were|did) (?:the|our|my|these|those|its|their) ")
_GOOD = frozenset(("{are} well", "{are} ready", "{are} Running", "{are} Bound", "{are} Succeeded"))
"""What is so of ``the`` pods only where it is so of each of them."""
_MOST_SAID = 6
"""So many names stand within the first sentence; of more the first stand in the next."""
_MOST_FOLLOWING = 10


def summary(asked: Asked, found: Chosen) -> Said:
    """The first sentence: ``7 of 42 pods in shop are not ready: 4 CrashLoopBackOff, 3 Pending``."""
    count, total = len(found.found), len(found.within)
    if not found.checks:
        if not count:
            missing = _named_missing(asked, found)
            if missing:
                return told(asked, FactType.FIELD, f"{missing.came_from} names {missing.ref}, which does not exist.", ref=missing.ref)
            called = f'No {found.noun} is called "{asked.reading.words[0]}": there' if _asks_one(asked) else "There"
            return told(asked, FactType.COUNT, f"{called} are no {plural_of(found.noun)}{found.where}{_when(asked)}.")
        verb = "is" if count == 1 else "are"
        text = f"There {verb} {many(count, found.noun)}{found.where or _spread(found)}{_when(asked)}"
        return told(asked, FactType.COUNT, f"{text}{_states_after(found, text)}.")
    of = f"{count:,} of {many(total, found.noun)}" if total else f"0 {plural_of(found.noun)}"
    question = asked.reading.question.lower()
    if _EXISTS.search(question):
        is_of_all = _EVERY.search(question) or (_THE.search(question) and any(check.said in _GOOD for check in found.checks))
        is_so = count == total > 0 if is_of_all else count > 0
        of = f"{'Yes' if is_so else 'No'}, {of}"
    text = f"{of}{found.where} {both(found.checks, count or total)}{_when(asked)}"
    states = _states_after(found, text)
    if not _are_few(found):
        return told(asked, FactType.COUNT, f"{text}{states}.")
    inner = f" ({states.lstrip(':, ')})" if states else ""
    return told(asked, FactType.COUNT, f"{text}{inner}: {listed(_called(found, found.found), _MOST_FOLLOWING)}.", ref=found.found[0].ref)


def following(asked: Asked, found: Chosen, entries: Sequence[Entry]) -> list[Block]:
    """Which they are, where the first sentence could not name them, with what is asked of each; the first of many."""
    if not entries or found.kind in EVENTS:
        return []
    values = asked_values(asked, found.kind, entries[:_MOST_FOLLOWING])
    is_named = bool(found.checks) and _are_few(found)
    if not values and (is_named or not (found.checks or len(entries) <= _MOST_FOLLOWING)):
        return []
    head = "It is" if len(entries) == 1 else "They are"
    names = _called(found, entries)
    said = [f"{name} ({value})" for name, value in zip(names, values, strict=False)] + names[len(values) :]
    return [told(asked, FactType.FIELD, f"{head} {listed(said, _MOST_FOLLOWING)}.", ref=entries[0].ref)]


def _are_few(found: Chosen) -> bool:
    return found.kind not in EVENTS and 0 < len(found.found) <= _MOST_SAID


def _called(found: Chosen, entries: Sequence[Entry]) -> list[str]:
    """The names, with their kinds where these differ."""
    return [str(entry.ref) if found.kind in (OBJECT, WORKLOAD) else named(entry.ref) for entry in entries]


def _named_missing(asked: Asked, found: Chosen) -> Step | None:
    """What the objects asked about name of the kind and nobody has."""
    if not asked.inventory.is_complete(found.kind):
        return None
    steps = (step for ref in asked.reading.objects for step in upstream(ref, asked.inventory))
    return next((step for step in steps if step.ref.group_kind == found.kind and asked.inventory.get(step.ref) is None), None)


def _asks_one(asked: Asked) -> bool:
    """Whether a single thing is asked for by a word that nothing has: ``is the payment service reachable``."""
    return len(asked.reading.words) == 1 and _EXISTS.search(asked.reading.question.lower()) is not None


def _states_after(found: Chosen, said: str) -> str:
    """``: 35 Running, 4 Pending``; of a single state ``, all Running``, unless that was just said."""
    words = {found.state_of(entry).word for entry in found.found}
    if len(words) != 1:
        return f": {states_of(found, found.found)}" if words else ""
    word = words.pop()
    if not word or word.lower() in said.lower():
        return ""
    return f": {word}" if len(found.found) == 1 else f", all {word}"


def _when(asked: Asked) -> str:
    return "" if asked.reading.at_ms is None else f" at {rfc3339(asked.reading.at_ms)}"


def _spread(found: Chosen) -> str:
    spaces = {entry.ref.namespace for entry in found.found} - {""}
    return f" in {many(len(spaces), 'namespace')}" if len(spaces) > 1 else f" in {min(spaces)}" if spaces else ""


def states_of(found: Chosen, entries: Sequence[Entry]) -> str:
    """``35 Running, 4 CrashLoopBackOff``; "" for kinds without states."""
    counts = Counter(found.state_of(entry).word for entry in entries)
    counts.pop("", None)
    shown = counts.most_common(6)
    rest = sum(counts.values()) - sum(count for _, count in shown)
    return ", ".join([*(f"{count:,} {word}" for word, count in shown), *([f"{rest:,} other"] if rest else [])])
