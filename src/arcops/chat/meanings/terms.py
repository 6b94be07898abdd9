"""The words that have a meaning, and how they are found in a question: whole phrases before single words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from functools import cache
from importlib.resources import files

import msgspec

_FILES = ("states", "events", "kinds", "words", "reasons", "errors", "controllers", "networking", "storage", "operators")
_LONGEST = 5
_WORD = re.compile(r"[A-Za-z0-9:/.\-]+")
_PLAIN = re.compile(r"[^a-z0-9:/]+")


class Term(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One meaning. ``names`` are the ways it is written, the first as it is shown; ``say`` what it is, ``do`` what to do, or ""."""

    names: tuple[str, ...]
    say: str
    do: str = ""

    def called(self, alias: str) -> str:
        """As it is shown to who asked for ``alias``: ``pvc (PersistentVolumeClaim)``, where that is another name."""
        found = next((name for name in self.names if plain(name) == plain(alias)), self.names[0])
        return found if found == self.names[0] or plain(found) == plain(self.names[0]) else f"{found} ({self.names[0]})"


@cache
def terms() -> dict[str, Term]:
    """Every term by each of its names in plain form. Reads files: not for an event loop."""
    found: dict[str, Term] = {}
    for name in _FILES:
        text = (files(__package__) / f"{name}.yaml").read_bytes()
        for term in msgspec.yaml.decode(text, type=tuple[Term, ...]):
            for one in term.names:
                found.setdefault(plain(one), term)
    return found


def plain(text: str) -> str:
    """A name without spaces, dashes and capitals."""
    return _PLAIN.sub("", text.lower())


def term_of(text: str) -> Term | None:
    """The term a whole text names, in the singular too."""
    known = terms()
    key = plain(text)
    return known.get(key) or (known.get(key[:-1]) if key.endswith("s") else None)


def terms_in(text: str) -> Iterator[tuple[str, Term]]:
    """The terms a text holds, with the words that name them, in its order; longer names before shorter, each once."""
    words = [word.strip(".-:/") for word in _WORD.findall(text)]
    seen: set[str] = set()
    at = 0
    while at < len(words):
        step = 1
        for length in range(min(_LONGEST, len(words) - at), 0, -1):
            phrase = " ".join(words[at : at + length])
            term = term_of(phrase) if length > 1 or phrase.lower() not in _COMMON else None
            if term is not None:
                step = length
                if term.names[0] not in seen:
                    seen.add(term.names[0])
                    yield phrase, term
                break
        at += step


_COMMON = frozenset(
    ("cluster", "kubernetes", "status", "error", "state", "root", "always", "service", "pod", "pods", "node", "nodes", "event", "context")
)
"""Words that are terms too, but in a longer question mostly mean where to look."""


def near_terms(text: str) -> Sequence[str]:
    """The names of terms like a text, the likest first."""
    close = get_close_matches(plain(text), list(terms()), n=3, cutoff=0.75)
    return list(dict.fromkeys(terms()[one].names[0] for one in close))


def slip_of(text: str) -> str:
    """The one name a text is a slip of the pen for, "" where there is none or several."""
    close = get_close_matches(plain(text), list(terms()), n=2, cutoff=0.87)
    names = {terms()[one].names[0] for one in close}
    return names.pop() if len(names) == 1 else ""
