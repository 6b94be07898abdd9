"""Which lines a question wants: how many, errors alone, those with a word, of a span, of the run before."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from arcops.base.clock import rfc3339
from arcops.chat.base import Reading
from arcops.findings.text.digest import is_error
from arcops.findings.text.entries import Grade, entry_of

USUAL_LINES = 20
MOST_LINES = 60
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
_LEVEL = re.compile(r"\b(debug|trace|info)(?: level)? (?:lines?|logs?|messages?|output)\b")
_STATUS = re.compile(r"\b([45])(xx|0\d|[1-9]\d)s?\b(?! ?(?:lines|errors? lines|ms|seconds))")
"""The status of an answer over HTTP."""
_COUNTS = re.compile(r"\bhow (?:many|often)\b|\bcounts?\b|\bnumber of\b")
_WHEN = re.compile(r"\bwhen\b|\bfirst\b|\bwhat time\b")
_LAST = re.compile(r"\b(?:last|newest|final|latest|most recent) (?:log )?(?:line|message|entry|output)\b|\b(?:last|final|dying) words\b")
_SHORTEST_HINT = 4
_NO_HINTS = frozenset((
    "show", "print", "please", "line", "lines", "logs", "last", "latest", "recent", "first", "output", "before", "after", "crash",
    "crashed",
    "happen", "happened", "from", "with", "what", "when", "that", "this", "have", "does", "there", "only", "start", "started", "time",
    "times", "minutes", "hour", "since", "around", "about", "here", "full", "more", "pull", "everything", "anything", "something", "died",
    "info", "often", "many", "errors", "error",
    "message", "messages", "container", "write", "wrote", "said", "saying", "exactly", "right", "just",
))  # fmt: skip
_STAMP = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z ")


@dataclass(frozen=True, slots=True)
class LinesWanted:
    """``keep`` tells the lines that are asked for, ``said`` what they are (``error lines``); a span's ends are None where open.

    ``hints`` are words of the question that lines are looked through for where nothing else tells which are meant; ``is_asked``:
    their number or time is asked for, ``is_last``: the last line alone.
    """

    most: int
    keep: Callable[[str], bool] | None
    said: str
    since_ms: int | None
    until_ms: int | None
    hints: tuple[str, ...] = ()
    is_asked: bool = False
    is_last: bool = False

    @property
    def is_search(self) -> bool:
        """Whether lines with a word are asked for, and not those of a grade."""
        return self.said.startswith("lines with")

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
    is_asked = bool(_COUNTS.search(text) or _WHEN.search(text))
    hints = _hints(reading, is_asked=is_asked) if keep is None or (is_asked and not said.startswith("lines with")) else ()
    is_last = found is None and _LAST.search(text) is not None
    return LinesWanted(most, keep, said, reading.since_ms, reading.until_ms, hints, is_asked=is_asked, is_last=is_last)


def _hints(reading: Reading, *, is_asked: bool) -> tuple[str, ...]:
    """Words that lines may hold: those that mean nothing else; where a number or a time is asked for all but the names."""
    words: Sequence[str] = reading.words
    if is_asked:
        names = " ".join(ref.name for ref in (*reading.objects, *reading.gone))
        words = [word for word in re.findall(r"[a-z0-9_]+", reading.question.lower()) if word not in names]
    return tuple(word.lower() for word in words if len(word) >= _SHORTEST_HINT and word.lower() not in _NO_HINTS)


def searched(wanted: LinesWanted, lines: Sequence[str]) -> LinesWanted:
    """With the words of the question that some of the lines hold and others do not: ``when did the redis timeout happen``."""
    texts = [line.lower() for line in lines]
    counts = [(word, sum(word in text for text in texts)) for word in wanted.hints]
    least = len(texts) + 1 if wanted.is_asked else len(texts)
    telling = [word for word, count in counts if 0 < count < least]
    together = [word for word in telling if any(all(one in text for one in telling) for text in texts)] or telling[:1]
    if not together:
        return wanted

    quoted_words = [f'"{word}"' for word in together]

    def has_words(line: str) -> bool:
        return all(one in line.lower() for one in together) and (wanted.keep is None or wanted.keep(line))

    return replace(wanted, keep=has_words, said=f"lines with {' and '.join(quoted_words)}")


def _kept(reading: Reading, text: str, year: str) -> tuple[Callable[[str], bool] | None, str]:
    searched = _WITH.search(reading.question) or _LEVEL.search(text)
    if searched:
        word = next(group for group in searched.groups() if group)
        return (lambda line: word.lower() in line.lower()), f'lines with "{word}"'
    status = _STATUS.search(text)
    if status:
        found = re.compile(rf"(?:(?<![\d.:/])|(?<=\":)){status[1]}{status[2].replace('x', '[0-9]')}(?![\d.:/])")
        return (lambda line: bool(found.search(line))), f"lines with {status[0]}"
    if _ERRORS.search(text):
        return (lambda line: bool(_MAY_MATTER.search(line)) and is_error(entry_of(plain(line), year))), "error lines"
    if _WARNINGS.search(text):
        return (lambda line: bool(_MAY_WARN.search(line)) and entry_of(plain(line), year).grade >= Grade.WARNING), "warnings and errors"
    return None, "lines"


def plain(line: str) -> str:
    """A line without the time the kubelet put in front."""
    return _STAMP.sub("", line, count=1)
