"""How strongly the words around a word say that it is a name."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

from arcops.chat.read.lexicon import GRAMMAR, NAMELIKE, ORDINARY
from arcops.chat.read.tables import word_list
from arcops.chat.read.words import Word


class Sort(IntEnum):
    """What sort of word it is: the higher, the more readily it is taken for a name."""

    GRAMMAR = 0
    ORDINARY = 1
    NAMELIKE = 2
    STRANGE = 3
    MARKED = 4
    """In quotes, or with a hyphen, a digit or a dot in it."""


class Cue(IntEnum):
    """How much speaks for a name at a place."""

    NONE = 0
    PLACE = 1
    """Where names stand: after "of", before "is down"."""
    KIND = 2
    """Beside the word for a kind."""
    CALLED = 3
    """After "called", or in quotes."""


BEFORE = word_list("before")
"""Words after which a name often stands."""
_TOPIC = frozenset(
    ("of", "is", "are", "was", "were", "does", "did", "do", "has", "have", "why", "with", "about", "for", "describe", "logs", "investigate")
)

_AFTER = word_list("after")

_PASSED = word_list("passed")
_MORE_VERBS = (
    "can", "could", "not", "never", "refused", "stays", "waits", "needs", "gets", "died", "hung", "crashed", "failed", "stopped", "dies",
    "wont", "doesnt", "went", "had", "would",
)  # fmt: skip
_VERBS = frozenset(("is", "was", "keeps", "does", "has", "crashes", "fails", "restarts", "hangs", "cannot", "will", "looks", *_MORE_VERBS))
_VERBS_OF_FAULT = frozenset(("failing", "crashing", "down", "broken", "restarting", "stuck", "slow", *_VERBS))
_ENDS = frozenset(("in", "before", "now", "then", "today", "again", "earlier", "previously"))
_TASKS = word_list("tasks")
_TASK_ENDS = frozenset(
    (
        "to",
        "bigger",
        "larger",
        "smaller",
        "up",
        "down",
        "back",
        "please",
        "pls",
        "using",
        "with",
        "without",
        "from",
        "on",
        "off",
        "by",
        "safely",
    )
)
_LEADING = frozenset(("of", "is", "does", "did", "for", "about", "into", "inside", "should"))
_CALLED = frozenset({"called", "named"})
_ATTRIBUTES = word_list("attributes")

"""Words that say what of a thing is asked for: ``pod status`` names no pod."""


def sort_of(word: Word) -> Sort:
    """The sort of a word."""
    low = word.low
    if word.is_quoted:
        return Sort.MARKED
    if low in GRAMMAR or low.startswith("-"):
        return Sort.GRAMMAR
    if low in ORDINARY or low.isdigit():
        return Sort.ORDINARY
    if low in NAMELIKE:
        return Sort.NAMELIKE
    if "-" in low and all(part in ORDINARY or part in GRAMMAR for part in low.split("-")):
        return Sort.NAMELIKE
    return Sort.MARKED if any(letter in "-._0123456789" for letter in low) and low[0].isalnum() else Sort.STRANGE


def cue_at(words: Sequence[Word], first: int, last: int) -> Cue:
    """What speaks for a name at the words ``first`` to ``last``."""
    if words[first].is_quoted:
        return Cue.CALLED
    before = _before(words, first)
    after = words[last + 1] if last + 1 < len(words) else None
    direct = words[first - 1] if first else None
    if direct is not None and direct.low in _CALLED:
        return Cue.CALLED
    is_attribute = first == last and words[first].low in _ATTRIBUTES
    if not is_attribute and ((direct is not None and direct.role == "kind") or (after is not None and after.role == "kind")):
        return Cue.KIND
    if before is not None and (before.low in BEFORE or before.role in {"kind", "object"}):
        return Cue.PLACE
    if after is not None and after.low in _AFTER:
        return Cue.PLACE
    return Cue.NONE


def is_topic(words: Sequence[Word], at: int) -> bool:
    """Whether a strange word stands where a question names what it is about, so that it is a name that is missing."""
    before = _before(words, at)
    if before is None:
        after = words[at + 1] if at + 1 < len(words) else None
        return after is not None and after.low in _AFTER
    return before.low in _TOPIC


def is_certain_place(words: Sequence[Word], at: int) -> bool:
    """Whether even an everyday word can only be a name here: ``why is status crashing``, ``logs of log``, ``the search is slow``."""
    before = _before(words, at)
    after = words[at + 1] if at + 1 < len(words) else None
    begins = (after is not None and after.low in _VERBS) if before is None else before.low in _LEADING
    if at and words[at - 1].low in {"a", "an"}:
        return False
    if not at and begins:
        return True
    ends = after is None or after.role in {"mark", "namespace"} or after.low in _AFTER or after.low in _ENDS
    if is_task_place(words, at):
        return ends or (after is not None and after.low in _TASK_ENDS)
    return begins and ends and (words[at].low not in _AFTER or (before is not None and before.low == "of"))


def is_task_place(words: Sequence[Word], at: int) -> bool:
    """Whether a word stands where a task names what it is done to: ``scale people to 0``."""
    before = _before(words, at)
    if before is None or words[at].low in _AFTER or words[at].role:
        return False
    return before.low in _TASKS or (before.low == "back" and at > 1 and words[at - 2].low == "roll")


def is_told_apart(words: Sequence[Word], at: int) -> bool:
    """Whether a word for a property can only be a name beside a kind: ``the log deployment``, ``deployment error fails``."""
    before, after = words[at - 1] if at else None, words[at + 1] if at + 1 < len(words) else None
    if after is not None and after.role == "kind":
        following = words[at + 2] if at + 2 < len(words) else None
        return following is None or following.role in {"mark", "namespace"} or following.low in _AFTER or following.low == "in"
    return before is not None and before.role == "kind" and after is not None and after.low in _VERBS_OF_FAULT


def is_owner_of_lines(words: Sequence[Word], at: int) -> bool:
    """``the search logs``: whose logs or pods they are."""
    after = words[at + 1].low if at + 1 < len(words) else ""
    return (
        bool(at)
        and words[at - 1].low in {"the", "my", "our"}
        and after in {"logs", "log", "pods", "pod"}
        and words[at].low not in _ATTRIBUTES
    )


def _before(words: Sequence[Word], at: int) -> Word | None:
    """The word before, articles and the like passed over."""
    at -= 1
    while at >= 0 and words[at].low in _PASSED:
        at -= 1
    return words[at] if at >= 0 and words[at].role != "mark" else None
