"""Days and clock times as people say them, in the zone of whoever says them."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arcops.base.clock import rfc3339
from arcops.base.errors import BadInput, BadTime
from arcops.queries.times import parse_time, window_of, zone_of

NOW = 1_795_523_400_000
"""Tuesday, 2026-11-24T12:30:00Z."""
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("yesterday 14:00", "2026-11-23T14:00:00Z"),
        ("14:00 yesterday", "2026-11-23T14:00:00Z"),
        ("Yesterday at 14:00", "2026-11-23T14:00:00Z"),
        ("yesterday", "2026-11-23T00:00:00Z"),
        ("today 9:30", "2026-11-24T09:30:00Z"),
        ("today 23:00", "2026-11-24T23:00:00Z"),
        ("12:05", "2026-11-24T12:05:00Z"),
        ("14:05", "2026-11-23T14:05:00Z"),
        ("03:10:07.25", "2026-11-24T03:10:07.250Z"),
        ("noon", "2026-11-24T12:00:00Z"),
        ("midnight", "2026-11-24T00:00:00Z"),
        ("8am", "2026-11-24T08:00:00Z"),
        ("8:30 pm", "2026-11-23T20:30:00Z"),
        ("12am", "2026-11-24T00:00:00Z"),
        ("12 p.m.", "2026-11-24T12:00:00Z"),
        ("monday 8am", "2026-11-23T08:00:00Z"),
        ("last mon 8am", "2026-11-23T08:00:00Z"),
        ("tuesday 12:00", "2026-11-24T12:00:00Z"),
        ("tuesday 13:00", "2026-11-17T13:00:00Z"),
        ("wed", "2026-11-18T00:00:00Z"),
        ("2026-11-24 14:00", "2026-11-24T14:00:00Z"),
        ("2026-11-24 2pm", "2026-11-24T14:00:00Z"),
        ("14:00 2026-11-24", "2026-11-24T14:00:00Z"),
        ("2026-11-24", "2026-11-24T00:00:00Z"),
        ("2026-11-24T14:00", "2026-11-24T14:00:00Z"),
        ("24 Nov 9:30", "2026-11-24T09:30:00Z"),
        ("Nov 24th, 9:30", "2026-11-24T09:30:00Z"),
        ("24. november 2025 9:30", "2025-11-24T09:30:00Z"),
        ("31 Dec", "2025-12-31T00:00:00Z"),
        ("20m ago", "2026-11-24T12:10:00Z"),
        ("Now", "2026-11-24T12:30:00Z"),
        ("yesterday 14:00 +01:00", "2026-11-23T13:00:00Z"),
        ("yesterday 14:00 Europe/Berlin", "2026-11-23T13:00:00Z"),
        ("today 09:00Z", "2026-11-24T09:00:00Z"),
        ("today 09:00-05:00", "2026-11-24T14:00:00Z"),
        ("8am UTC+2", "2026-11-24T06:00:00Z"),
    ],
)
def test_a_daytime_is_read(text: str, moment: str) -> None:
    assert rfc3339(parse_time(text, NOW)) == moment


@pytest.mark.parametrize(
    "text",
    [
        "yesterdya 14:00", "25:00", "14:60", "13pm", "0am", "monday tuesday", "14:00 15:00", "31 Nov", "2026-02-30", "29 Feb 2026", "mo",
        "at", "tomorrow", "14", "yesterday 14", "monday 8am Mars/Olympus", "1 2 3", "today today", "14:00 ٣ Nov", "Europe/Berlin", "last",
        "24 Nov 99999", "yesterday ago", "../../etc/passwd", "14:00 ../../etc/passwd", "2h ago ago",
    ],
)  # fmt: skip
def test_what_is_no_daytime_is_refused(text: str) -> None:
    with pytest.raises(BadTime) as raised:
        parse_time(text, NOW)
    assert "yesterday 14:00" in raised.value.advice


def test_the_zone_of_the_caller_decides_what_day_it_is() -> None:
    late = 1_795_563_000_000  # 2026-11-24T23:30Z is the 25th in Berlin
    assert rfc3339(parse_time("today 0:15", late)) == "2026-11-24T00:15:00Z"
    assert rfc3339(parse_time("today 0:15", late, BERLIN)) == "2026-11-24T23:15:00Z"
    assert rfc3339(parse_time("2026-11-24T14:00:00", late, BERLIN)) == "2026-11-24T13:00:00Z"
    assert rfc3339(parse_time("2026-11-24T14:00:00Z", late, BERLIN)) == "2026-11-24T14:00:00Z"


def test_a_change_of_clocks_lies_between_now_and_then() -> None:
    after = 1_792_915_200_000  # 2026-10-25T08:00Z, Berlin left summer time at 01:00Z
    assert rfc3339(parse_time("yesterday 14:00", after, BERLIN)) == "2026-10-24T12:00:00Z"
    assert rfc3339(parse_time("today 2:30", after, BERLIN)) == "2026-10-25T00:30:00Z"


def test_a_window_is_read_in_the_callers_zone() -> None:
    window = window_of(NOW, "today 9:00", "today 10:00", otherwise_hours=1, zone=BERLIN)
    assert (rfc3339(window.since_ms), rfc3339(window.until_ms)) == ("2026-11-24T08:00:00Z", "2026-11-24T09:00:00Z")


def test_a_zone_is_found_by_name_or_offset_and_others_are_refused() -> None:
    assert zone_of(None) is UTC
    assert zone_of("+05:30").utcoffset(datetime.now(UTC)) == timedelta(hours=5, minutes=30)
    assert zone_of("America/New_York").utcoffset(datetime(2026, 1, 1, tzinfo=UTC)) == timedelta(hours=-5)
    for name in ("Berlin", "Europe/Nowhere", "../UTC", "Europe/../../etc/passwd", "+30"):
        with pytest.raises(BadInput, match="time zone"):
            zone_of(name)


@given(st.text(max_size=40))
def test_any_text_is_a_moment_or_refused(text: str) -> None:
    with suppress(BadTime):
        assert 0 <= parse_time(text, NOW, BERLIN) <= 4_102_444_800_000


@given(st.integers(946_684_800_000, 3_786_912_000_000), st.integers(0, 23), st.integers(0, 59), st.integers(0, 6))
def test_what_is_left_open_means_the_latest_that_is_past(now_ms: int, hour: int, minute: int, weekday: int) -> None:
    clock = parse_time(f"{hour}:{minute:02}", now_ms)
    assert now_ms - 86_400_000 < clock <= now_ms
    day = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")[weekday]
    said = parse_time(f"{day} {hour}:{minute:02}", now_ms)
    assert now_ms - 7 * 86_400_000 < said <= now_ms
    assert datetime.fromtimestamp(said / 1000, UTC).weekday() == weekday
