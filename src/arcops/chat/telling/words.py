"""Small forms of prose: counts with their nouns, lists of names, moments and spans."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, tzinfo

from arcops.base.clock import rfc3339, to_datetime
from arcops.findings.base import Precision, Since
from arcops.kube.times import duration_text


def tallied(counts: Iterable[tuple[str, int]]) -> str:
    """``2 critical, 1 warning``: each count before its word, zeros left out."""
    return ", ".join(f"{count:,} {word}" for word, count in counts if count)


def moment(ms: int, zone: tzinfo = UTC) -> str:
    """A moment as RFC 3339 to the second in the asker's zone: ``2026-11-24T14:00:00Z``, ``2026-11-24T15:00:00+01:00``."""
    whole = ms // 1000 * 1000
    if zone is UTC:
        return rfc3339(whole)
    local = to_datetime(whole).astimezone(zone)
    return rfc3339(whole) if not local.utcoffset() else local.isoformat(timespec="seconds")


def age(ms: int, now_ms: int) -> str:
    """``20m ago``, as kubectl writes ages."""
    return f"{duration_text(max(0, now_ms - ms))} ago"


def dated(ms: int, now_ms: int, zone: tzinfo = UTC) -> str:
    """A moment with its age: ``2026-11-24T14:00:00Z (20m ago)``."""
    return f"{moment(ms, zone)} ({age(ms, now_ms)})"


def since_words(since: Since, now_ms: int, record_ms: int = 0, zone: tzinfo = UTC) -> str:
    """An onset: ``since 2026-11-24T14:00:00Z (20m ago)``, or that it is older than the record."""
    if since.at_ms is None:
        begun = f", which began at {moment(record_ms, zone)}" if record_ms else ""
        return f"since before the record{begun}"
    return f"since {moment(since.at_ms, zone)} ({age(since.at_ms, now_ms)})"


_KNOWN = {
    Precision.OBSERVED: "as I saw it turn",
    Precision.REPORTED: "by the time the cluster gives",
    Precision.BEFORE_RECORD: "when it was already so",
}


def onset_words(since: Since) -> str:
    """How an onset is known."""
    return _KNOWN[since.precision]


def capital(text: str) -> str:
    """The text with its first letter large."""
    return text[:1].upper() + text[1:]


def stopped(text: str) -> str:
    """The text with a full stop."""
    text = text.strip()
    return text if not text or text.endswith((".", "!", "?", "…")) else f"{text}."


def has_any(text: str, phrases: Collection[str]) -> bool:
    """Whether one of the phrases stands in a text as whole words."""
    padded = f" {text} "
    return any(f" {phrase} " in padded for phrase in phrases)
