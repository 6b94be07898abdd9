"""Sentences as JSON, ``{"sentences":[{"facts":["F3"],"text":"…"}]}``: the schema a server enforces, and its reading as it comes in.

With the schema a model cannot leave a citation out, and cannot cite what it was not given. The facts stand before the text: whoever
picks first what to speak of words it better, and Foundry Local puts keys in alphabetical order anyway. Either order is read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

import msgspec

from arcops.chat.backends.base import JsonSchema

_MOST_SENTENCES = 8
_MOST_FACTS = 6
_HEAD = re.compile(r'\s*\{\s*"sentences"\s*:\s*\[')
_GAP = re.compile(r"[\s,]*")
_DECODER = json.JSONDecoder()


class CitedText(msgspec.Struct, frozen=True, gc=False):
    """One entry: a text, and the ids of the facts it names."""

    text: str
    facts: tuple[str, ...] = ()


class _Whole(msgspec.Struct, gc=False):
    sentences: tuple[CitedText, ...]


def schema_of(ids: Sequence[str]) -> JsonSchema:
    """The schema of an answer that may cite these facts."""
    facts = {"type": "array", "items": {"type": "string", "enum": list(ids)}, "minItems": 1, "maxItems": _MOST_FACTS}
    entry = _object({"facts": facts, "text": {"type": "string", "minLength": 1}})
    return _object({"sentences": {"type": "array", "items": entry, "minItems": 1, "maxItems": _MOST_SENTENCES}})


def _object(properties: JsonSchema) -> JsonSchema:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


class JsonSentences:
    """Feed it pieces; it gives back the entries they complete, and tells at the end whether it was all of it."""

    def __init__(self) -> None:
        """Nothing heard yet."""
        self._text = ""
        self._at = 0

    def feed(self, piece: str) -> Iterator[CitedText]:
        """The entries that are whole now."""
        self._text += piece
        if "}" not in piece:
            return
        if not self._at and (head := _HEAD.match(self._text)):
            self._at = head.end()
        while self._at and (found := self._next()) is not None:
            yield found

    def _next(self) -> CitedText | None:
        gap = _GAP.match(self._text, self._at)
        try:
            entry, end = _DECODER.raw_decode(self._text, gap.end() if gap else self._at)
            found = msgspec.convert(entry, CitedText)
        except (ValueError, RecursionError):
            return None
        self._at = end
        return found

    @property
    def is_whole(self) -> bool:
        """Whether all that was heard is one document of this shape."""
        try:
            msgspec.json.decode(self._text, type=_Whole)
        except (ValueError, RecursionError):
            return False
        return True
