"""When something began, and whether it has lasted long enough. Never the creation time of the newest pod.

*Reported* is what a field or event of the object says; *observed* the moment at which we saw it turn; all else was so
before the record began, and that is said.
"""

from __future__ import annotations

from arcops.findings.base import UNKNOWN_SINCE, Precision, Since, State
from arcops.kube.times import time_ms

MINUTE_MS = 60_000
HANDOVER_MS = 15 * MINUTE_MS
"""A pod that replaces one with the same fault within this time carries the fault on; it does not begin it."""


def since_of(reported_ms: int | None, now_ms: int, *, watched: bool) -> Since:
    """The onset of something that is true now and was not before (``watched``), or that was found true at the first look."""
    if reported_ms is not None and 0 < reported_ms <= now_ms:
        return Since(reported_ms, Precision.REPORTED)
    return Since(now_ms, Precision.OBSERVED) if watched else UNKNOWN_SINCE


def earlier(one: Since, other: Since) -> Since:
    """The earlier of two onsets of the same thing; one that is unknown lies before all that are known."""
    if one.at_ms is None or other.at_ms is None:
        return one if one.at_ms is None else other
    return one if one.at_ms <= other.at_ms else other


def earliest(times: list[Since]) -> Since:
    """The earliest known of several onsets; unknown only if none is known."""
    known = [since for since in times if since.at_ms is not None]
    return min(known, key=_at) if known else UNKNOWN_SINCE


def due_ms(since: Since, created: str | None, for_minutes: float) -> int:
    """When a predicate has lasted long enough. Where nothing tells its age, the subject's own age counts."""
    began = since.at_ms if since.at_ms is not None else time_ms(created) or 0
    return began + round(for_minutes * MINUTE_MS)


def state_at(due: int, now_ms: int) -> State:
    """Pending until then, open from then on."""
    return State.OPEN if due <= now_ms else State.PENDING


def _at(since: Since) -> int:
    return since.at_ms or 0
