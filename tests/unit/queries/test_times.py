"""Times as people write them."""

from __future__ import annotations

import pytest

from arcops.base.errors import BadInput, BadTime
from arcops.queries.times import parse_time, window_of
from arcops.store.base import Window

NOW = 1_795_523_400_000


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("2026-11-24T12:30:00Z", NOW),
        ("2026-11-24T13:30:00+01:00", NOW),
        ("2026-11-24 12:30", NOW),
        ("now", NOW),
        ("15m", NOW - 900_000),
        ("-15m", NOW - 900_000),
        ("1h30m", NOW - 5_400_000),
        ("2d", NOW - 172_800_000),
        ("1.5h", NOW - 5_400_000),
        ("100w", 1_735_043_400_000),
    ],
)
def test_a_time_is_read(text: str, ms: int) -> None:
    assert parse_time(text, NOW) == ms


@pytest.mark.parametrize("text", ["", "yesterdya", "15", "m", "2026-13-01T00:00:00Z", "9999999999999w", "3026-01-01", "1900-01-01", "١٥m1"])
def test_what_is_no_time_is_refused_with_a_hint(text: str) -> None:
    with pytest.raises(BadTime) as raised:
        parse_time(text, NOW)
    assert "RFC 3339" in raised.value.advice


def test_a_time_without_a_zone_is_utc() -> None:
    assert parse_time("2026-11-24T12:30:00", NOW) == NOW


def test_a_window_is_the_last_hours_or_from_since_to_until() -> None:
    assert window_of(NOW, hours=2, otherwise_hours=24) == Window(NOW - 7_200_000, NOW)
    assert window_of(NOW, otherwise_hours=1) == Window(NOW - 3_600_000, NOW)
    assert window_of(NOW, "30m", "10m", otherwise_hours=1) == Window(NOW - 1_800_000, NOW - 600_000)


def test_a_window_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(BadInput, match="ends before it begins"):
        window_of(NOW, "10m", "30m", otherwise_hours=1)


def test_hours_and_since_together_are_refused() -> None:
    with pytest.raises(BadInput, match="not both"):
        window_of(NOW, "10m", hours=1, otherwise_hours=1)
