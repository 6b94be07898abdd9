"""Slips of the pen in everyday words: ``deplyoment``, ``restrated``, ``yesterdya``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

from arcops.chat.read.cued import Sort, sort_of
from arcops.chat.read.spelling import Speller
from arcops.chat.read.tables import table, word_list
from arcops.chat.read.words import Word

_SHORTEST, _LONG = 4, 8


def correct(words: Sequence[Word], is_name: Callable[[str], bool]) -> None:
    """Put right the words that nobody would take for names; ``is_name`` tells those."""
    for word in words:
        if not word.is_free or word.is_quoted:
            continue
        if word.low in _short():
            if not is_name(word.low):
                word.low = _short()[word.low]
        elif len(word.low) >= _SHORTEST and word.low.isalpha() and sort_of(word) is Sort.STRANGE and not is_name(word.low):
            word.low = _corrected(word.low) or word.low


def _corrected(word: str) -> str:
    """The one everyday word nearest to it, or "" where none or several are."""
    slips = 1 if len(word) < _LONG else 2
    speller = Speller(word)
    found = sorted((away, known) for known in _candidates(word, slips) if (away := speller.distance(known)) <= slips)
    if not found or (len(found) > 1 and found[0][0] == found[1][0]):
        return ""
    return found[0][1]


def _candidates(word: str, slips: int) -> list[str]:
    lengths = _by_length()
    return [known for length in range(len(word) - slips, len(word) + slips + 1) for known in lengths.get(length, ()) if _alike(word, known)]


def _alike(word: str, known: str) -> bool:
    """Slips rarely touch the first letter: it or the second must be right."""
    return word[0] == known[0] or word[1] == known[1] or word[0] == known[1]


@cache
def _short() -> dict[str, str]:
    """Slips in words too short to be compared, each with what it should be."""
    return dict(line.split() for line in table("words").sections["slips"])


@cache
def _by_length() -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for word in sorted(word_list("known")):
        found.setdefault(len(word), []).append(word)
    return found
