"""Reads log lines as entries: when, how grave, and what is said, for the forms that programs write in.

JSON, logfmt (``level=error msg=…``), klog (``E0915 09:40:10.000000``), nginx (``[error]``), and plain lines with a time and
a level in front. The level is what the program itself gives; a line without one is grave only when its words leave no doubt.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec

from arcops.kube.times import time_ms

Body = Any
"""A JSON value."""


class Grade(enum.IntEnum):
    """How grave a line is. ``UNKNOWN`` lines have no level of their own."""

    UNKNOWN = 0
    FINE = 1
    WARNING = 2
    ERROR = 3
    FATAL = 4


class LogEntry(NamedTuple):
    """One line. ``time_ms`` is None where it names no time; ``text`` is the line without time and level."""

    line: str
    time_ms: int | None
    grade: Grade
    text: str


_GRADES: Mapping[str, Grade] = {
    **dict.fromkeys(("trace", "debug", "info", "information", "notice", "log", "verbose", "success"), Grade.FINE),
    **dict.fromkeys(("warn", "warning"), Grade.WARNING),
    **dict.fromkeys(("error", "err", "severe", "fail", "failure"), Grade.ERROR),
    **dict.fromkeys(("fatal", "critical", "crit", "alert", "emerg", "emergency", "panic", "dpanic"), Grade.FATAL),
}
_KLOG = {"I": Grade.FINE, "W": Grade.WARNING, "E": Grade.ERROR, "F": Grade.FATAL}
_BUNYAN = ((60, Grade.FATAL), (50, Grade.ERROR), (40, Grade.WARNING), (0, Grade.FINE))
"""Numbers of pino and bunyan."""

_ESCAPES = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_TIME = re.compile(r"\[?(\d{4})[-/](\d\d)[-/](\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,](\d{1,9}))? ?(Z|[+-]\d\d:?\d\d)?\]?[\s:]*")
_KLOG_LINE = re.compile(r"([IWEF])(\d\d)(\d\d) (\d\d:\d\d:\d\d)\.\d+\s+\d+ [\w.\-]+:\d+\] ?(.*)", re.DOTALL)
_LEVEL = re.compile(r"^[\[<(|]?\s*([A-Za-z]{3,11})\s*[\])>|]?(?::|\s|$)")
_LEVEL_LATER = re.compile(r"(?:^|\s|\[)(TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|SEVERE|FATAL|CRITICAL|PANIC)(?:\]|:|\s|$)")
_LOGFMT = re.compile(r"\b(?:level|lvl|severity|loglevel)=[\"']?(\w+)", re.IGNORECASE)
_LOGFMT_TIME = re.compile(r"\b(?:ts|time|t|timestamp)=[\"']?(\S+?)[\"']?(?:\s|$)")
_BRACKETS = re.compile(r"\[(emerg|alert|crit|error|warn|notice|info|debug)\]")
_GRAVE = re.compile(
    r"^(?:panic:|fatal error:|Traceback \(most recent call last\)|Unhandled [Ee]xception|Uncaught |Exception in thread|"
    r"thread '.*' panicked at|[\w.]*(?:Error|Exception): |Caused by: |FATAL|ERROR|Error: |error: |npm ERR!|Segmentation fault)"
)
_LEVEL_KEYS = ("level", "lvl", "severity", "log.level", "levelname", "Level", "@l", "loglevel", "s")
_TEXT_KEYS = ("msg", "message", "error", "err", "exception", "@m", "Message", "event", "detail", "reason", "log", "attr")
_NESTED_KEYS = ("error", "message", "msg", "errmsg", "reason")
_TIME_KEYS = ("ts", "time", "timestamp", "@timestamp", "@t", "Timestamp", "datetime", "asctime", "t")
_LEVEL_WITHIN = 60
"""A level word further into a line is part of what it says."""


def entry_of(line: str, year: str = "") -> LogEntry:
    """A line read; ``year`` is that of klog's times, which name none."""
    plain = _ESCAPES.sub("", line).strip()
    if plain.startswith("{"):
        found = _json(plain)
        if found is not None:
            return found
    klog = _KLOG_LINE.match(plain)
    if klog:
        at_ms = time_ms(f"{year}-{klog[2]}-{klog[3]}T{klog[4]}Z") if year else None
        return LogEntry(plain, at_ms, _KLOG[klog[1]], klog[5])
    time = _TIME.match(plain)
    at_ms = _moment(time) if time else _logfmt_time(plain)
    rest = plain[time.end() :] if time else plain
    grade, text = _graded(rest)
    return LogEntry(plain, at_ms, grade, text)


def _graded(rest: str) -> tuple[Grade, str]:
    """The level at the head of a line, or in it."""
    if rest.startswith(("panic:", "fatal error:")):
        return Grade.FATAL, rest
    found = _LEVEL.match(rest)
    if found:
        grade = _GRADES.get(found[1].lower())
        if grade is not None and (found[1].isupper() or rest[found.end() - 1 : found.end()] == ":" or rest[0] in "[<(|"):
            return grade, rest[found.end() :].strip()
    logfmt = _LOGFMT.search(rest)
    if logfmt:
        return _GRADES.get(logfmt[1].lower(), Grade.UNKNOWN), rest
    bracket = _BRACKETS.search(rest[:_LEVEL_WITHIN])
    if bracket:
        return _GRADES[bracket[1]], rest[bracket.end() :].strip()
    later = _LEVEL_LATER.search(rest[:_LEVEL_WITHIN])
    if later:
        return _GRADES[later[1].lower()], rest[later.end() :].strip() or rest
    return (Grade.ERROR if _GRAVE.match(rest) else Grade.UNKNOWN), rest


def _json(line: str) -> LogEntry | None:
    try:
        body: Body = msgspec.json.decode(line)
    except (msgspec.DecodeError, RecursionError):
        return None
    if not isinstance(body, dict):
        return None
    level = next((body[key] for key in _LEVEL_KEYS if body.get(key) is not None), None)
    texts = [text for key in _TEXT_KEYS for text in _words(body.get(key))]
    at = next((body[key] for key in _TIME_KEYS if body.get(key) is not None), None)
    return LogEntry(line, _json_time(at), _json_grade(level), ": ".join(dict.fromkeys(texts)) or line)


def _words(value: Body) -> list[str]:
    """What a field says: a text, or the texts of an object that tells of an error (``"attr": {"error": …}``, ``"err": {"message": …}``)."""
    if isinstance(value, dict):
        return [value[key] for key in _NESTED_KEYS if isinstance(value.get(key), str) and value[key]]
    return [value] if isinstance(value, str) and value else []


def _json_grade(level: Body) -> Grade:
    if isinstance(level, int | float) and not isinstance(level, bool):
        return next((grade for least, grade in _BUNYAN if level >= least), Grade.UNKNOWN)
    return _GRADES.get(str(level).lower(), Grade.UNKNOWN) if level is not None else Grade.UNKNOWN


def _json_time(value: Body) -> int | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        in_ms = value if value > 1e11 else value * 1000  # noqa: PLR2004 - seconds or milliseconds
        return int(in_ms) if 0 < in_ms < 1e14 else None  # noqa: PLR2004
    return _text_time(value) if isinstance(value, str) else None


def _logfmt_time(line: str) -> int | None:
    found = _LOGFMT_TIME.search(line) if "=" in line else None
    return _text_time(found[1]) if found else None


def _text_time(text: str) -> int | None:
    found = _TIME.match(text)
    return _moment(found) if found else None


def _moment(found: re.Match[str]) -> int | None:
    """The time; one without a zone is taken for UTC, as containers keep it."""
    fraction = f".{(found[5] + '000000')[:6]}" if found[5] else ""
    return time_ms(f"{found[1]}-{found[2]}-{found[3]}T{found[4]}{fraction}{found[6] or 'Z'}")
