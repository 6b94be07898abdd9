"""Lines of a log that carry a time and say that something failed."""

from __future__ import annotations

import re
from typing import NamedTuple

from arcops.kube.times import time_ms

_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?")
_FAILS = re.compile(
    r"\b(?:ERROR|FATAL|CRITICAL|SEVERE|PANIC|Exception|Traceback|panic)\b|level=(?:error|fatal|panic|critical)"
    r"|\"(?:level|severity|lvl)\" ?: ?\"(?:error|fatal|critical|panic|ERROR|FATAL|CRITICAL)\"|^[EF]\d{4} \d\d:\d\d|\b5\d\d Internal"
)
_DENIES = re.compile(r"\b(?:0|no) (?:errors?|failed)\b|errors?[=:] ?0\b|without errors?", re.IGNORECASE)
_LONGEST = 300


class StampedLine(NamedTuple):
    """When it was written, in Unix milliseconds, and what."""

    at_ms: int
    line: str


def stamped_failures(text: str) -> list[StampedLine]:
    """The lines that say so and carry a time, in their order; a time without a zone is taken as UTC."""
    found: list[StampedLine] = []
    for line in text.splitlines():
        if not _FAILS.search(line) or _DENIES.search(line):
            continue
        match = _TIME.search(line)
        at_ms = _ms(match[0]) if match else None
        if at_ms is not None:
            found.append(StampedLine(at_ms, line.strip()[:_LONGEST]))
    return found


def _ms(text: str) -> int | None:
    stamp = text.replace(" ", "T").replace(",", ".")
    zoned = stamp if stamp.endswith("Z") or stamp[-6:-5] in "+-" or stamp[-5:-4] in "+-" else f"{stamp}Z"
    return time_ms(zoned)
