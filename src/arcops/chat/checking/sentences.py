"""Cuts a stream of text into sentences, as soon as each is whole, whatever the pieces the text comes in."""

from __future__ import annotations

import re
from collections.abc import Iterator

MOST_SENTENCE_CHARS = 700
"""Whoever writes longer ones does not word facts; the rest of such a sentence is cut into further ones."""
_CITED = re.compile(r"[ \t]*[\[(]\s*[Ff]\d[\w,;\s]*[\])]")
_END = re.compile(r"[.!?]+[\"'”’*_`)]*(?=\s)|\n")
_MAY_CITE = re.compile(r"[\[(]\s*(?:[Ff][\w,;\s]*)?")
"""The beginning of what may become a citation."""
_WORD = re.compile(r"\w")
_SHORT = re.compile(r"(?:\b(?:e\.g|i\.e|etc|vs|approx|cf|resp|incl|max|min|no)|^\s*(?:[-*]\s*)?\d{1,2}|\b[A-Z])\.$", re.IGNORECASE)
"""Dots that end no sentence: of abbreviations and of numbered items."""


class Sentences:
    """Feed it pieces; it gives back the sentences they complete. A citation behind the full stop belongs to the sentence before it."""

    def __init__(self) -> None:
        """Nothing heard yet."""
        self._text = ""

    def feed(self, piece: str) -> Iterator[str]:
        """The sentences that are whole now."""
        self._text += piece
        while (cut := self._cut()) is not None:
            sentence, self._text = self._text[:cut].strip(), self._text[cut:]
            if _WORD.search(sentence):
                yield sentence

    def rest(self) -> Iterator[str]:
        """What is left when the text has ended."""
        yield from self.feed("\n")

    def _cut(self) -> int | None:
        """Where the first sentence ends; None while that cannot be told yet."""
        for match in _END.finditer(self._text):
            end = match.end()
            if match[0] == "\n":
                return end
            if _SHORT.search(self._text[:end]):
                continue
            while cited := _CITED.match(self._text, end):
                end = cited.end()
                end += self._text[end : end + 1] == "."
            following = self._text[end:].lstrip(" \t.")
            if not following or _MAY_CITE.fullmatch(following):
                return None
            return end
        return MOST_SENTENCE_CHARS if len(self._text) > MOST_SENTENCE_CHARS else None
