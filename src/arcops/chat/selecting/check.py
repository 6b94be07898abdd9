"""One restriction of a list that can be tried on an object, and how a sentence says it."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass

from arcops.inventory.base import Entry

Holds = Callable[[Entry], bool]

COMPARE: dict[str, Callable[[float, float], bool]] = {
    "=": operator.eq, "!=": operator.ne, ">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le,
}  # fmt: skip
"""The operators of amounts."""
SAID_AS = {"=": "", "!=": "other than ", ">": "more than ", ">=": "at least ", "<": "less than ", "<=": "at most "}


@dataclass(frozen=True, slots=True)
class Check:
    """``said`` is the end of a sentence in which ``{are}``, ``{have}``, ``{do}`` and ``{s}`` follow the number: ``{are} not ready``."""

    said: str
    holds: Holds


def for_number(said: str, count: int) -> str:
    """The predicate for so many: ``is not ready``, ``are not ready``, ``runs on n1``."""
    one = count == 1
    words = {
        "{are}": "is" if one else "are",
        "{have}": "has" if one else "have",
        "{do}": "does" if one else "do",
        "{s}": "s" if one else "",
    }
    for mark, word in words.items():
        said = said.replace(mark, word)
    return said


def both(checks: list[Check], count: int) -> str:
    """All predicates as one: ``are not ready and use image nginx``."""
    return " and ".join(for_number(check.said, count) for check in checks)


def denied(check: Check) -> Check:
    """The contrary of a check."""
    said = re.sub(r"^(\w+)\{s\}", r"{do} not \1", check.said).replace("{have}", "{do} not have").replace("{are}", "{are} not")
    return Check(said, lambda entry: not check.holds(entry))


def number_of(text: str) -> float | None:
    """A plain number, or None."""
    try:
        return float(text)
    except ValueError:
        return None
