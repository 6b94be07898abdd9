"""Shorthand of hurried people, written out: ``w/o limits``, ``pods w/ label``."""

from __future__ import annotations

import re

_WRITTEN_OUT = (
    (re.compile(r"(?<!\S)w/o(?=[\s\w])", re.IGNORECASE), "without "),
    (re.compile(r"(?<!\S)w/(?=\s|[a-z])", re.IGNORECASE), "with "),
    (re.compile(r"(?<!\S)b/c(?!\S)", re.IGNORECASE), "because"),
)


def written_out(question: str) -> str:
    """The question with its shorthand as words."""
    for pattern, words in _WRITTEN_OUT:
        question = pattern.sub(words, question)
    return question
