"""The pieces that times are said in, as patterns, and the moments they mean."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, tzinfo

from arcops.base.clock import to_datetime, to_ms
from arcops.base.errors import BadTime
from arcops.chat.read.numbers import number_of, seconds_of
from arcops.chat.read.tables import table
from arcops.queries.times import parse_time

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
_NOON = 12
_NAMED = table("times").named
NUMBER, UNIT = _NAMED["NUMBER"], _NAMED["UNIT"]
_AGE_PARTS = re.compile(rf"(half an?|half|a couple of|couple of|a few|few|{NUMBER}|an?) ?({UNIT})\b")
_COMPACT = re.compile(r"(?:\d+(?:ms|[smhdw]))+")
_HAS_CLOCK = re.compile(rf"(?<![\d:.]){_NAMED['CLOCK']}")
_HAS_DAY = re.compile(rf"(?<![\w.]){_NAMED['DAY']}")
_LOOSE_AMOUNTS = {"half an": "half", "half a": "half", "a couple of": "couple", "couple of": "couple", "a few": "few"}
_VAGUE = re.compile(r"^(?:about|around|roughly|approximately|some|almost|nearly|over|more than|on|at|the|this) ")


def age_ms(text: str) -> int | None:
    """The milliseconds of a span, or None."""
    compact = _COMPACT.fullmatch(text.strip().lstrip("-"))
    parts = re.findall(r"(\d+)(ms|[smhdw])", compact[0]) if compact else [match.groups() for match in _AGE_PARTS.finditer(text)]
    found = [seconds_of(_LOOSE_AMOUNTS.get(number, number), unit) for number, unit in parts]
    known = [seconds for seconds in found if seconds is not None]
    total = sum(known) * 1000
    return round(total) if known and total < 100 * 366 * DAY_MS else None


def moment_ms(text: str, now_ms: int, zone: tzinfo) -> int | None:
    """The moment a text of the form ``MOMENT`` means, or None."""
    plain = text.strip()
    while (shorter := _VAGUE.sub("", plain)) != plain:
        plain = shorter
    if plain.endswith("ago") or plain.startswith("-"):
        age = age_ms(plain.removesuffix("ago"))
        return None if age is None else max(0, now_ms - age)
    plain = _day_before(plain, now_ms, zone)
    plain = re.sub(r"(\d) of ", r"\1 ", plain).replace(" on ", " ")
    plain = re.sub(r"\b(tues|wednes|thurs|thur|satur)\b", lambda match: match[1][:3], plain)
    plain = re.sub(r"^(.*?) (utc|gmt|z)\b (.+)$", r"\1 \3 \2", plain)
    plain = re.sub(r"\bhalf past (noon|midday|midnight)\b", r"\1 thirty", plain)
    plain = re.sub(r"\b(noon|midday|midnight) thirty\b", lambda match: "00:30" if match[1] == "midnight" else "12:30", plain)
    plain = re.sub(r"\b(\w+) oclock", lambda match: _oclock(match[1], now_ms, zone), plain)
    try:
        return parse_time(plain.upper() if re.match(r"\d{4}-\d\d-\d\dt", plain) else plain, now_ms, zone)
    except BadTime:
        return None


def _oclock(said: str, now_ms: int, zone: tzinfo) -> str:
    """The hour of the day of ``2 oclock``, ``two oclock``: of the afternoon where that is past."""
    number = number_of(said)
    hour = int(number or 0) % 24
    later = hour + _NOON
    return f"{later if 0 < hour < _NOON and midnight_ms(now_ms, zone) + later * HOUR_MS <= now_ms else hour:02d}:00"


def has_clock(text: str) -> bool:
    """Whether a text names a time of day, or how long ago something was."""
    return bool(_HAS_CLOCK.search(text)) or text.endswith("ago") or text.startswith("-")


def has_day(text: str) -> bool:
    """Whether a text names a day."""
    return bool(_HAS_DAY.search(text)) or text.endswith("ago") or text.startswith("-")


def midnight_ms(now_ms: int, zone: tzinfo, days_back: int = 0) -> int:
    """The beginning of the day ``days_back`` days before the one of ``now_ms``."""
    day = to_datetime(now_ms).astimezone(zone).date() - timedelta(days=days_back)
    return to_ms(datetime(day.year, day.month, day.day, tzinfo=zone))


def _day_before(text: str, now_ms: int, zone: tzinfo) -> str:
    """``day before yesterday 14:00`` as a date."""
    if "day before yesterday" not in text:
        return text
    date = to_datetime(midnight_ms(now_ms, zone, 2)).astimezone(zone).date()
    return re.sub(r"(?:the )?day before yesterday", date.isoformat(), text)
