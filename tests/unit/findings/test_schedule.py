"""Cron schedules are read as Kubernetes reads them."""

from datetime import UTC, datetime
from itertools import islice

import pytest

from arcops.findings.schedule import is_schedule, period_ms, runs_between, schedule_of

NOON = round(datetime(2026, 3, 2, 12, 0, tzinfo=UTC).timestamp() * 1000)
HOUR = 3_600_000


def next_runs(text: str, zone: str = "", count: int = 2) -> list[str]:
    schedule = schedule_of(text, zone)
    assert schedule is not None
    return [datetime.fromtimestamp(at / 1000, UTC).strftime("%m-%d %H:%M") for at in islice(schedule.after(NOON), count)]


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("*/20 * * * *", ["03-02 12:20", "03-02 12:40"]),
        ("@hourly", ["03-02 13:00", "03-02 14:00"]),
        ("30 2 * * *", ["03-03 02:30", "03-04 02:30"]),
        ("0 0 * * sun", ["03-08 00:00", "03-15 00:00"]),
        ("0 0 * * 7", ["03-08 00:00", "03-15 00:00"]),
        ("0 6 1 jan,jul *", ["07-01 06:00", "01-01 06:00"]),
        ("0 0 13 * fri", ["03-06 00:00", "03-13 00:00"]),
        ("5-15/5 12 * * *", ["03-02 12:05", "03-02 12:10"]),
        ("CRON_TZ=Asia/Tokyo 0 22 * * *", ["03-02 13:00", "03-03 13:00"]),
    ],
)
def test_the_next_runs_of_a_schedule(text: str, runs: list[str]) -> None:
    assert next_runs(text) == runs


def test_a_schedule_runs_by_the_clock_of_its_zone() -> None:
    assert next_runs("0 9 * * *", "America/New_York", 1) == ["03-02 14:00"]


@pytest.mark.parametrize(
    "text", ["", "61 * * * *", "* * * *", "*/0 * * * *", "often", "0 25 * * *", "5-1 * * * *", "0 0 32 * *", "a b c d e"]
)
def test_what_kubernetes_would_not_take_is_no_schedule(text: str) -> None:
    assert not is_schedule(text)


def test_a_day_that_never_comes_has_no_runs_and_no_period() -> None:
    schedule = schedule_of("0 0 30 2 *")
    assert schedule is not None
    assert period_ms(schedule, NOON) is None


def test_missed_runs_are_counted_up_to_a_bound() -> None:
    schedule = schedule_of("0 * * * *")
    assert schedule is not None
    assert runs_between(schedule, NOON - 30 * HOUR, NOON) == 30
    assert runs_between(schedule, NOON - 30 * HOUR, NOON, most=5) == 5
    assert period_ms(schedule, NOON) == HOUR


def test_an_unknown_zone_gives_no_schedule_but_is_not_a_bad_expression() -> None:
    assert schedule_of("0 * * * *", "Mars/Olympus") is None
    assert is_schedule("@every 1h30m")
