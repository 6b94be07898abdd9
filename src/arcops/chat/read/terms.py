"""Words that have a meaning to be explained: reasons, states, exit codes, kinds, and what people hear about clusters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from arcops.chat.meanings.terms import plain, terms
from arcops.chat.read.lexicon import GRAMMAR, NAMELIKE, ORDINARY
from arcops.chat.read.tables import table, word_list
from arcops.findings.catalog import all_rules

_TERMS = word_list("terms")
_ASKING = frozenset(
    ("what", "whats", "is", "are", "does", "do", "was", "a", "an", "the", "exactly", "actually", "explain", "define", "meaning",
     "definition", "of", "describe", "tell", "me", "us", "about", "so", "and", "hey", "hi", "please", "can", "you", "could", "term",
     "word", "reason", "error", "status", "state", "finding", "code", "kubernetes", "this", "that")
)  # fmt: skip
"""Words before one that is to be explained."""
_PHRASES = re.compile(rf"\b(?:{'|'.join(table('words').sections['phrases'])})\b")


@cache
def _explained() -> frozenset[str]:
    """Every word that has a meaning, or is the code of a rule, and says nothing else in a sentence."""
    known = {name for name in terms() if name.isalnum()} | {rule.code.lower() for rule in all_rules()}
    return _TERMS | frozenset(name for name in known if name not in GRAMMAR and name not in ORDINARY and name not in NAMELIKE)


def with_terms(sentence: str) -> str:
    """The sentence with ``TERM`` in the place of each word that has a meaning."""
    marked = _PHRASES.sub("TERM", sentence)
    return " ".join("TERM" if is_term(word) else word for word in marked.split())


def is_term(word: str) -> bool:
    """Whether a word has a meaning to be explained."""
    key = plain(word)
    return word.lower() in _TERMS or key in _explained() or key.removesuffix("s") in _explained()


def is_asked_meaning(words: Sequence[str], at: int) -> bool:
    """Whether a word is one that only its meaning is asked of: ``what is a finalizer``; no name of a thing that is missing."""
    before = words[:at]
    return bool(before) and all(word in _ASKING for word in before) and is_term(words[at])
