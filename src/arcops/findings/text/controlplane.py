"""What the parts of a control plane write when they are in trouble, and what it means."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable
from typing import NamedTuple

from arcops.findings.text.entries import LogEntry, entry_of

_WINDOW_MS = 15 * 60_000


class Trouble(enum.StrEnum):
    """Kinds of trouble, the most decisive first."""

    STORE_FULL = "etcd's database has reached its size quota (alarm NOSPACE), so that every write is refused: database space exceeded"
    STORE_CORRUPT = "etcd has found its data corrupt (alarm CORRUPT)"
    DISK_FULL = "there is no space left on its disk"
    NO_LEADER = "etcd has no leader, so that nothing can be written"
    CERTIFICATE = "a certificate that it uses has expired or is not valid"
    NOT_LET_IN = "the API server does not let it in (Unauthorized or forbidden): its credentials are not valid"
    UNREACHED = "it does not reach the API server"
    PEER = "a member of etcd does not answer"
    SLOW_DISK = "etcd's disk or network is too slow for it"


class Sign(NamedTuple):
    """A kind of trouble found in a log: how often, the last line, and when first and last (None where lines have no time)."""

    trouble: Trouble
    line: str
    times: int
    first_ms: int | None
    last_ms: int | None


class _Words(NamedTuple):
    trouble: Trouble
    words: re.Pattern[str]
    least: int


_LOCK = r"error (?:initially creating|retrieving|updating) (?:resource )?(?:lock|lease)[^\n]{0,300}?"
_SIGNS: tuple[_Words, ...] = tuple(
    _Words(trouble, re.compile(words, re.IGNORECASE), least)
    for trouble, words, least in (
        (Trouble.STORE_FULL, r"database space exceeded|exceeded backend quota|alarm[^\n]{0,40}\bnospace\b", 1),
        (Trouble.STORE_CORRUPT, r"alarm[^\n]{0,40}\bcorrupt\b|found data inconsistency|corrupt cluster", 1),
        (Trouble.DISK_FULL, r"no space left on device", 1),
        (
            Trouble.NO_LEADER,
            r"etcdserver: no leader|no leader\b[^\n]{0,60}dropping|lost (?:the )?leader|elected leader [^\n]{0,40} no leader",
            3,
        ),
        (Trouble.CERTIFICATE, _LOCK + r"x509:|(?:tls|remote error|server|client)[^\n]{0,200}certificate (?:has expired|is not valid)", 3),
        (Trouble.NOT_LET_IN, _LOCK + r"(?:unauthorized|forbidden)|failed to (?:list|watch)[^\n]{0,200}: unauthorized", 2),
        (Trouble.UNREACHED, _LOCK + r"(?:connection refused|no route to host|i/o timeout|deadline exceeded|\beof\b|no such host)", 5),
        (Trouble.PEER, r"prober detected unhealthy status|failed to (?:reach|dial|connect to)[^\n]{0,60}peer|lost the tcp streaming", 5),
        (Trouble.SLOW_DISK, r"slow fdatasync|failed to send out heartbeat on time|leader is overloaded", 10),
    )
)


def troubles(log: str, now_ms: int, year: str) -> list[Sign]:
    """The kinds of trouble that a log tells of and that go on, the most decisive first."""
    found = (_sign(one, log.splitlines(), now_ms, year) for one in _SIGNS if one.words.search(log))
    return [sign for sign in found if sign is not None]


def _sign(one: _Words, lines: Iterable[str], now_ms: int, year: str) -> Sign | None:
    entries: list[LogEntry] = [entry_of(line, year) for line in lines if one.words.search(line)]
    times = [entry.time_ms for entry in entries if entry.time_ms is not None]
    if times and now_ms - max(times) > _WINDOW_MS:
        return None
    if len(entries) < one.least:
        return None
    return Sign(one.trouble, entries[-1].line, len(entries), min(times, default=None), max(times, default=None))
