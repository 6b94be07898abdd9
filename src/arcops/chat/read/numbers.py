"""Amounts as people write them: ``5``, ``five``, ``4Gi``, ``500m``, ``2 hours``."""

from __future__ import annotations

import re

from arcops.chat.read.tables import table

_WORDS = tuple(table("words").sections["numbers"][0].split())
_LOOSE = {"a": 1, "an": 1, "once": 1, "twice": 2, "couple": 2, "thrice": 3, "few": 3, "dozen": 12, "half": 0.5}
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*(ki|mi|gi|ti|k|m|g|t|kb|mb|gb|tb|kib|mib|gib|tib)b?", re.ASCII)
_FACTORS = {"k": 1000, "m": 1000**2, "g": 1000**3, "t": 1000**4, "ki": 1024, "mi": 1024**2, "gi": 1024**3, "ti": 1024**4}
_UNITS = {
    "ms": 0.001, "s": 1, "sec": 1, "secs": 1, "second": 1, "seconds": 1, "m": 60, "min": 60, "mins": 60, "minute": 60, "minutes": 60,
    "h": 3600, "hr": 3600, "hrs": 3600, "hour": 3600, "hours": 3600, "d": 86_400, "day": 86_400, "days": 86_400, "w": 604_800,
    "week": 604_800, "weeks": 604_800, "month": 2_592_000, "months": 2_592_000, "year": 31_536_000, "years": 31_536_000,
}  # fmt: skip


def number_of(text: str) -> float | None:
    """The number of a word or figure, or None."""
    word = text.lower().replace(",", ".")
    if word in _WORDS:
        return float(_WORDS.index(word))
    if word in _LOOSE:
        return float(_LOOSE[word])
    try:
        return float(word)
    except ValueError:
        return None


def seconds_of(number: str, unit: str) -> float | None:
    """The seconds of ``two`` and ``hours``, or None."""
    amount, factor = number_of(number), _UNITS.get(unit.lower())
    return None if amount is None or factor is None else amount * factor


def bytes_of(text: str) -> int | None:
    """The bytes of ``4Gi``, ``4 GB`` or ``512M``, or None. ``4gb`` counts as ``4Gi``: nobody orders memory by thousands."""
    match = _SIZE.fullmatch(text.lower())
    if match is None:
        return None
    unit = match[2]
    factor = _FACTORS[f"{unit[0]}i"] if unit.endswith("b") else _FACTORS[unit]
    return round(float(match[1]) * factor)


def plain(number: float) -> str:
    """A number without a needless ``.0``."""
    return str(int(number)) if number == int(number) else str(number)
