"""Reads the times people write and turns them into windows of the record."""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo

from arcops.base.clock import to_datetime, to_ms
from arcops.base.errors import BadInput, BadTime
from arcops.queries.daytimes import read_daytime, zone_named
from arcops.store.base import Window

HOUR_MS = 3_600_000
_AGE = re.compile(r"^-?((?:\d+(?:\.\d+)?(?:ms|[smhdw]))+)(?: ago)?$")
_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|[smhdw])")
_UNIT_MS = {"ms": 1, "s": 1000, "m": 60_000, "h": HOUR_MS, "d": 24 * HOUR_MS, "w": 7 * 24 * HOUR_MS}
_LATEST_MS = 4_102_444_800_000
"""The year 2100: later times are typing errors, and far later ones do not fit an id."""


def parse_time(text: str, now_ms: int, zone: tzinfo = UTC) -> int:
    """Unix milliseconds of a time as people write it.

    RFC 3339; an age before ``now_ms`` (``15m``, ``-2h``, ``1h30m``, ``20m ago``); or the calendar and the clock
    (``yesterday 14:00``, ``monday 8am``, ``14:05``), see ``daytimes``. A time without zone is read in ``zone``. Raises
    ``BadTime``.
    """
    text = text.strip()
    if is_age(text):
        return max(0, now_ms - parse_age_ms(text))
    if text.lower() == "now":
        return now_ms
    try:
        moment = _moment(text, now_ms, zone)
        ms = -1 if moment is None else to_ms(moment)
    except (ValueError, OverflowError):
        ms = -1
    if not 0 <= ms <= _LATEST_MS:
        raise BadTime(text=text)
    return ms


def _moment(text: str, now_ms: int, zone: tzinfo) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return read_daytime(text, to_datetime(now_ms), zone)
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def zone_of(name: str | None) -> tzinfo:
    """The zone of a name (``Europe/Berlin``, ``+01:00``), UTC for none. Raises ``BadInput``."""
    zone = zone_named(name) if name else UTC
    if zone is None:
        raise BadInput(what=f'The time zone "{name}"', why="there is none of that name", hint="Write Europe/Berlin, +01:00 or UTC.")
    return zone


def is_age(text: str) -> bool:
    """Whether a text is a span before now, and not a time of the calendar."""
    return bool(_AGE.match(text.strip()))


def parse_age_ms(text: str) -> int:
    """Milliseconds of a duration such as ``90s``, ``1h30m`` or ``2d``. Raises ``BadTime``."""
    match = _AGE.match(text.strip())
    if match is None:
        raise BadTime(text=text)
    total = sum(float(number) * _UNIT_MS[unit] for number, unit in _PART.findall(match.group(1)))
    if total > _LATEST_MS:
        raise BadTime(text=text)
    return round(total)


def window_of(
    now_ms: int, since: str | None = None, until: str | None = None, hours: float | None = None, *, otherwise_hours: float,
    zone: tzinfo = UTC,
) -> Window:  # fmt: skip
    """The window a caller means: ``since`` and ``until``, or the last ``hours``, or the last ``otherwise_hours``.

    Raises ``BadTime``, and ``BadInput`` where the end lies before the start or both forms are given.
    """
    if hours is not None and since is not None:
        raise BadInput(what="the span of time", why="give either hours or since, not both")
    until_ms = parse_time(until, now_ms, zone) if until else now_ms
    since_ms = parse_time(since, now_ms, zone) if since else until_ms - round((hours or otherwise_hours) * HOUR_MS)
    if since_ms > until_ms:
        raise BadInput(what="the span of time", why=f"it ends before it begins ({since} to {until or 'now'})")
    return Window(max(0, since_ms), until_ms)
