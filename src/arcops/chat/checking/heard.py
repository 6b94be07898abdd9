"""Judges the text of one answer as it comes in, whether it is prose or JSON."""

from __future__ import annotations

from collections.abc import Iterator

from arcops.chat.checking.cite import CiteCheck, Sentence
from arcops.chat.checking.json_sentences import JsonSentences
from arcops.chat.checking.speech import Drop


class Heard:
    """What is heard of one answer. A server that was asked for JSON and gives prose is taken at its word: the checks are the same."""

    def __init__(self, check: CiteCheck, *, may_be_json: bool) -> None:
        """``may_be_json``: JSON was asked for; what begins with a brace is none otherwise."""
        self._check = check
        self._json: JsonSentences | None = None
        self._is_open = may_be_json
        self._held = ""

    def feed(self, piece: str) -> Iterator[Sentence | Drop]:
        """What becomes of each sentence that is whole now."""
        if self._is_open:
            piece = self._held = self._held + piece
            if not piece.strip():
                return
            self._is_open = False
            self._json = JsonSentences() if piece.lstrip().startswith("{") else None
        if self._json is None:
            yield from self._check.feed(piece)
            return
        for entry in self._json.feed(piece):
            yield from self._check.take(entry.text, entry.facts)

    def rest(self) -> Iterator[Sentence | Drop]:
        """The same for what is left at the end."""
        yield from self._check.rest()

    @property
    def is_broken(self) -> bool:
        """Whether it was JSON and is not whole: only to be asked at the end."""
        return self._json is not None and not self._json.is_whole
