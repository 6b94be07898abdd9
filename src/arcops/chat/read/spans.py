"""The time a question speaks of, made to fit what it wants: a moment to look at, or a span to search."""

from __future__ import annotations

import re

from arcops.chat.base import Intent
from arcops.chat.read.clocks import DAY_MS
from arcops.chat.read.times import Spoken

_AROUND_MS = 15 * 60_000
"""What happened "at 3pm" is looked for so far on both sides."""
_AROUND_LINE_MS = 5 * 60_000
"""Lines "at 3pm" are looked for so far on both sides: there are more of them than of changes."""
_SEARCHED = {Intent.CHANGED, Intent.LOGS, Intent.HISTORY}
_COMPARED = re.compile(r"\b(?:differ\w*|compar\w*|diff|versus|vs)\b|\bbetween now and\b")
"""What asks how now is unlike a moment, and so for all that changed since."""
_WERE = re.compile(r"\b(?:were|was|existed|ran|did)\b")


def fitted(times: Spoken, intent: Intent, now_ms: int, sentence: str) -> Spoken:
    """A moment as a span where things are searched for, a day as a moment where the look of something is asked for."""
    if times.at_ms is not None and intent is Intent.CHANGED and _COMPARED.search(sentence):
        return Spoken(since_ms=times.at_ms, until_ms=now_ms, notes=times.notes)
    if times.at_ms is not None and intent in _SEARCHED:
        around_ms = _AROUND_LINE_MS if intent is Intent.LOGS else _AROUND_MS
        return Spoken(
            since_ms=max(0, times.at_ms - around_ms),
            until_ms=min(now_ms, times.at_ms + around_ms),
            around_ms=times.at_ms,
            notes=times.notes,
        )
    is_look = intent is Intent.STATE or (intent in {Intent.LIST, Intent.COUNT} and bool(_WERE.search(sentence)))
    if is_look and times.until_ms is not None and times.since_ms is None and times.until_ms < now_ms:
        return Spoken(at_ms=max(0, times.until_ms - 1_000), notes=times.notes)
    if times.is_day and is_look:
        return _same_hour(times, now_ms)
    if times.until_ms is not None and times.until_ms > now_ms:
        return Spoken(since_ms=times.since_ms, until_ms=now_ms, is_day=times.is_day, notes=times.notes)
    return times


def _same_hour(times: Spoken, now_ms: int) -> Spoken:
    """A past day as the moment that lies whole days back; a part of a day as its end; today as now."""
    since_ms, until_ms = times.since_ms or 0, times.until_ms or now_ms
    if until_ms >= now_ms:
        return Spoken(notes=times.notes)
    at_ms = now_ms - DAY_MS * -(-(now_ms - until_ms) // DAY_MS)
    return Spoken(at_ms=at_ms if since_ms <= at_ms <= until_ms else until_ms, notes=times.notes)
