"""A container's log that is already here as text: cleaned and cut as a query asks."""

from __future__ import annotations

from arcops.base.guard import clean
from arcops.source.base import LogQuery


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
