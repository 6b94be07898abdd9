"""The drawing of a timeline: it fits, it hatches what was not seen, and it says the same without colour."""

from __future__ import annotations

from datetime import UTC
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arcops.base.clock import rfc3339
from arcops.cli.picture import picture
from arcops.queries.answers import GapSpan, Reference
from arcops.queries.lanes import Lane, Mark, Span
from arcops.queries.timeline import Timeline
from tests.past_cluster import at

POD = Reference("", "Pod", "shop", "web-0")


def one_lane(*spans: tuple[float, float, str], marks: tuple[Mark, ...] = (), gaps: tuple[tuple[float, float], ...] = ()) -> Timeline:
    drawn = [Span(at(since), at(until), tone, tone) for since, until, tone in spans]
    lane = Lane(POD, "self", None, None, drawn, list(marks))
    return Timeline(POD, at(0), at(60), [lane], 1, None, [GapSpan(None, at(a), at(b), "away") for a, b in gaps], [])


def bar(found: Timeline, width: int = 71) -> str:
    return next(picture(found, width, UTC)).removeprefix("Pod web-0  ")


def test_each_state_has_its_own_glyph_as_long_as_it_lasted() -> None:
    assert bar(one_lane((0, 20, "ok"), (20, 30, "bad"), (30, 45, "wait"), (45, 60, "done"))) == "█" * 20 + "╳" * 10 + "▒" * 15 + "─" * 15


def test_before_it_came_and_after_it_went_there_is_nothing() -> None:
    assert bar(one_lane((10, 20, "ok"))) == " " * 10 + "█" * 10


def test_what_was_not_seen_is_hatched_where_the_object_was() -> None:
    assert bar(one_lane((0, 40, "ok"), gaps=((30, 34.9), (50, 55)))) == "█" * 30 + "╱" * 5 + "█" * 5


def test_a_short_fault_is_not_lost_between_columns() -> None:
    assert "╳" in bar(one_lane((0, 30, "ok"), (30, 30.01, "bad"), (30.01, 60, "ok")), width=40)


def test_marks_stand_below_their_time_and_are_told() -> None:
    marks = (Mark(at(10), "change", "replicas 3 → 0", "ok", "kubectl"), Mark(at(40), "restart", "restart", "bad", ""))
    lines = list(picture(one_lane((0, 60, "ok"), marks=marks), 71, UTC))
    assert lines[1] == " " * 11 + " " * 10 + "▲" + " " * 29 + "↻"
    assert lines[-2:] == ["12:10:00 ▲ Pod web-0: replicas 3 → 0  by kubectl", "12:40:00 ↻ Pod web-0: restart"]


def test_the_axis_is_in_the_zone_of_the_reader() -> None:
    lines = list(picture(one_lane((0, 60, "ok")), 71, ZoneInfo("Europe/Berlin")))
    assert lines[2].split()[:2] == ["13:00", "13:10"]


def test_many_marks_are_cut_and_that_is_said() -> None:
    marks = tuple(Mark(at(minute), "event", f"n{minute}", "bad", "") for minute in range(50))
    lines = list(picture(one_lane((0, 60, "ok"), marks=marks), 100, UTC, marks=5))
    assert lines[-6] == "45 earlier marks are not told."
    assert lines[-1].endswith("n49")


@pytest.mark.parametrize("width", [40, 57, 80, 200])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    marks = (Mark(at(59.9), "change", "x" * 300, "ok", "someone"),)
    assert all(len(line) <= width for line in picture(one_lane((0, 60, "ok"), marks=marks), width, UTC))


@given(
    st.integers(0, 4_000_000_000_000),
    st.integers(0, 40 * 86_400_000),
    st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1), st.sampled_from(["ok", "wait", "bad", "done"])), max_size=6),
    st.integers(40, 160),
)
def test_any_timeline_can_be_drawn(since_ms: int, length_ms: int, parts: list[tuple[float, float, str]], width: int) -> None:
    def when(share: float) -> str:
        return rfc3339(since_ms + round(share * length_ms))

    drawn = [Span(when(min(a, b)), when(max(a, b)), tone, tone) for a, b, tone in parts]
    lane = Lane(POD, "self", None, None, drawn, [Mark(when(a), "event", "x", "bad", "") for a, _, _ in parts])
    found = Timeline(POD, when(0), when(1), [lane], 1, None, [], [])
    assert all(len(line) <= width for line in picture(found, width, UTC))
