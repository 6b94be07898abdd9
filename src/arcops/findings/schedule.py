"""Cron schedules as Kubernetes reads them: five fields, names, steps, and the ``@`` words; and when they fire."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from arcops.findings.onset import MINUTE_MS

_WORDS = {
    "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * 0", "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *", "@hourly": "0 * * * *",
}  # fmt: skip
_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: number for number, name in enumerate(_NAMES, 1)}
_DAYS = {name: number for number, name in enumerate(["sun", "mon", "tue", "wed", "thu", "fri", "sat"])}
_BOUNDS: tuple[tuple[int, int, Mapping[str, int]], ...] = ((0, 59, {}), (0, 23, {}), (1, 31, {}), (1, 12, _MONTHS), (0, 7, _DAYS))
_FIELDS = 5
_FARTHEST_DAYS = 366 * 5


class Schedule(NamedTuple):
    """When a CronJob runs; times are of ``zone``."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    either_day: bool
    """With both a day of the month and a weekday given, either suffices."""
    zone: tzinfo

    def after(self, since_ms: int) -> Iterator[int]:
        """The times at which it runs after a moment, in order; ends where it never runs again within years."""
        moment = datetime.fromtimestamp(since_ms // MINUTE_MS * 60, self.zone) + timedelta(minutes=1)
        last = moment + timedelta(days=_FARTHEST_DAYS)
        while moment < last:
            if moment.month not in self.months or not self._day_fits(moment):
                moment = (moment + timedelta(days=1)).replace(hour=0, minute=0)
            elif moment.hour not in self.hours:
                moment = (moment + timedelta(hours=1)).replace(minute=0)
            elif moment.minute not in self.minutes:
                moment += timedelta(minutes=1)
            else:
                yield round(moment.timestamp() * 1000)
                moment += timedelta(minutes=1)

    def _day_fits(self, moment: datetime) -> bool:
        by_month, by_week = moment.day in self.days, moment.isoweekday() % 7 in self.weekdays
        return by_month or by_week if self.either_day else by_month and by_week


def is_schedule(text: str) -> bool:
    """Whether Kubernetes would take it; ``@every 1h`` is one too, though nothing tells when it runs."""
    return text.startswith("@every ") or schedule_of(text) is not None


@lru_cache(maxsize=512)
def schedule_of(text: str, zone: str = "") -> Schedule | None:
    """The schedule a text means; None where it, or the time zone, cannot be read."""
    if text.startswith(("TZ=", "CRON_TZ=")):
        own, _, text = text.partition(" ")
        zone = own.partition("=")[2]
    where = _zone(zone)
    fields = _WORDS.get(text.strip().lower(), text).split()
    if where is None or len(fields) != _FIELDS:
        return None
    sets = [_set(field.lower(), *bounds) for field, bounds in zip(fields, _BOUNDS, strict=True)]
    if any(one is None for one in sets):
        return None
    minutes, hours, days, months, weekdays = (one for one in sets if one is not None)
    either = not fields[2].startswith(("*", "?")) and not fields[4].startswith(("*", "?"))
    return Schedule(minutes, hours, days, months, frozenset(day % 7 for day in weekdays), either, where)


def runs_between(schedule: Schedule, since_ms: int, until_ms: int, most: int = 1000) -> int:
    """How often it should have run in (since, until]; counted up to ``most``."""
    count = 0
    for at_ms in schedule.after(since_ms):
        if at_ms > until_ms or count >= most:
            break
        count += 1
    return count


def period_ms(schedule: Schedule, at_ms: int) -> int | None:
    """The time between the next two runs."""
    times = schedule.after(at_ms)
    first, second = next(times, None), next(times, None)
    return second - first if first is not None and second is not None else None


def _zone(name: str) -> tzinfo | None:
    if not name or name.upper() in ("UTC", "ETC/UTC"):
        return UTC
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return None


def _set(field: str, low: int, high: int, words: Mapping[str, int]) -> frozenset[int] | None:
    found: set[int] = set()
    for part in field.split(","):
        span, slash, step = part.partition("/")
        bounds = _span(span, low, high, words, is_open=bool(slash))
        if bounds is None or (slash and (not step.isdigit() or step == "0")):
            return None
        found.update(range(bounds[0], bounds[1] + 1, int(step) if slash else 1))
    return frozenset(found)


def _span(span: str, low: int, high: int, words: Mapping[str, int], *, is_open: bool) -> tuple[int, int] | None:
    if span in ("*", "?"):
        return low, high
    first, dash, last = span.partition("-")
    begin = _number(first, words)
    end = _number(last, words) if dash else high if is_open else begin
    if begin is None or end is None or not low <= begin <= end <= high:
        return None
    return begin, end


def _number(text: str, words: Mapping[str, int]) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else words.get(text)
