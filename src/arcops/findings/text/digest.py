"""A log in short: which errors it tells, how often, from when to when, and what was said just before the first.

Lines that differ only in numbers, ids, addresses and times are one template. Grave is what a program calls so, or what
cannot be meant otherwise (a traceback, a panic); "0 errors" and "failover done" are not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from arcops.base.clock import rfc3339
from arcops.findings.text.entries import Grade, LogEntry, entry_of

WINDOW_MS = 10 * 60_000
"""The span behind the last error over which its rate is taken."""
_OFTEN_PER_MINUTE = 1.0
_LEAST = 5
_MOST_TEMPLATES = 8
_SHARE = 0.3
_LAST_WORDS = re.compile(
    r"worker stopped|giving up|shutting down|exiting|aborting|\bstopped\b|terminating|cannot continue|unrecoverable", re.IGNORECASE
)
_TRACE = re.compile(
    r"Traceback \(most recent|^panic: |panicked at|Unhandled [Ee]xception|Uncaught [\w]*(?:Error|[Ee]xception)|Exception in thread|"
    r"fatal error: |UnhandledPromiseRejection|Segmentation fault|OutOfMemoryError|core dumped"
)
_WELL = re.compile(
    r"\b(?:0|no|zero|without) (?:\w+ )?(?:errors?|failures?|failed|exceptions?)\b|\berrors?[=:] ?0\b|\bfailed[=:] ?0\b|error_log|"
    r"\bfailover\b(?!.*fail(?:ed|ure))|\brecovered\b|retry succeeded|"
    r"the object has been modified|context canceled|client disconnected|broken pipe|TLS handshake error from|stream closed|"
    r"request was cancell?ed|connection reset by peer",
    re.IGNORECASE,
)
"""Words that say that all is well, and errors that healthy programs report of others: conflicts, clients that went away."""
_MAY_MATTER = re.compile(
    r"err|sever|fail|fatal|crit|alert|emerg|panic|except|traceback|segm|uncaught|caused|refus|resolve|no such|timed? ?out|deadline|"
    r"unreach|no route|x509|cert|denied|auth|\"(?:level|lvl)\": ?[56]|^E\d{4} |^F\d{4} ",
    re.IGNORECASE,
)
"""A line without any of these is not worth reading closely."""
_VARIABLE = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|0x[0-9a-f]+|\b[0-9a-f]{12,}\b|\d+(?:\.\d+)*", re.IGNORECASE
)
_CHANGE = re.compile(
    r"(?:config\w*|settings?|properties) (?:was |were |file )?(?:re-?loaded|changed|updated|switched)|"
    r"reload(?:ed|ing)? (?:config|settings)|"
    r"switch(?:ed|ing)? (?:to|from|over)|->",
    re.IGNORECASE,
)
_LOOK_BACK = 20


class Repeated(NamedTuple):
    """One kind of error: an example (the last), how often, first and last when (None where the log has no times)."""

    example: LogEntry
    times: int
    first_ms: int | None
    last_ms: int | None


class Digest(NamedTuple):
    """The errors of a log, most frequent first. ``before`` is a line ahead of the first error that tells of a change."""

    errors: tuple[Repeated, ...]
    total: int
    lines: int
    first_place: int
    """The place of the first of them in the log, from 0."""
    first_ms: int | None
    last_ms: int | None
    before: str
    is_frequent: bool
    """More than one a minute, or a good part of a log without times."""
    is_trace: bool
    """A crash: panic, traceback, unhandled exception."""
    ends_badly: bool
    """The last thing the log says is that the program stopped."""

    @property
    def is_grave(self) -> bool:
        """Whether it is worth a warning rather than a note."""
        return self.is_frequent or self.is_trace or self.ends_badly


def is_error(entry: LogEntry) -> bool:
    """Whether a line is grave by its meaning."""
    return entry.grade >= Grade.ERROR and not _WELL.search(entry.text)


def digest(log: str, now_ms: int, wanted: Callable[[LogEntry], bool] = is_error) -> Digest | None:
    """What a log tells of errors (or of ``wanted`` lines); None if of none. ``now_ms`` decides whether they go on."""
    lines = [line for line in log.splitlines() if line.strip()]
    year = rfc3339(now_ms)[:4]
    errors = [(place, entry) for place, line in enumerate(lines) if _MAY_MATTER.search(line) and wanted(entry := entry_of(line, year))]
    if not errors:
        return None
    found = [entry for _, entry in errors]
    first = errors[0][0]
    templates = tuple(sorted(_templates(found), key=lambda one: -one.times))[:_MOST_TEMPLATES]
    times = [entry.time_ms for entry in found if entry.time_ms is not None]
    first_ms, last_ms = min(times, default=None), max(times, default=None)
    is_recent = last_ms is None or now_ms - last_ms <= WINDOW_MS
    return Digest(
        errors=templates, total=len(found), lines=len(lines), first_place=first, first_ms=first_ms, last_ms=last_ms,
        before=_before(lines[max(0, first - _LOOK_BACK) : first]),
        is_frequent=is_recent and _is_frequent(found, times, len(lines)),
        is_trace=is_recent and any(_TRACE.search(entry.text) for entry in found),
        ends_badly=is_recent and errors[-1][0] == len(lines) - 1 and _is_last_word(found[-1]),
    )  # fmt: skip


def template_of(text: str) -> str:
    """A line without what differs from one time to the next."""
    return _VARIABLE.sub("#", text)


def _templates(found: Sequence[LogEntry]) -> Iterator[Repeated]:
    groups: dict[str, list[LogEntry]] = {}
    for entry in found:
        groups.setdefault(template_of(entry.text), []).append(entry)
    for same in groups.values():
        times = [entry.time_ms for entry in same if entry.time_ms is not None]
        yield Repeated(same[-1], len(same), min(times, default=None), max(times, default=None))


def _is_frequent(found: Sequence[LogEntry], times: Sequence[int], lines: int) -> bool:
    if len(found) < _LEAST:
        return False
    if len(times) < len(found):
        return len(found) >= _SHARE * lines
    recent = [time for time in times if time >= times[-1] - WINDOW_MS]
    span_ms = max(recent[-1] - recent[0], 60_000)
    return len(recent) >= _LEAST and len(recent) / (span_ms / 60_000) > _OFTEN_PER_MINUTE


def _is_last_word(last: LogEntry) -> bool:
    return last.grade is Grade.FATAL or bool(_LAST_WORDS.search(last.text)) or last.text.startswith("FATAL")


def _before(lines: Sequence[str]) -> str:
    """The last line ahead of the errors that speaks of a change."""
    return next((line.strip() for line in reversed(lines) if _CHANGE.search(line)), "")
