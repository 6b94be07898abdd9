"""Tables line up, colours obey, and nothing in a cell can move the cursor."""

from __future__ import annotations

import io

import pytest

from arcops.cli.render import fit, table, with_last_fitted
from arcops.cli.terminal import wants_color
from tests.unit.cli.conftest import CLUSTER, Terminal


class Screen(io.StringIO):
    """A stream that is a terminal."""

    def isatty(self) -> bool:
        return True


def test_columns_are_three_spaces_apart_and_no_narrower_than_six() -> None:
    assert list(table(["A", "NAME", "AGE"], [["1", "web-0", "5m"], ["22", "x", "12d"]])) == [
        "A     NAME    AGE",
        "1     web-0   5m",
        "22    x       12d",
    ]


def test_without_heads_only_the_cells_decide_the_widths() -> None:
    assert list(table(["NAMESPACE", "NAME"], [["a", "b"]], headers=False)) == ["a     b"]


def test_wide_characters_take_two_columns_and_accents_none() -> None:
    lines = list(table(["NAME", "END"], [["世界", "x"], ["e\u0301e", "x"], ["abcd", "x"]]))
    assert lines[1:] == ["世界   x", "e\u0301e     x", "abcd   x"]


def test_control_characters_in_a_cell_become_spaces() -> None:
    assert list(table(["A", "B"], [["x\x1b[31mred", "two\nlines\r"]]))[1] == "x [31mred   two lines "


def test_an_empty_table_is_its_heads() -> None:
    assert list(table(["NAME", "AGE"], [])) == ["NAME   AGE"]


def test_colour_changes_no_width() -> None:
    heads, rows = ["NAME", "STATUS", "AGE"], [["a", "CrashLoopBackOff", "1d"], ["b", "Running", "1d"], ["c", "Pending", "1d"]]
    plain = list(table(heads, rows))
    painted = list(table(heads, rows, color=True))
    assert "\x1b[31mCrashLoopBackOff\x1b[0m" in painted[1]
    assert painted[2] == plain[2]
    assert "\x1b[33mPending\x1b[0m" in painted[3]
    import click

    assert [click.unstyle(line) for line in painted] == plain


@pytest.mark.parametrize(
    ("choice", "environment", "is_terminal", "expected"),
    [
        (None, {}, True, True),
        (None, {}, False, False),
        (None, {"NO_COLOR": "1"}, True, False),
        (None, {"NO_COLOR": ""}, True, True),
        (None, {"TERM": "dumb"}, True, False),
        (True, {"NO_COLOR": "1", "TERM": "dumb"}, False, True),
        (False, {}, True, False),
    ],
)
def test_colour_is_wanted(
    monkeypatch: pytest.MonkeyPatch, choice: bool | None, environment: dict[str, str], is_terminal: bool, expected: bool
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert wants_color(choice, Screen() if is_terminal else io.StringIO()) is expected


def test_color_always_paints_even_a_pipe_and_never_leaves_it(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[31mCrashLoopBackOff" in terminal("get", "pods", "-f", CLUSTER, "--color", "always").out
    assert "\x1b" not in terminal("get", "pods", "-f", CLUSTER).out
    assert "\x1b" not in terminal("get", "pods", "-f", CLUSTER, "--color", "never").out


def test_json_has_no_colour_whatever_is_asked(terminal: Terminal) -> None:
    assert "\x1b" not in terminal("get", "pods", "-f", CLUSTER, "-o", "json", "--color", "always").out


@pytest.mark.parametrize(
    ("text", "width", "expected"), [("abcdef", 4, "abc…"), ("abcd", 4, "abcd"), ("ab cdef", 4, "ab…"), ("abcdef", None, "abcdef")]
)
def test_a_line_is_cut_only_to_a_terminal(text: str, width: int | None, expected: str) -> None:
    assert fit(text, width) == expected


def test_the_last_column_is_cut_so_that_lines_fit_the_terminal() -> None:
    heads, rows = ["NAME", "MESSAGE"], [["web-0", "a message that is far too long"], ["x", "short"]]
    assert with_last_fitted(heads, rows, 20) == [["web-0", "a message t…"], ["x", "short"]]
    assert max(len(line) for line in table(heads, with_last_fitted(heads, rows, 20))) == 20
    assert with_last_fitted(heads, rows, None) == rows
    assert with_last_fitted(heads, rows, 3)[0][1] == "a mess…"
