"""Times and ages as Kubernetes writes them: RFC 3339 text to Unix milliseconds, durations as kubectl prints them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_MINUTE, _HOUR, _DAY, _YEAR = 60, 3600, 86_400, 365 * 86_400


def time_ms(text: str | None) -> int | None:
    """The moment an RFC 3339 text names, or None where there is none or it cannot be read (0.4 µs)."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        return (moment - _EPOCH) // _MILLISECOND
    except (ValueError, TypeError, OverflowError):
        return None


def age_text(since: str | None, now_ms: int) -> str:
    """How long ago a time was, as in kubectl's AGE column; ``<unknown>`` without a time."""
    since_ms = time_ms(since)
    return "<unknown>" if since_ms is None else duration_text(now_ms - since_ms)


def duration_text(duration_ms: int) -> str:
    """A duration as kubectl writes it: ``45s``, ``5m30s``, ``3h12m``, ``6d23h``, ``2y41d`` (apimachinery's HumanDuration).

    Up to two seconds below zero count as ``0s``, for clocks never agree quite; more is ``<invalid>``.
    """
    if duration_ms < 0:
        return "0s" if duration_ms > -2000 else "<invalid>"  # noqa: PLR2004
    seconds = duration_ms // 1000
    for limit_s, unit_s, unit, rest_s, rest in _STEPS:
        if seconds < limit_s:
            more = seconds % unit_s // rest_s if rest else 0
            return f"{seconds // unit_s}{unit}{more}{rest}" if more else f"{seconds // unit_s}{unit}"
    return f"{seconds // _YEAR}y"


_STEPS = (
    (2 * _MINUTE, 1, "s", 1, ""),
    (10 * _MINUTE, _MINUTE, "m", 1, "s"),
    (3 * _HOUR, _MINUTE, "m", 1, ""),
    (8 * _HOUR, _HOUR, "h", _MINUTE, "m"),
    (2 * _DAY, _HOUR, "h", 1, ""),
    (8 * _DAY, _DAY, "d", _HOUR, "h"),
    (2 * _YEAR, _DAY, "d", 1, ""),
    (8 * _YEAR, _YEAR, "y", _DAY, "d"),
)
"""Below ``limit_s`` a duration is written in ``unit``, with what is left in ``rest``."""
