"""YAML as Kubernetes reads it, quickly, with line numbers."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from arcops.source.documents import read_documents, read_yaml

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text("ab: -{}[]\"'\n#é", max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab-", max_size=4), inner, max_size=3),
    max_leaves=10,
)


def bodies(text: str) -> list[Any]:
    return [document.body for document in read_documents(text)]


def test_times_and_ratios_stay_text() -> None:
    assert read_yaml("a: 2026-01-01T00:00:00Z\nb: 12:30\nc: 0x1F\nd: 017\ne: yes") == {
        "a": "2026-01-01T00:00:00Z", "b": "12:30", "c": 31, "d": 15, "e": True,
    }  # fmt: skip


def test_documents_are_told_apart_and_empty_ones_are_no_documents() -> None:
    found = list(read_documents("# head\n---\na: 1\n---\n---\n# nothing\n---\nb: |\n  ---\n  text\n"))
    assert [(d.number, d.line, d.body) for d in found] == [(1, 2, {"a": 1}), (2, 7, {"b": "---\ntext\n"})]


def test_a_bad_document_is_named_by_line_and_does_not_hide_the_others() -> None:
    good, bad, other = read_documents("a: 1\n---\nb:\n  c: [1\n---\nd: 1\n")
    assert (good.body, other.body) == ({"a": 1}, {"d": 1})
    assert bad.number == 2
    assert bad.error.startswith("line 5: ")


@given(st.lists(JSON.filter(lambda value: isinstance(value, dict)), max_size=4))
def test_one_line_json_items_read_the_same_as_by_the_yaml_parser(items: list[Any]) -> None:
    lines = "".join(f"  - {json.dumps(item)}\n" for item in items)
    text = f"name: x\nobjects:\n{lines or '  []'}\n"
    assert bodies(text) == [yaml.load(text, Loader=yaml.CSafeLoader)]


@pytest.mark.parametrize(
    "text",
    [
        'a: |\n  - {"x": 1}\nb:\n- {"y": 2}\n',
        'a: >\n  - {"x": 1}\n',
        'a:\n- {"y": 2}\n- arcops-flow-0\n',
        'a:\n- {"y": 2} # why\n- {"z": 3}\n',
        'a:\n- {"y": {bare: 2}}\n',
    ],
)
def test_lines_that_only_look_like_items_are_left_to_the_yaml_parser(text: str) -> None:
    assert bodies(text) == [yaml.load(text, Loader=yaml.CSafeLoader)]


def test_aliases_that_unfold_to_too_much_are_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]
    assert [d.error for d in read_documents("\n".join(lines))] == ["line 1: its aliases unfold to too much"]


@pytest.mark.parametrize("text", ["[" * 100_000, "- " * 100_000 + "x", "? " * 100_000, "{a: " * 100_000, '{"a":' * 100_000, "x: [" * 9_999])
def test_a_document_that_nests_without_end_is_an_error_and_not_a_crash(text: str) -> None:
    assert next(read_documents(text)).error


def test_python_objects_are_not_made() -> None:
    assert "could not determine a constructor" in next(read_documents("!!python/object/apply:os.system ['true']")).error
