"""Questions that lean on the one before: "and in shop?", "why that one?", "since when?", "show me its logs"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from arcops.chat.base import Intent, Reading
from arcops.chat.read.numbers import number_of
from arcops.chat.read.tables import turn
from arcops.chat.read.times import Spoken
from arcops.kube.refs import ObjectRef
from arcops.queries.services import Services

_ORDINALS = {"first": 0, "second": 1, "third": 2, "fourth": 3, "fifth": 4, "last": -1}
_NOW = re.compile(r"\b(?:now|currently|at the moment|today)\b")
_RIGHT_BEFORE_MS, _BEFORE_MS, _SPAN_MS = 60_000, 300_000, 3_600_000
_OF_TROUBLE = frozenset({Intent.WRONG, Intent.WHY, Intent.STATE})
_ASIDES = ("sureness", "spread", "remedy", "plainer")
_TELLING = _OF_TROUBLE | {Intent.CHANGED, Intent.HISTORY, Intent.LOGS, Intent.DEPENDS}
"""Intents whose answers tell of a trouble, which is what is asked about then."""
_MOST_BARE = 5
_MOST_LED = 7


def leans(sentence: str, weight: float, *, has_objects: bool, previous: Reading | None) -> bool:
    """Whether a question means what the one before was about."""
    if previous is None:
        return False
    if is_aside(sentence):
        return not has_objects
    plain = turn("not_pointing").sub("", sentence)
    length = len(sentence.split())
    if turn("pointing").search(plain) and not has_objects:
        return True
    if (turn("leading").match(sentence) and length <= _MOST_LED) or turn("back").search(sentence):
        return True
    if has_objects:
        return False
    return length <= _MOST_BARE and not _stands_alone(sentence, weight)


def is_aside(sentence: str) -> bool:
    """Whether a question is about the answer before it: what that rests on, what else is hit, the same in plain words."""
    return any(turn(section).search(sentence) for section in _ASIDES)


def _stands_alone(sentence: str, weight: float) -> bool:
    """Whether a short question needs nothing before it: ``what is wrong``, ``list pods``; but not ``why``, ``since when``."""
    if turn("alone").search(sentence):
        return False
    return weight > 0


def steps_back(sentence: str, previous: Reading) -> int:
    """How many steps before the last thing talked of are meant."""
    further = turn("further").search(sentence)
    if further:
        return previous.back + int(number_of(further[1]) or 1)
    return previous.back + 1 if turn("back").search(sentence) else 0


def intent_after(sentence: str, intent: Intent, weight: float, previous: Reading) -> Intent:
    """The intent of a question that leans: its own where it has one, else that of the one before."""
    if is_aside(sentence):
        return Intent.WHY
    if turn("began").search(sentence):
        return previous.intent if previous.intent in {Intent.HISTORY, Intent.STATE} else Intent.WHY
    if weight < (6 if turn("back").search(sentence) else 4 if turn("same_question").search(sentence) else 0):
        return previous.intent
    return intent if weight > 1 else previous.intent


_SEVERAL = re.compile(r"\b(?:their|them|these|those|they|all of them|both|each)\b")
_MOST_MEANT = 3


def earlier(services: Services, sentence: str, previous: Reading) -> Spoken | None:
    """The moment or span before that of the question before; where it named none, the moment before its object's trouble began."""
    said = turn("earlier").search(sentence)
    if said is None or previous.intent is Intent.LOGS:
        return None
    step_ms = _RIGHT_BEFORE_MS if said["right"] else _BEFORE_MS
    if previous.since_ms is not None:
        length_ms = previous.until_ms - previous.since_ms if previous.until_ms is not None else _SPAN_MS
        return Spoken(since_ms=max(0, previous.since_ms - length_ms), until_ms=previous.since_ms)
    at_ms = previous.at_ms
    if at_ms is None and previous.intent in _OF_TROUBLE:
        report = services.standing.report if services.standing is not None else None
        named = previous.objects or _told(services, previous)[:1]
        found = [one for one in report.incidents if one.root in named] if report is not None else []
        at_ms = found[0].since.at_ms if found else None
    return None if at_ms is None else Spoken(at_ms=max(0, at_ms - step_ms))


def is_of_now(sentence: str) -> bool:
    """Whether a question that leans says that it is about now."""
    return bool(_NOW.search(sentence))


def objects_after(services: Services, sentence: str, previous: Reading) -> tuple[ObjectRef, ...]:
    """What ``it`` is: the object of the question before, the one of several that is counted, or the root of the worst incident told."""
    if is_aside(sentence) and previous.intent not in _TELLING:
        return ()
    objects = previous.objects or _told(services, previous)
    if turn("other_one").search(sentence):
        told = _told(services, previous)
        return tuple(ref for ref in told if ref not in (previous.objects or told[:1]))[:1] or objects
    for word, place in _ORDINALS.items():
        if re.search(rf"\b{word} one\b|\bthe {word}\b", sentence) and len(objects) > 1:
            chosen: Sequence[ObjectRef] = objects[place:] if place == -1 else objects[place : place + 1]
            return tuple(chosen[:1])
    return objects if previous.objects else objects[: _MOST_MEANT if _SEVERAL.search(sentence) else 1]


def _told(services: Services, previous: Reading) -> tuple[ObjectRef, ...]:
    """The roots of the incidents that an answer about everything names, the worst first."""
    standing = services.standing
    if (
        standing is None
        or standing.report is None
        or previous.intent not in {Intent.WRONG, Intent.WHY, Intent.LIST, Intent.COUNT, Intent.STATE}
    ):
        return ()
    roots = [incident.root for incident in standing.report.incidents]
    near = [ref for ref in roots if not previous.namespace or ref.namespace == previous.namespace]
    return tuple(near or (ref for ref in roots if not ref.namespace))
