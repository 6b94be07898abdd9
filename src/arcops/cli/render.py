"""Tables as kubectl prints them: upper-case heads, three spaces, no borders; trouble in colour where colour is wanted."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

import click

_GAP = 3
_LEAST = 6
"""kubectl's own table writer: three spaces between columns, no column narrower than six with its gap."""

_TROUBLE = re.compile(
    r"Error|BackOff|Err[A-Z]|OOM|Evicted|Failed|NotReady|Lost|Unknown|Invalid|Cannot|Unexpected|Mismatch|Shutdown|missing|forbidden|failing|unreachable"
)
_CARE = re.compile(
    r"Pending|Warning|Terminating|ContainerCreating|PodInitializing|Init:|Scheduling|Released|Suspended|stale|loading|skipped|degraded"
)
_TONED_HEADS = {"STATUS", "REASON", "TYPE", "RESULT", "STATE", "PHASE", "SYNCED"}
_READY = re.compile(r"^(\d+)/(\d+)$")


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], *, headers: bool = True, color: bool = False) -> Iterator[str]:
    """The lines of a table. Every row has as many cells as there are heads."""
    shown = [[_plain(cell) for cell in row] for row in rows]
    widths = [max([_width(head) if headers else 0, *(_width(row[at]) for row in shown)]) for at, head in enumerate(heads)]
    if headers and heads:
        yield _line([(head, click.style(head, bold=True) if color else head) for head in heads], widths)
    for row in shown:
        yield _line([(cell, _toned(head, cell) if color else cell) for head, cell in zip(heads, row, strict=True)], widths)


def _line(cells: Sequence[tuple[str, str]], widths: Sequence[int]) -> str:
    """One line; cells are (what counts for the width, what is printed)."""
    padded = [
        painted + " " * (max(width + _GAP, _LEAST) - _width(bare)) for (bare, painted), width in zip(cells[:-1], widths, strict=False)
    ]
    return "".join(padded) + cells[-1][1] if cells else ""


def fit(text: str, width: int | None) -> str:
    """``text`` cut to ``width`` columns with an ellipsis; whole where there is no width (a pipe)."""
    if width is None or _width(text) <= width or width < 2:  # noqa: PLR2004 - room for one character and the ellipsis
        return text
    return text[: width - 1].rstrip() + "…"


def with_last_fitted(heads: Sequence[str], rows: Sequence[Sequence[str]], width: int | None) -> list[list[str]]:
    """The rows with their last cell cut so that a line of the table fits ``width``; whole where there is no width."""
    if width is None:
        return [list(row) for row in rows]
    before = next(table([*heads[:-1], "|"], [[*row[:-1], ""] for row in rows]))
    room = max(width - (_width(before) - 1), _width(heads[-1]))
    return [[*row[:-1], fit(row[-1], room)] for row in rows]


def tone(text: str) -> str:
    """``red`` for words of trouble, ``yellow`` for words of care, "" for the rest."""
    if _TROUBLE.search(text):
        return "red"
    return "yellow" if _CARE.search(text) else ""


def _toned(head: str, cell: str) -> str:
    color = ""
    if head in _TONED_HEADS:
        color = tone(cell)
    elif head == "READY" and (match := _READY.match(cell)):
        color = "yellow" if int(match[1]) < int(match[2]) else ""
    return click.style(cell, fg=color) if color else cell


def _plain(cell: str) -> str:
    """A cell on one line, without characters that would move the cursor: names and messages come from anyone."""
    if cell.isascii() and cell.isprintable():
        return cell
    return "".join(char if char.isprintable() else " " for char in cell)


def _width(text: str) -> int:
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
