"""Times and ages as Kubernetes writes them."""

import pytest

from arcops.kube.times import age_text, duration_text, time_ms

SECOND, MINUTE, HOUR, DAY = 1000, 60_000, 3_600_000, 86_400_000


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("1970-01-01T00:00:00Z", 0), ("2026-11-24T14:00:00Z", 1795528800000), ("2026-11-24T14:00:00.250Z", 1795528800250),
        ("2026-11-24T14:00:00.999999Z", 1795528800999), ("2026-11-24T15:00:00+01:00", 1795528800000),
        ("2026-11-24T14:00:00.123456789Z", 1795528800123),
    ],
)  # fmt: skip
def test_a_time_is_read_to_the_millisecond(text: str, ms: int) -> None:
    assert time_ms(text) == ms


@pytest.mark.parametrize("text", [None, "", "yesterday", "2026-13-01T00:00:00Z", "2026-11-24T14:00:00", "0"])
def test_what_is_no_time_is_none(text: str | None) -> None:
    assert time_ms(text) is None


@pytest.mark.parametrize(
    ("ms", "text"),
    [
        (-5 * SECOND, "<invalid>"), (-2000, "<invalid>"), (-1999, "0s"), (-1, "0s"), (0, "0s"), (119_999, "119s"), (2 * MINUTE, "2m"),
        (5 * MINUTE + 30 * SECOND, "5m30s"), (10 * MINUTE + 30 * SECOND, "10m"), (3 * HOUR - 1, "179m"), (3 * HOUR, "3h"),
        (3 * HOUR + 12 * MINUTE, "3h12m"), (8 * HOUR + 12 * MINUTE, "8h"), (47 * HOUR, "47h"), (2 * DAY, "2d"), (7 * DAY - HOUR, "6d23h"),
        (8 * DAY + HOUR, "8d"), (729 * DAY, "729d"), (730 * DAY, "2y"), (771 * DAY, "2y41d"), (3000 * DAY, "8y"),
    ],
)  # fmt: skip
def test_a_duration_is_written_as_kubectl_writes_it(ms: int, text: str) -> None:
    assert duration_text(ms) == text


def test_an_age_counts_from_the_time_and_is_unknown_without_one() -> None:
    assert age_text("2026-11-24T14:00:00Z", 1795528800000 + 90 * SECOND) == "90s"
    assert age_text(None, 0) == "<unknown>"
