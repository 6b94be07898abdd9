"""Numbers, amounts and times as people and facts write them, made comparable: ``128Mi`` is ``128 MiB``, ``2:29 pm`` is ``14:29``.

A number is what is written plus, where a unit follows, its value in base units. ``250m`` may be cores or minutes: both are kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_BINARY = {letter: 1024**power for power, letter in enumerate("kmgtpe", 1)}
_DECIMAL = {letter: 1000**power for power, letter in enumerate("kmgtpe", 1)}
_PREFIXES = {"kilo": "k", "mega": "m", "giga": "g", "tera": "t", "kibi": "k", "mebi": "m", "gibi": "g", "tebi": "t"}
_SECONDS = {
    "ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1, "sec": 1, "second": 1, "m": 60, "min": 60, "minute": 60, "h": 3600, "hr": 3600,
    "hour": 3600, "d": 86_400, "day": 86_400, "w": 604_800, "week": 604_800, "millisecond": 1e-3, "month": 2_629_800, "year": 31_557_600,
}  # fmt: skip
_ONES = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_WORDS = {
    **{word: number for number, word in enumerate(_ONES.split())},
    **{word: number * 10 for number, word in enumerate(_TENS.split(), 2)},
    "dozen": 12, "twice": 2, "thrice": 3, "double": 2, "triple": 3, "half": 0.5, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6,
    "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10,
}  # fmt: skip
_SCALES = {"hundred": 100, "thousand": 1000, "million": 1_000_000}
_NUMBER = re.compile(r"(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?([a-zµ%]*)", re.IGNORECASE)
_STEP = re.compile(r"(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h|d)")
_CLOCK = re.compile(r"(\d{1,2}):(\d\d)(?::(\d\d)(?:\.\d+)?)?(z|am|pm|[+-]\d\d:\d\d)?", re.IGNORECASE)
_MOMENT = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:t(\d\d:\d\d)(:\d\d)?(?:\.\d+)?(?:z|[+-]\d\d:?\d\d)?)?", re.IGNORECASE)
MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")


@dataclass(frozen=True, slots=True)
class Amount:
    """A number as written, and what it may mean: pairs of a dimension (``bytes``, ``s``, ``cores``, ``%``) and a value."""

    number: float
    meanings: frozenset[tuple[str, float]] = frozenset()


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day: ``14:29`` or ``14:29:12``."""

    text: str


@dataclass(frozen=True, slots=True)
class Day:
    """A date: ``2026-11-24``."""

    text: str


Quantity = Amount | Clock | Day


def quantities(word: str, following: str = "") -> list[Quantity] | None:
    """What a word without blanks says as a number, None if it is none; ``following`` is the next word, which may be the unit."""
    moment = _MOMENT.fullmatch(word)
    if moment is not None:
        day = [Day(word[:10])]
        return [*day, Clock(moment[4] + (moment[5] or ""))] if moment[4] else list(day)
    clock = _CLOCK.fullmatch(word)
    if clock is not None:
        return [_clock(clock, following)]
    number = _NUMBER.fullmatch(word)
    if number is not None:
        return _amounts(number, following)
    steps = list(_STEP.finditer(word))
    if len(steps) > 1 and "".join(step[0] for step in steps) == word:
        parts = [(float(step[1]), float(step[1]) * _SECONDS[step[2]]) for step in steps]
        whole = sum(seconds for _, seconds in parts)
        return [Amount(whole, frozenset({("s", whole)})), *(Amount(count, frozenset({("s", seconds)})) for count, seconds in parts)]
    return None


def spoken(words: list[str]) -> tuple[float, int] | None:
    """The number that words in small letters begin with, and how many words it takes: ``two hundred pods`` gives 200 and 2."""
    total, current, taken = 0.0, 0.0, 0
    for word in words:
        parts = word.split("-")
        if all(part in _WORDS for part in parts):
            current += sum(_WORDS[part] for part in parts)
        elif word in _SCALES and taken:
            current = (current or 1) * _SCALES[word]
            if word != "hundred":
                total, current = total + current, 0.0
        elif not (word == "and" and taken and words[taken + 1 : taken + 2] and words[taken + 1] in _WORDS and current >= 100):  # noqa: PLR2004
            break
        taken += 1
    return (total + current, taken) if taken else None


def meanings_of(number: float, unit: str) -> frozenset[tuple[str, float]]:
    """What a number with a unit may mean; empty if the word is no unit."""
    return frozenset(_meanings(number, unit))


def _meanings(number: float, unit: str) -> Iterator[tuple[str, float]]:
    lower = unit.lower().rstrip(".")
    seconds = _SECONDS.get(lower) or _SECONDS.get(lower.removesuffix("s"))
    if seconds is not None and unit != "M":
        yield "s", number * seconds
    if lower in {"%", "percent"}:
        yield "%", number
    if unit == "m" or lower in {"millicore", "millicores"}:
        yield "cores", number / 1000
    if lower in {"core", "cores", "cpu", "cpus", "vcpu", "vcpus"}:
        yield "cores", number
    if lower in {"b", "byte", "bytes"}:
        yield "bytes", number
    letter = _prefix(unit)
    if letter:  # who writes MB for Mi means the same limit
        yield "bytes", number * _BINARY[letter]
        yield "bytes", number * _DECIMAL[letter]


def _prefix(unit: str) -> str:
    lower = unit.lower()
    if lower.removesuffix("s").endswith("byte"):
        return _PREFIXES.get(lower.removesuffix("s").removesuffix("byte"), "")
    found = re.fullmatch(r"([kKMGTPE])(?:i?[bB]?)|([kmgtpe])(?:i[bB]?|[bB])", unit)
    return (found[1] or found[2]).lower() if found else ""


def _clock(match: re.Match[str], following: str) -> Clock:
    half = (match[4] or following).lower().replace(".", "")
    hour = int(match[1])
    if half in {"am", "pm"}:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return Clock(f"{hour:02d}:{match[2]}" + (f":{match[3]}" if match[3] else ""))


def _amounts(match: re.Match[str], following: str) -> list[Quantity] | None:
    number = float(match[1].replace(",", "") + (match[2] or ""))
    unit = match[3]
    if unit.lower() in {"am", "pm"}:
        return [Clock(f"{int(number) % 12 + (12 if unit.lower() == 'pm' else 0):02d}:00")]
    if unit and unit.lower() not in {"x", "th", "st", "nd", "rd"}:
        meant = meanings_of(number, unit)
        return [Amount(number, meant)] if meant else None
    return [Amount(number, frozenset() if unit else meanings_of(number, following))]
