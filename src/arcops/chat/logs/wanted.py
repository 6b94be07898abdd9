"""Which lines a question wants: how many, errors alone, those with a word, of a span, of the run before."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from arcops.base.clock import rfc3339
from arcops.chat.base import Reading
from arcops.findings.text.digest import is_error
from arcops.findings.text.entries import Grade, entry_of

USUAL_LINES = 20
MOST_LINES = 60
AROUND_MS = 5 * 60_000
"""A moment means the lines of the five minutes before and after it."""
_COUNT = re.compile(
    r"\b(?:last|latest|final|tail|first|recent)\s+(\d{1,4})\b|\b(\d{1,4})\s+(?:last\s+|recent\s+|error\s+|log\s+)?lines?\b|"
    r"--tail[= ](\d{1,4})"
)
_ERRORS = re.compile(
    r"\b(?:errors?|exceptions?|fail(?:s|ed|ure|ures|ing)?|fatals?|panics?|stack ?traces?|tracebacks?|criticals?|wrong|problems?|"
    r"issues?|complain\w*)\b"
)
_MAY_MATTER = re.compile(
    r"err|sever|fail|fatal|crit|alert|emerg|panic|except|traceback|segm|uncaught|caused|refus|timed? ?out|denied|level|lvl|[EF]\d{4} ",
    re.IGNORECASE,
)
"""A line without any of these is no error; reading each closely would take seconds for a long log."""
_MAY_WARN = re.compile(rf"{_MAY_MATTER.pattern}|warn|W\d{{4}} ", re.IGNORECASE)
_WARNINGS = re.compile(r"\b(?:warn(?:ing|ings|s)?)\b")
_WITH = re.compile(r"\b(?:containing|contains?|that mention|mention(?:ing|s)?|matching|match(?:es)?|with the (?:word|text|string)|"
    r"grep(?: for)?|includ(?:e|es|ing)|about|with)\s+"
                   r"(?:\"([^\"]+)\"|'([^']+)'|`([^`]+)`)|\bgrep(?: for| -i)?\s+(\S+)")  # fmt: skip
_STATUS = re.compile(r"\b([45])(xx|0\d|[1-9]\d)s?\b(?! ?(?:lines|errors? lines|ms|seconds))")
"""The status of an answer over HTTP."""
_STAMP = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z ")


@dataclass(frozen=True, slots=True)
class LinesWanted:
    """``keep`` tells the lines that are asked for, ``said`` what they are (``error lines``); a span's ends are None where open."""

    most: int
    keep: Callable[[str], bool] | None
    said: str
    since_ms: int | None
    until_ms: int | None

    @property
    def has_span(self) -> bool:
        """Whether a span or moment was named."""
        return self.since_ms is not None or self.until_ms is not None


def wanted_of(reading: Reading, now_ms: int) -> LinesWanted:
    """Which lines."""
    text = reading.question.lower()
    found = _COUNT.search(text)
    most = max(1, min(MOST_LINES, int(next(group for group in found.groups() if group)))) if found else USUAL_LINES
    year = rfc3339(now_ms)[:4]
    keep, said = _kept(reading, text, year)
    since_ms, until_ms = reading.since_ms, reading.until_ms
    if reading.at_ms is not None and since_ms is None and until_ms is None:
        since_ms, until_ms = reading.at_ms - AROUND_MS, reading.at_ms + AROUND_MS
    return LinesWanted(most, keep, said, since_ms, until_ms)


def _kept(reading: Reading, text: str, year: str) -> tuple[Callable[[str], bool] | None, str]:
    searched = _WITH.search(reading.question)
    if searched:
        word = next(group for group in searched.groups() if group)
        return (lambda line: word.lower() in line.lower()), f'lines with "{word}"'
    status = _STATUS.search(text)
    if status:
        found = re.compile(rf"(?<![\d.:]){status[1]}{status[2].replace('x', '[0-9]')}(?![\d.:])")
        return (lambda line: bool(found.search(line))), f"lines with {status[0]}"
    if _ERRORS.search(text):
        return (lambda line: bool(_MAY_MATTER.search(line)) and is_error(entry_of(plain(line), year))), "error lines"
    if _WARNINGS.search(text):
        return (lambda line: bool(_MAY_WARN.search(line)) and entry_of(plain(line), year).grade >= Grade.WARNING), "warnings and errors"
    return None, "lines"


def plain(line: str) -> str:
    """A line without the time the kubelet put in front."""
    return _STAMP.sub("", line, count=1)
