"""What a question asks for: the words behind ``which``, ``what is the``, ``how much``, with what fields call such a thing."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import cache
from typing import NamedTuple

from arcops.chat.lookup.stems import stem, stems_of
from arcops.chat.read.lexicon import GRAMMAR
from arcops.chat.read.tables import table

_ASKS = frozenset(("what", "which", "wich", "whose", "who", "whom", "where", "how", "when", "show", "tell", "give", "whats", "wat"))
_PASSED = GRAMMAR | frozenset(("kind", "sort", "type", "exact", "exactly", "actual", "current", "currently", "used", "use", "uses", "set"))
_AMOUNTS = frozenset(("many", "much", "big", "large", "often", "frequently"))
_MOST_HEADS = 2
_WORD = re.compile(r"[a-z][a-z0-9'-]*")


class Wanted(NamedTuple):
    """``heads`` are what is asked for, ``words`` all else that carries meaning; each as the sets of stems that stand for it in a path."""

    heads: tuple[tuple[frozenset[str], ...], ...]
    words: tuple[tuple[frozenset[str], ...], ...]
    is_open: bool
    said: frozenset[str]
    """Every stem of the question: of two fields that would do, the one with more of them is meant."""

    @property
    def asks(self) -> tuple[Sequence[frozenset[str]], ...]:
        """What an open question asks for; where no word of a field stands there, what people mean by its other words."""
        return self.heads or tuple(meant for ways in self.words if (meant := meant_of(ways)))


def meant_of(ways: Sequence[frozenset[str]]) -> tuple[frozenset[str], ...]:
    """What people mean by a word, where that is said in several: ``gone`` is no field, and yet hangs on a ``reclaim policy``."""
    return tuple(way for way in ways[1:] if len(way) > 1)


def wanted_of(question: str, names: Collection[str]) -> Wanted:
    """What a question asks for. ``names`` are those of objects: no words of fields."""
    own = {part for name in names for part in (name.lower(), *re.split(r"[-.]", name.lower()))}
    said = _WORD.findall(question.lower())
    heads: list[str] = []
    is_next = is_open = False
    for at, word in enumerate(said):
        if _asks(said, at):
            is_next = is_open = True
            if said[at + 1 : at + 2] in (["often"], ["frequently"]):
                heads, is_next = [*heads, "often"], False
        elif is_next and word not in _PASSED and word not in own:
            heads.append(f"who {word}" if said[at - 1] == "who" and f"who {word}" in _spoken() else word)
            after = said[at + 1] if at + 1 < len(said) else "the"
            is_next = after not in _PASSED and after not in own and len(heads) < _MOST_HEADS
    said = [f"why {word}" if "why" in said and f"why {word}" in _spoken() else word for word in said]
    rest = [word for word in dict.fromkeys(said) if word not in GRAMMAR | own | _plain() and word not in heads]
    kept = [word for word in dict.fromkeys(heads) if word not in _plain()]
    return Wanted(tuple(map(_ways, kept)), tuple(map(_ways, rest)), is_open, frozenset(map(stem, said)))


def _asks(said: Sequence[str], at: int) -> bool:
    """Whether a word asks for what follows: not ``how``, unless of an amount, nor the ``whose`` of a condition."""
    if said[at] == "how":
        return at + 1 < len(said) and said[at + 1] in _AMOUNTS
    return said[at] in _ASKS and not (said[at] == "whose" and at > 0)


def _ways(word: str) -> tuple[frozenset[str], ...]:
    if word.startswith("who "):
        return tuple(_spoken()[word])
    if word.startswith("why "):
        return (frozenset((word,)), *_spoken()[word])
    return (frozenset((stem(word),)), *_spoken().get(stem(word), ()))


@cache
def _plain() -> frozenset[str]:
    return frozenset(word for line in table("fields").sections["plain"] for word in line.split())


@cache
def _spoken() -> dict[str, list[frozenset[str]]]:
    found: dict[str, list[frozenset[str]]] = {}
    for line in table("fields").sections["spoken"]:
        said, _, ways = line.partition(":")
        words = [said.strip()] if said.startswith(("who ", "why ")) else map(stem, said.split())
        for word in dict.fromkeys(words):
            found.setdefault(word, []).extend(frozenset(stems_of(way)) for way in ways.split("|"))
    return found
