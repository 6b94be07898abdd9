"""A container's log that is already here as text: cleaned and cut as a query asks."""

from __future__ import annotations

import re

from arcops.source.base import LogQuery

# CSI sequences, OSC strings (ended by BEL or ST), other two-byte escapes, then every control character but tab.
_ESCAPES = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b\n]*(?:\x07|\x1b\\)?|\x1b[@-Z\\-_]|[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def clean(text: str) -> str:
    """Text without NUL, escape sequences and other control characters; tabs and newlines stay."""
    return "\n".join(_ESCAPES.sub("", line) for line in text.split("\n"))


def tail_of(text: str, query: LogQuery) -> str:
    """The last lines a query asks for, cleaned, within its bytes (whole lines from the end)."""
    lines = clean(text).splitlines()[-query.tail_lines :] if query.tail_lines > 0 else []
    kept: list[str] = []
    room = query.limit_bytes
    for line in reversed(lines):
        room -= len(line.encode()) + 1
        if room < 0:
            break
        kept.append(line)
    return "".join(f"{line}\n" for line in reversed(kept))
