"""What a question wants: every cue is weighed, the heaviest intent is it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from arcops.chat.base import Intent
from arcops.chat.read.cued import Sort, sort_of
from arcops.chat.read.cues import cues
from arcops.chat.read.terms import with_terms
from arcops.chat.read.words import Word

MOST_LETTERS = 900
"""Letters of a sentence that cues are looked for in; of a longer one the first and the last half of that."""
_ORDER = (
    *(Intent.LOGS, Intent.COUNT, Intent.DEPENDS, Intent.WHY, Intent.CHANGED, Intent.COMMAND, Intent.HISTORY, Intent.LIST, Intent.WRONG),
    *(Intent.NODES, Intent.TERM, Intent.PLATFORM, Intent.ABOUT, Intent.STATE),
)
"""Which is meant where two weigh the same."""
_CLOSE = 0.75
_JOINTS = re.compile(r"(?<=\w)[-.](?=\w)")
_TOGETHER = (
    (re.compile(r"\b(?:KIND|NODE) OBJ\b|\bOBJ (?:KIND|NODE)\b"), "OBJ"),
    (re.compile(r"\b(?:the |my |our )?(?:namespace|ns) NS\b|\bNS (?:namespace|ns)\b"), "NS"),
    (re.compile(r"\bOBJ (?:in|of|on|at|from|inside|within)(?: the)? NS\b"), "OBJ"),
    (re.compile(r"\b(TIME)(?: TIME)+\b"), "TIME"),
)


@dataclass(frozen=True, slots=True)
class Weighed:
    """``intent`` is the heaviest with its ``weight``; ``others`` weigh nearly as much. ``sentence`` is what was weighed."""

    intent: Intent
    weight: float
    others: tuple[Intent, ...]
    sentence: str
    scores: dict[Intent, float]


def sentence_of(words: Sequence[Word]) -> str:
    """The plain sentence of a question, with names, kinds and times as single capital words."""
    text = " ".join(word.shown or _plain(word) for word in words if word.role != "mark" and word.shown != "\x00")
    for pattern, instead in _TOGETHER:
        text = pattern.sub(instead, text)
    half = MOST_LETTERS // 2
    return text if len(text) <= MOST_LETTERS else f"{text[:half]} {text[-half:]}"


def _plain(word: Word) -> str:
    """A word as it is weighed: a strange one with a hyphen or a dot in it is one word too."""
    if word.is_free and not word.low.isalpha() and (sort_of(word) is Sort.MARKED or word.low.startswith("kubectl-")):
        return _JOINTS.sub("_", word.low)
    return word.low


def weigh(sentence: str, extra: dict[Intent, float]) -> Weighed:
    """The intent of a sentence; ``extra`` is what else speaks for some."""
    scores = dict(extra)
    terms = with_terms(sentence)
    for cue in cues():
        if cue.pattern.search(terms if cue.intent is Intent.TERM else sentence):
            scores[cue.intent] = scores.get(cue.intent, 0.0) + cue.weight
    best = max(_ORDER, key=lambda intent: scores.get(intent, 0.0))
    weight = scores.get(best, 0.0)
    if weight <= 0:
        return Weighed(Intent.UNCLEAR, 0.0, (), sentence, scores)
    close = tuple(intent for intent in _ORDER if intent is not best and scores.get(intent, 0.0) >= weight * _CLOSE)
    return Weighed(best, weight, close, sentence, scores)
