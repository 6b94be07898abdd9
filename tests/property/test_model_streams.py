"""However a stream of a model is cut, the same is heard."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arcops.chat.backends.base import FailureKind, ModelFailure, Usage
from arcops.chat.backends.listener import Listener
from arcops.chat.backends.sse import EventReader
from arcops.chat.backends.thinking import ThoughtFilter

texts = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="�"), min_size=1, max_size=12)
ends = st.sampled_from([b"\n", b"\r\n"])


def cut(data: bytes, places: list[int]) -> list[bytes]:
    """The data in pieces, cut at these places."""
    edges = sorted({0, len(data), *(place % (len(data) + 1) for place in places)})
    return [data[start:end] for start, end in pairwise(edges)]


def stream_of(pieces: list[str], end: bytes = b"\n") -> bytes:
    """A whole answer as a server sends it."""
    events: list[dict[str, Any]] = [{"choices": [{"delta": {"content": piece}}]} for piece in pieces]
    events.append({"choices": [{"delta": {}, "finish_reason": "stop"}]})
    lines = [b"data: " + json.dumps(event, ensure_ascii=False).encode() + end + end for event in events]
    return b": hello" + end + end + b"".join(lines) + b"data: [DONE]" + end + end


def heard(pieces: list[bytes], listener: Listener) -> str:
    """Everything that is said."""
    said = [text for piece in pieces for text in listener.take(piece)]
    return "".join([*said, *listener.end()])


@given(st.lists(texts, min_size=1, max_size=20), st.lists(st.integers(0, 5000), max_size=30), ends)
def test_an_answer_is_the_same_however_its_bytes_are_cut(pieces: list[str], places: list[int], end: bytes) -> None:
    said = "".join(pieces)
    if said.strip() and "<" not in said:
        assert heard(cut(stream_of(pieces, end), places), Listener(Usage(), 500, "m")) == said


@given(st.lists(texts, min_size=2, max_size=10), st.lists(st.integers(0, 5000), max_size=30), st.integers(0, 4000))
def test_an_answer_that_ends_early_is_never_taken_for_a_whole_one(pieces: list[str], places: list[int], end: int) -> None:
    whole = stream_of(pieces)
    last = whole.index(b'"finish_reason"')
    with pytest.raises(ModelFailure) as failed:
        heard(cut(whole[: end % last], places), Listener(Usage(), 500, "m"))
    assert failed.value.kind in {FailureKind.CUT, FailureKind.ERROR, FailureKind.STRANGER}


@given(st.binary(max_size=400), st.lists(st.integers(0, 400), max_size=8))
def test_any_bytes_end_in_text_or_a_failure_with_a_sentence(data: bytes, places: list[int]) -> None:
    why = "nothing"
    try:
        said = heard(cut(data, places), Listener(Usage(), 50, "m"))
    except ModelFailure as failure:
        said, why = "", failure.why
    assert said.strip() or why
    assert "\n" not in why


@given(
    st.lists(st.binary(max_size=40).filter(lambda data: b"\n" not in data and b"\r" not in data), max_size=10),
    st.lists(st.integers(0, 900)),
)
def test_events_are_the_same_however_they_are_cut(events: list[bytes], places: list[int]) -> None:
    data = b"".join(b"id: 1\ndata:" + event + b"\n\n" for event in events)
    reader = EventReader()
    read = [event for piece in cut(data, places) for event in reader.feed(piece)]
    assert read == [event.removeprefix(b" ") for event in events if event.removeprefix(b" ")]


@given(st.lists(st.tuples(texts, st.booleans()), max_size=8), st.lists(st.integers(0, 300), max_size=20))
def test_thoughts_are_left_out_wherever_they_are_cut(parts: list[tuple[str, bool]], places: list[int]) -> None:
    parts = [(text.replace("<", "("), is_thought) for text, is_thought in parts]
    whole = "".join(f"<think>{text}</think>" if is_thought else text for text, is_thought in parts)
    edges = sorted({0, len(whole), *(place % (len(whole) + 1) for place in places)})
    thoughts = ThoughtFilter()
    said = [thoughts.feed(whole[start:end]) for start, end in pairwise(edges)]
    assert "".join([*said, thoughts.end()]) == "".join(text for text, is_thought in parts if not is_thought)
