"""The times in a question: a moment, a day, or a span, in the caller's zone."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from functools import cache

from arcops.base.clock import to_datetime, to_ms
from arcops.chat.read.clocks import DAY_MS, HOUR_MS, age_ms, has_clock, has_day, midnight_ms, moment_ms
from arcops.chat.read.tables import table
from arcops.chat.read.words import Word, joined, use


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a question says of time. ``at_ms`` is a moment; ``is_day``: the span is one named day or part of one.

    ``around_ms`` is the moment a span lies around.
    """

    at_ms: int | None = None
    since_ms: int | None = None
    until_ms: int | None = None
    is_day: bool = False
    around_ms: int | None = None
    notes: tuple[str, ...] = ()

    @property
    def is_said(self) -> bool:
        """Whether there is any."""
        return not (self.at_ms is None and self.since_ms is None and self.until_ms is None)


@dataclass(frozen=True, slots=True)
class _Now:
    ms: int
    zone: tzinfo

    def moment(self, text: str) -> int | None:
        return moment_ms(text, self.ms, self.zone)

    def said(self, ms: int) -> str:
        """A moment for a note, in the zone of who asks."""
        return to_datetime(ms).astimezone(self.zone).strftime("%Y-%m-%d %H:%M %Z").strip()


_EDGE, _END = r"(?<![\w:./\-])", r"(?![\w:/\-]|\.\d)"
_SATURDAY = 5
_PARTS = {"night": (-4, 8), "morning": (5, 12), "afternoon": (12, 18), "evening": (17, 24)}
"""Hours of the parts of a day, from its midnight; last night is the one that ended this morning."""
_Reader = Callable[[re.Match[str], _Now], Spoken | None]


def _between(match: re.Match[str], now: _Now) -> Spoken | None:
    first, last = match["first"], match["last"]
    day = match["day"] or match["after"] or ""
    if re.fullmatch(r"\d{1,2}", first):
        suffix = re.search(r"[ap]\.?m", last)
        first = f"{first} {suffix[0]}" if suffix else f"{int(first) % 24:02d}:00"
    if re.fullmatch(r"\d{1,2}", last):
        last = f"{int(last) % 24:02d}:00"
    since_ms = now.moment(f"{day} {first}" if day and not has_day(first) else first)
    if since_ms is None:
        return None
    until_ms = now.moment(last) if has_day(last) else _same_day(since_ms, last, now)
    if until_ms is None:
        return None
    notes = () if day or has_day(first) else _guessed(match["first"], since_ms, now)
    if until_ms < since_ms:
        since_ms, until_ms = until_ms, since_ms
    if not has_clock(last):
        until_ms += DAY_MS - 1
    return Spoken(since_ms=since_ms, until_ms=until_ms, notes=notes)


def _same_day(since_ms: int, clock: str, now: _Now) -> int | None:
    """A time of day after another moment: on its day, or the night after it."""
    day = to_datetime(since_ms).astimezone(now.zone).date()
    until_ms = now.moment(f"{day.isoformat()} {clock}")
    return until_ms + DAY_MS if until_ms is not None and until_ms < since_ms else until_ms


def _guessed(text: str, ms: int, now: _Now) -> tuple[str, ...]:
    """That a time of day was taken for one of a day before today."""
    if has_clock(text) and not has_day(text) and ms < midnight_ms(now.ms, now.zone):
        return (f'I read "{text}" as {now.said(ms)}, the last one that is past.',)
    return ()


def _since(match: re.Match[str], now: _Now) -> Spoken | None:
    text = match["when"]
    since_ms = now.moment(text)
    return None if since_ms is None else Spoken(since_ms=since_ms, notes=_guessed(text, since_ms, now))


def _for(match: re.Match[str], now: _Now) -> Spoken | None:
    age = age_ms(match["age"])
    return None if age is None else Spoken(since_ms=max(0, now.ms - age))


def _before(match: re.Match[str], now: _Now) -> Spoken | None:
    text = match["when"]
    until_ms = now.moment(text)
    return None if until_ms is None else Spoken(until_ms=until_ms, notes=_guessed(text, until_ms, now))


def _last(match: re.Match[str], now: _Now) -> Spoken | None:
    unit = match["unit"]
    age = age_ms(match["age"]) if match["age"] else age_ms(f"1 {unit}")
    return None if age is None else Spoken(since_ms=max(0, now.ms - age), until_ms=now.ms)


def _part_of_day(match: re.Match[str], now: _Now) -> Spoken | None:
    day, part = (match["day"] or "").strip(), match["part"]
    start_ms = midnight_ms(now.ms, now.zone) if day in {"this", "last", "during the", "in the", "to", "over", "at"} else now.moment(day)
    if start_ms is None:
        return None
    if part == "night" and day not in {"this", "last", "during the", "in the", "over", "at"}:
        start_ms += DAY_MS
    if part == "night" and day == "to":
        start_ms = midnight_ms(now.ms, now.zone) + DAY_MS
    begin, end = _PARTS[part]
    since_ms, until_ms = start_ms + begin * HOUR_MS, min(now.ms, start_ms + end * HOUR_MS)
    if since_ms >= now.ms:
        since_ms, until_ms = since_ms - DAY_MS, until_ms if until_ms < now.ms else start_ms - DAY_MS + end * HOUR_MS
    note = f'I read "{match[0].strip()}" as {now.said(since_ms)} to {now.said(until_ms)}.'
    return Spoken(since_ms=since_ms, until_ms=until_ms, is_day=True, notes=(note,))


def _overnight(_: re.Match[str], now: _Now) -> Spoken | None:
    start_ms = midnight_ms(now.ms, now.zone)
    since_ms, until_ms = start_ms - 4 * HOUR_MS, min(now.ms, start_ms + 8 * HOUR_MS)
    note = f'I read "overnight" as {now.said(since_ms)} to {now.said(until_ms)}.'
    return Spoken(since_ms=since_ms, until_ms=until_ms, is_day=True, notes=(note,))


def _week(match: re.Match[str], now: _Now) -> Spoken | None:
    local = to_datetime(now.ms).astimezone(now.zone)
    if match["which"] == "this":
        return Spoken(since_ms=midnight_ms(now.ms, now.zone, local.weekday()), until_ms=now.ms)
    saturday = (local.weekday() - _SATURDAY) % 7
    since_ms = midnight_ms(now.ms, now.zone, saturday)
    return Spoken(since_ms=since_ms, until_ms=min(now.ms, since_ms + 2 * DAY_MS - 1), is_day=True)


def _moment(match: re.Match[str], now: _Now) -> Spoken | None:
    text = match["when"]
    at_ms = now.moment(text)
    if at_ms is None:
        return None
    if has_clock(text):
        return Spoken(at_ms=at_ms, notes=_guessed(text, at_ms, now))
    return Spoken(since_ms=at_ms, until_ms=min(now.ms, _next_midnight(at_ms, now.zone) - 1), is_day=True)


def _next_midnight(ms: int, zone: tzinfo) -> int:
    day = to_datetime(ms).astimezone(zone).date() + timedelta(days=1)
    return to_ms(datetime(day.year, day.month, day.day, tzinfo=zone))


def _hour(match: re.Match[str], now: _Now) -> Spoken | None:
    """``at 3``: the last three o'clock, of the morning or the afternoon."""
    hour, day = int(match["hour"]), match["day"] or ""
    if hour > 23:  # noqa: PLR2004 - the hours of a day
        return None
    hours = {hour, hour + 12} if 0 < hour < 12 else {hour}  # noqa: PLR2004
    moments = [ms for each in hours if (ms := now.moment(f"{day} {each:02d}:00".strip())) is not None and ms <= now.ms]
    if not moments:
        return None
    at_ms = max(moments)
    note = (f'I read "{match[0].strip()}" as {now.said(at_ms)}.',)
    if match["how"] in {"since", "after"}:
        return Spoken(since_ms=at_ms, notes=note)
    return Spoken(until_ms=at_ms, notes=note) if match["how"] in {"before", "until"} else Spoken(at_ms=at_ms, notes=note)


_READERS: dict[str, _Reader] = {
    "between": _between,
    "since": _since,
    "for": _for,
    "before": _before,
    "last": _last,
    "part": _part_of_day,
    "overnight": _overnight,
    "week": _week,
    "moment": _moment,
    "hour": _hour,
}


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], _Reader], ...]:
    sections = table("times").sections
    return tuple((re.compile(f"{_EDGE}(?:{text}){_END}"), _READERS[section]) for section, lines in sections.items() for text in lines)


def read_times(words: Sequence[Word], now_ms: int, zone: tzinfo) -> Spoken:
    """The time a question speaks of; its words are marked as used."""
    now = _Now(now_ms, zone)
    text, starts = joined(words)
    for pattern, reader in _patterns():
        for match in pattern.finditer(text):
            found = reader(match, now) if match[0] else None
            if found is not None:
                use(words, starts, match, "time", "TIME")
                return _in_order(found, now_ms)
    return Spoken()


def _in_order(found: Spoken, now_ms: int) -> Spoken:
    """A moment that has not come is now."""
    if found.at_ms is not None and found.at_ms > now_ms:
        return replace(found, at_ms=None, notes=(*found.notes, "That moment has not come yet; this is now."))
    return found
