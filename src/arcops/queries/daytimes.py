"""Moments by the calendar and the clock as people say them: ``yesterday 14:00``, ``monday 8am``, ``24 Nov 9:30``, ``14:05``.

A small grammar of our own: dateparser, the usual library, costs 11 MB and 110 ms to import (measured for 1.5.0), more
than the whole command line may take to start.

    moment := [day] [time] [zone], in this order or with the time first; "at", "on" and commas are skipped
    day    := today | yesterday | [last] WEEKDAY | 2026-11-24 | 24 Nov [2026] | Nov 24 [2026]
    time   := 14:05[:30[.5]] | 8am | 8:30 pm | noon | midnight
    zone   := Z | UTC | +01:00 | Europe/Berlin

What leaves something open means the latest such moment that is past: ``14:05`` said at noon is yesterday's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")
_LEAST_LETTERS = 3
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.(\d{1,6}))?)?", re.ASCII)
_TWELVE = re.compile(r"(1[0-2]|0?[1-9])(?::([0-5]\d))?([ap])\.?m\.?", re.ASCII)
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_DAY_OF_MONTH = re.compile(r"([12]\d|3[01]|0?[1-9])(?:st|nd|rd|th|\.)?", re.ASCII)
_YEAR = re.compile(r"\d{4}", re.ASCII)
_OFFSET = re.compile(r"(?:utc|gmt)?([+-])([01]?\d)(?::?([0-5]\d))?", re.ASCII)
_SKIPPED = {"at", "on", "the", "o'clock"}
_NOON, _MIDNIGHT = time(12), time(0)


@dataclass(slots=True)
class _Said:
    """What the words have named so far."""

    day: date | None = None
    weekday: int | None = None
    has_year: bool = True
    clock: time | None = None
    zone: tzinfo | None = None

    @property
    def names_day(self) -> bool:
        return self.day is not None or self.weekday is not None


def read_daytime(text: str, now: datetime, zone: tzinfo) -> datetime | None:
    """The moment that ``text`` means at ``now``, in ``zone`` unless it names another; None if it cannot be read.

    A day alone is its midnight. A wall time that a change of clocks skips or doubles is read as zoneinfo does: the first
    of two, the later reading of none.
    """
    words = [word for word in _words(text) if word not in _SKIPPED]
    said = _Said(zone=_zone_of(words))
    local = now.astimezone(said.zone or zone)
    while words:
        taken = _take_clock(words, said) or _take_day(words, said, local.date())
        if not taken:
            return None
        del words[:taken]
    if said.clock is None and not said.names_day:
        return None
    return _latest_past(said, local)


def zone_named(name: str) -> tzinfo | None:
    """``UTC``, ``Z``, ``+01:00`` or ``Europe/Berlin`` as a zone; None for what is none."""
    plain = name.strip()
    if plain.lower() in {"z", "utc", "gmt"}:
        return UTC
    match = _OFFSET.fullmatch(plain.lower())
    if match:
        minutes = int(match[2]) * 60 + int(match[3] or 0)
        return timezone(timedelta(minutes=-minutes if match[1] == "-" else minutes))
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_+\-]*(/[A-Za-z0-9_+\-]+)+", plain):
        return None
    try:
        return ZoneInfo(plain)
    except (OSError, ValueError, KeyError):  # ZoneInfoNotFoundError is a KeyError
        return None


def _words(text: str) -> Iterator[str]:
    """Lower-case words, but for a zone's name, whose case counts; ``8 am`` is one word, ``2026-11-24T14:00`` two."""
    text = re.sub(r"(?<=\d)\s+(?=[ap]\.?m\b)", "", text.replace(",", " "), flags=re.IGNORECASE)
    text = re.sub(r"(?<=\d)[Tt](?=\d)", " ", text)
    text = re.sub(r"(?<=:\d\d)(?=[+Zz-])", " ", text)
    for word in text.split():
        yield word if "/" in word else word.lower()


def _zone_of(words: list[str]) -> tzinfo | None:
    """The zone the last word names, which is then taken away."""
    zone = zone_named(words[-1]) if len(words) > 1 else None
    if zone is not None:
        words.pop()
    return zone


def _take_clock(words: list[str], said: _Said) -> int:
    """How many words are a time of day, which is then said; 0 for none."""
    if said.clock is not None:
        return 0
    word = words[0]
    if word in {"noon", "midday", "midnight"}:
        said.clock = _MIDNIGHT if word == "midnight" else _NOON
        return 1
    if match := _CLOCK.fullmatch(word):
        said.clock = time(int(match[1]), int(match[2]), int(match[3] or 0), int((match[4] or "0").ljust(6, "0")))
        return 1
    if match := _TWELVE.fullmatch(word):
        said.clock = time(int(match[1]) % 12 + (12 if match[3] == "p" else 0), int(match[2] or 0))
        return 1
    return 0


def _take_day(words: list[str], said: _Said, today: date) -> int:
    """How many words are a day, which is then said; 0 for none."""
    if said.names_day:
        return 0
    if words[0] in {"today", "yesterday"}:
        said.day = today - timedelta(days=words[0] == "yesterday")
        return 1
    last = words[0] == "last" and len(words) > 1
    weekday = _index(words[1 if last else 0], _WEEKDAYS)
    if weekday is not None:
        said.weekday = weekday
        return 1 + last
    if match := _DATE.fullmatch(words[0]):
        said.day = _date(int(match[1]), int(match[2]), int(match[3]))
        return 1 if said.day else 0
    return _take_month(words, said, today)


def _take_month(words: list[str], said: _Said, today: date) -> int:
    """``24 Nov`` or ``Nov 24``, with or without a year."""
    if len(words) < 2:  # noqa: PLR2004 - a day and a month
        return 0
    first, second = words[:2]
    for day_word, month_word in ((first, second), (second, first)):
        day, month = _DAY_OF_MONTH.fullmatch(day_word), _index(month_word, _MONTHS)
        if day is None or month is None:
            continue
        said.has_year = len(words) > 2 and _YEAR.fullmatch(words[2]) is not None  # noqa: PLR2004
        said.day = _date(int(words[2]) if said.has_year else today.year, month + 1, int(day[1]))
        return (3 if said.has_year else 2) if said.day else 0
    return 0


def _index(word: str, names: tuple[str, ...]) -> int | None:
    plain = word.rstrip(".")
    if len(plain) < _LEAST_LETTERS:
        return None
    return next((place for place, name in enumerate(names) if name.startswith(plain)), None)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _latest_past(said: _Said, local: datetime) -> datetime:
    """The moment said; where the day was left open, the last one that is not in the future."""
    clock = said.clock or _MIDNIGHT
    if said.day is not None:
        found = datetime.combine(said.day, clock, local.tzinfo)
        if not said.has_year and found > local:
            earlier = _date(said.day.year - 1, said.day.month, said.day.day)
            return datetime.combine(earlier, clock, local.tzinfo) if earlier else found
        return found
    days_back = 0 if said.weekday is None else (local.weekday() - said.weekday) % 7
    found = datetime.combine(local.date() - timedelta(days=days_back), clock, local.tzinfo)
    if found > local:
        return datetime.combine(found.date() - timedelta(days=1 if said.weekday is None else 7), clock, local.tzinfo)
    return found
