"""Listens to one answer: bytes in, readable text out, and at the end whether it was a whole answer.

Nothing here waits or talks to anybody, so that every way in which a stream can go wrong is tested on bytes.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator

from arcops.chat.backends.base import FailureKind, ModelFailure, Usage
from arcops.chat.backends.events import DONE, ChatEvent, read_event
from arcops.chat.backends.failures import failure_of
from arcops.chat.backends.sse import EventReader, EventTooLong
from arcops.chat.backends.thinking import ThoughtFilter
from arcops.chat.backends.tool_calls import CallCollector

MOST_BODY_BYTES = 1_000_000
_MOST_CHARACTERS_PER_TOKEN = 12
"""Of every vocabulary we know, the longest tokens of prose are near this; more means that the server forgot the limit."""
_EVENTS_PER_TOKEN = 2
_SLACK = 64
_UNREADABLE = "\ufffd"
_MOST_UNREADABLE = 16
_CONTROLS = {code: None for code in (*range(32), *range(127, 160)) if code not in {9, 10}}


class Listener:
    """Takes in the pieces of one answer. ``usage`` is filled with what the server counts."""

    def __init__(
        self, usage: Usage, max_tokens: int, model: str, *, is_stream: bool = True, begins_with_thought: bool = False,
        may_call: bool = False,
    ) -> None:  # fmt: skip
        """``is_stream`` is false where the content type says that one JSON body comes in place of events; ``may_call``: calls count."""
        self._usage = usage
        self._max_tokens = max_tokens
        self._model = model
        self._is_stream = is_stream
        self._may_call = may_call
        self._calls = CallCollector()
        self._reader = EventReader()
        self._is_begun = False
        self._body = b""
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.thoughts = ThoughtFilter(begins_inside=begins_with_thought)
        self._finish = ""
        self._characters = self._unreadable = self._visible = 0
        self.events = 0
        self.tokens = 0
        """Events that carried text, a thought or a call: the pace of the model."""
        self.is_done = False

    def take(self, piece: bytes) -> Iterator[str]:
        """The texts that this piece makes visible. Raises ``ModelFailure``, after what was said before it."""
        if not self._is_stream or self._is_no_stream(piece):
            self._keep_body(piece)
            return
        try:
            for data in self._reader.feed(piece):
                if not self.is_done:
                    yield self._heard(data)
        except EventTooLong:
            raise ModelFailure(kind=FailureKind.BABBLE, why="the server sent an event without an end") from None

    def end(self) -> Iterator[str]:
        """The texts still held back. Raises ``ModelFailure`` if the answer is not whole, empty or no answer at all."""
        if not self._is_stream:
            yield self._heard(self._body)
            self._finish = self._finish or "stop"
        elif not self.is_done:
            for data in self._reader.end():
                yield self._heard(data)
        yield self._shown(self._readable(self._decoder.decode(b"", final=True)))
        yield self._shown(self.thoughts.end(), is_filtered=True)
        self._judge()

    # Bytes

    def _is_no_stream(self, piece: bytes) -> bool:
        """Whether the very first bytes show that no events come: JSON (a server that cannot stream), or a page."""
        first = piece.lstrip()[:1]
        if self._is_begun or not first:
            return False
        self._is_begun = True
        if first == b"<":
            raise ModelFailure(kind=FailureKind.STRANGER, why="a web page is at this address, no model server")
        self._is_stream = first not in {b"{", b"["}
        return not self._is_stream

    def _keep_body(self, piece: bytes) -> None:
        self._body += piece
        if len(self._body) > MOST_BODY_BYTES:
            raise ModelFailure(kind=FailureKind.STRANGER, why="the server sends a body without an end in place of an answer")

    # Events

    def _heard(self, data: bytes) -> str:
        if data.strip() == DONE:
            self.is_done = True
            return ""
        event = read_event(data)
        if event is None or not (event.is_chat or event.complaint):
            raise self._not_understood()
        if event.complaint is not None:
            raise failure_of(None, event.complaint, self._model)
        return self._taken(event)

    def _taken(self, event: ChatEvent) -> str:
        self.events += 1
        self._usage.prompt_tokens = event.prompt_tokens or self._usage.prompt_tokens
        self._usage.answer_tokens = event.answer_tokens or self._usage.answer_tokens
        self._finish = event.finish or self._finish
        if not (event.text or event.has_thought or event.calls):
            return ""
        self.tokens += 1
        self._characters += len(event.text) + sum(len(piece.name) + len(piece.arguments) for piece in event.calls)
        for piece in event.calls:
            self._calls.add(piece)
        self._guard_length()
        return self._shown(self._readable(self._joined(event.text)))

    def _not_understood(self) -> ModelFailure:
        if self.events:
            return ModelFailure(kind=FailureKind.ERROR, why="the server sent an event that cannot be read")
        return ModelFailure(kind=FailureKind.STRANGER, why="what answers at this address is no model server")

    # Text

    def _joined(self, text: str) -> str:
        """Characters whose bytes came in different events, put together; what is none stays as U+FFFD."""
        try:
            raw = text.encode("utf-8", "surrogateescape")
        except UnicodeEncodeError:
            raw = text.encode("utf-8", "replace")
        return self._decoder.decode(raw)

    def _readable(self, text: str) -> str:
        self._unreadable += text.count(_UNREADABLE)
        if self._unreadable >= _MOST_UNREADABLE and self._unreadable * 10 > self._characters:
            raise ModelFailure(kind=FailureKind.BABBLE, why="the model wrote no readable text")
        return text.translate(_CONTROLS)

    def _shown(self, text: str, *, is_filtered: bool = False) -> str:
        said = text if is_filtered else self.thoughts.feed(text)
        self._visible += len(said.strip())
        return said

    def _guard_length(self) -> None:
        most_characters = _MOST_CHARACTERS_PER_TOKEN * self._max_tokens + _SLACK
        if self.tokens > _EVENTS_PER_TOKEN * self._max_tokens + _SLACK or self._characters > most_characters:
            raise self._did_not_stop()

    # The end

    def _judge(self) -> None:
        if not self.is_done and not self._finish:
            why = "the answer broke off" if self.events else "the server closed the connection without an answer"
            raise ModelFailure(kind=FailureKind.CUT, why=why)
        if self._finish == "length":
            raise self._did_not_stop()
        if self._finish == "content_filter":
            raise ModelFailure(kind=FailureKind.ERROR, why="the server withheld the answer")
        calls = self._calls.calls
        if self._may_call and calls:
            self._usage.calls = calls
        elif not self._visible:
            did = "called tools" if calls else "thought"
            why = f"the model only {did} and said nothing" if self.tokens else "the model said nothing"
            raise ModelFailure(kind=FailureKind.EMPTY, why=why)
        if self._unreadable * 4 > self._visible:
            raise ModelFailure(kind=FailureKind.BABBLE, why="the model wrote no readable text")

    def _did_not_stop(self) -> ModelFailure:
        return ModelFailure(kind=FailureKind.BABBLE, why=f"the model did not stop within {self._max_tokens} tokens")
