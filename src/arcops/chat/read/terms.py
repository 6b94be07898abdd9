"""Words that have a meaning to be explained: reasons, states, exit codes, kinds, and what people hear about clusters."""

from __future__ import annotations

import re

from arcops.chat.read.tables import table, word_list

_TERMS = word_list("terms")
_PHRASES = re.compile(rf"\b(?:{'|'.join(table('words').sections['phrases'])})\b")


def with_terms(sentence: str) -> str:
    """The sentence with ``TERM`` in the place of each word that has a meaning."""
    marked = _PHRASES.sub("TERM", sentence)
    return " ".join("TERM" if word in _TERMS else word for word in marked.split())


def is_term(word: str) -> bool:
    """Whether a word has a meaning to be explained."""
    return word.lower() in _TERMS or _PHRASES.fullmatch(word.lower()) is not None
