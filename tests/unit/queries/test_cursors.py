"""Page marks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arcops.base.errors import BadCursor
from arcops.queries.cursors import page_mark, read_any_mark, read_mark, write_mark


def test_a_mark_gives_back_what_it_stands_for() -> None:
    assert read_mark(page_mark(1_838_614_732_800_001, "q"), "q") == 1_838_614_732_800_001
    assert read_any_mark(write_mark([2, "a", 0.5, None], "q"), "q") == [2, "a", 0.5, None]
    assert read_mark(None, "q") is None


def test_a_mark_of_another_question_is_refused() -> None:
    with pytest.raises(BadCursor):
        read_mark(page_mark(1, "pods"), "nodes")


def test_a_mark_that_stands_for_a_place_is_no_id() -> None:
    with pytest.raises(BadCursor):
        read_mark(write_mark([1, "a"], "q"), "q")


@given(st.text(max_size=200))
def test_any_other_text_is_refused_and_never_breaks(text: str) -> None:
    if text:
        with pytest.raises(BadCursor):
            read_mark(text, "q")
