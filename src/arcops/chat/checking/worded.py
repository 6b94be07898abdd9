"""Puts a model's checked sentences in the place of our own prose, and keeps what must not be lost.

What stays of the answer by rule: the remarks it begins with, every root that the model did not speak of, tables, lines, commands
and the next steps.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from arcops.chat.base import Answer, Fact, FactType
from arcops.chat.checking.cite import Sentence

_CITED = re.compile(r"\[F\d+\]")
_ONLY_CITED = re.compile(r"(?:\[F\d+\]\s*)+")
_HEADING = re.compile(r"\*\*[^*\n]+\*\*")
_NEXT = "**Next**"
_ROOTS = frozenset({FactType.INCIDENT, FactType.FINDING})
_MOST_LEFT_OUT = 20


def worded(direct: Answer, sentences: Sequence[Sentence]) -> str:
    """The answer in the model's words, completed by what only the rules said."""
    parts = list(paragraphs(direct.answer))
    said = {identity for sentence in sentences for identity in sentence.facts}
    told = " ".join(sentence.text for sentence in sentences)
    return "\n\n".join((*_lead(parts), told, *_left_out(direct.facts, said), *_kept(parts)))


def paragraphs(markdown: str) -> Iterator[str]:
    """The paragraphs of our own Markdown; a fenced block is one, whatever stands in it."""
    lines: list[str] = []
    is_fenced = False
    for line in markdown.split("\n"):
        if line.startswith("```"):
            is_fenced = not is_fenced
        if not line and not is_fenced:
            if lines:
                yield "\n".join(lines)
            lines = []
        else:
            lines.append(line)
    if lines:
        yield "\n".join(lines)


def _lead(parts: Sequence[str]) -> Iterator[str]:
    """Remarks on how the question was read, which rest on no fact."""
    for part in parts:
        if _CITED.search(part) or _HEADING.fullmatch(part) or part.startswith(("|", "```", "- ")):
            return
        yield part


def _left_out(facts: Sequence[Fact], said: set[str]) -> Iterator[str]:
    left = [fact for fact in facts if fact.rank == 0 and fact.type in _ROOTS and fact.id not in said]
    if left:
        more = [f"- and {len(left) - _MOST_LEFT_OUT} more"] if len(left) > _MOST_LEFT_OUT else []
        yield "\n".join((*(f"- {fact.text} [{fact.id}]" for fact in left[:_MOST_LEFT_OUT]), *more))


def _kept(parts: Sequence[str]) -> Iterator[str]:
    """Tables and fenced blocks with the citations and counts beneath them, and the section of next steps."""
    is_next = is_kept = False
    for part in parts:
        if _HEADING.fullmatch(part):
            is_next, is_kept = part == _NEXT, False
        elif part.startswith(("|", "```")):
            is_kept = True
        elif not (_ONLY_CITED.fullmatch(part) or part.startswith("Showing ")):
            is_kept = False
        if is_next or is_kept:
            yield part
