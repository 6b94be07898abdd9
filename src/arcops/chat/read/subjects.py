"""What a term, a command or a question about arcops is about, in a word or a few."""

from __future__ import annotations

from collections.abc import Sequence

from arcops.chat.base import Intent
from arcops.chat.read.tables import turn
from arcops.chat.read.terms import with_terms
from arcops.chat.read.words import Word

_MOST_LETTERS = 120
_MOST_WORDS = 8


def subject_of(intent: Intent, words: Sequence[Word]) -> str:
    """The subject of a term or a command in plain words; "" for intents without one."""
    plain = " ".join(word.low for word in words if word.role != "mark")[:1000]
    if intent is Intent.TERM:
        return _term(plain)[:_MOST_LETTERS]
    if intent is Intent.COMMAND:
        return _task(plain)[:_MOST_LETTERS]
    if intent is Intent.ABOUT:
        return plain[:_MOST_LETTERS]
    return ""


def _term(plain: str) -> str:
    match = turn("happens_frame").match(plain) or turn("term_frame").search(plain)
    text = plain[match.end() :] if match else plain
    text = turn("term_tail").sub("", text).strip() or text
    return text if len(text.split()) <= _MOST_WORDS or "TERM" not in with_terms(text).split() else _around(text)


def _around(text: str) -> str:
    """The first term of a longer text."""
    return next((word for word in text.split() if with_terms(word) == "TERM"), text)


def _task(plain: str) -> str:
    text = plain[match.end() :] if (match := turn("task_frame").search(plain)) else plain
    while (shorter := turn("polite").sub("", text)) != text:
        text = shorter
    return text.strip()
