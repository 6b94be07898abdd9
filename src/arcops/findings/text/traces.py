"""The line of a stack trace that names the cause: of Python, Java, Node, Go, .NET, C++, Rust and Ruby."""

from __future__ import annotations

import re
from collections.abc import Sequence

_PYTHON_HEAD = re.compile(r"^Traceback \(most recent call last\)")
_PYTHON_END = re.compile(r"^[A-Za-z_][\w.]*(?:: .+)?$")
_STAMP = re.compile(r"\[?(?:\d{4}-\d\d-\d\d[T ])?\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?\]?(?= )")
_RUST = re.compile(r"^thread '.*' (?:\(\d+\) )?panicked at .+")
_PLAIN = tuple(
    re.compile(pattern)
    for pattern in (
        r"^Caused by: .+",  # Java: the innermost is the last
        r"^ ?---> .+|^Unhandled exception\. ?.+",  # .NET
        r"^panic: .+|^fatal error: .+",  # Go
        r"^ *what\(\): .+",  # C++
        r"^Exception in thread .+",  # Java without a cause
        r"^\S+\.rb:\d+:in .+\(\w+(?:::\w+)*\)$",  # Ruby
        r"^(?:Uncaught )?\w*(?:Error|Exception)(?: \[\w+\])?: .+",  # Node
    )
)


def cause_of_trace(lines: Sequence[str]) -> str:
    """The decisive line of the last trace among these lines, whose indentation is kept; "" where there is none."""
    lines = _without_stamps(lines)
    return _rust(lines) or _python(lines) or next((found for pattern in _PLAIN if (found := _last(pattern, lines))), "")


def _without_stamps(lines: Sequence[str]) -> Sequence[str]:
    """The lines without the time that a supervisor puts before each, and without the gap behind it: what is left is indented as written."""
    stamps = [_STAMP.match(line) for line in lines]
    gaps = [len(line[stamp.end() :]) - len(line[stamp.end() :].lstrip(" ")) for line, stamp in zip(lines, stamps, strict=True) if stamp]
    if not gaps:
        return lines
    return [line[stamp.end() + min(gaps) :] if stamp else line for line, stamp in zip(lines, stamps, strict=True)]


def _last(pattern: re.Pattern[str], lines: Sequence[str]) -> str:
    return next((line.strip() for line in reversed(lines) if pattern.match(line)), "")


def _python(lines: Sequence[str]) -> str:
    """The first line after the last traceback that is not indented."""
    places = [place for place, line in enumerate(lines) if _PYTHON_HEAD.match(line)]
    if not places:
        return ""
    return next((line.strip() for line in lines[places[-1] + 1 :] if _PYTHON_END.match(line)), "")


def _rust(lines: Sequence[str]) -> str:
    """Where it panicked, and the message, which stands on the next line since Rust 1.73."""
    for place in range(len(lines) - 1, -1, -1):
        if _RUST.match(lines[place]):
            following = lines[place + 1].strip() if place + 1 < len(lines) else ""
            has_message = lines[place].endswith(":") and following and not following.startswith(("note:", "stack backtrace"))
            return f"{lines[place].strip()} {following}" if has_message else lines[place].strip()
    return ""
