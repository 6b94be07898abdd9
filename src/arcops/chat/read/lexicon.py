"""Words of everyday questions, so that an object called ``web``, ``the`` or ``status`` is not found where nobody meant it.

``GRAMMAR`` holds a sentence together and is a name only where it is marked as one; ``ORDINARY`` are words of questions about clusters, a
name only where a name is expected; ``NAMELIKE`` are words that people give to workloads, a name wherever one has it in full. A word in
none of them is taken for a name more readily.
"""

from __future__ import annotations

from functools import cache

from arcops.chat.read.tables import table, word_list

GRAMMAR = word_list("grammar")
ORDINARY = word_list("ordinary")
NAMELIKE = word_list("namelike")


def is_everyday(word: str) -> bool:
    """Whether a word is one of questions, and not of names."""
    return word in ORDINARY or word in GRAMMAR


def alike(word: str) -> tuple[str, ...]:
    """Other names for the same sort of thing: ``db`` and ``postgres`` for ``database``."""
    return _alike().get(word, ())


@cache
def _alike() -> dict[str, tuple[str, ...]]:
    rows = (line.split() for line in table("words").sections["alike"])
    return {word: tuple(others) for word, *others in rows}
