"""Whatever is typed: a JSONPath, words, a table's cells give an answer or one clear error, and nothing else."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from arcops.base.errors import BadInput
from arcops.cli.command import flags_behind_verb, without_short_equals
from arcops.cli.jsonpath import parse_path, render_template
from arcops.cli.render import table
from arcops.cli.words import wanted_objects

PIECES = st.sampled_from(
    [*"{}[]().*?@$'\\,:-<", '"', "..", "0", "7", "==", " ", "range", "end", "a", "b", "\\n", "{.a[", "]}", "{range .a}"]
)
TEMPLATES = st.lists(PIECES, max_size=14).map("".join) | st.text(max_size=30)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
    max_leaves=8,
)


@given(TEMPLATES, VALUES)
def test_any_template_prints_text_or_is_refused(template: str, value: Any) -> None:
    try:
        assert isinstance(render_template(template, value), str)
    except BadInput:
        return


@given(TEMPLATES, VALUES)
def test_any_path_finds_values_or_is_refused(path: str, value: Any) -> None:
    try:
        assert isinstance(parse_path(path).values(value), list)
    except BadInput:
        return


@given(st.lists(st.text(max_size=8), min_size=1, max_size=4))
def test_any_words_name_objects_or_are_refused(words: list[str]) -> None:
    try:
        wanted = wanted_objects(words)
    except BadInput:
        return
    assert wanted
    assert all(one.kind for one in wanted)


@given(st.lists(st.sampled_from(["-n", "shop", "-o=json", "-A", "get", "pods", "--", "-nshop", "--context", "x", "-f", "-"]), max_size=8))
def test_moving_flags_loses_no_word(words: list[str]) -> None:
    assert sorted(flags_behind_verb(words)) == sorted(words) or "logs" in words
    assert len(without_short_equals(words)) == len(words)


@given(st.lists(st.tuples(st.text(), st.text(), st.text(alphabet="ab")), max_size=5))
def test_a_table_has_one_line_per_row_whatever_is_in_it(rows: list[tuple[str, str, str]]) -> None:
    lines = list(table(["NAME", "STATUS", "AGE"], rows))
    assert len(lines) == len(rows) + 1
    assert all(line.isprintable() for line in lines)
