"""Answers of the chat on a terminal: the few forms of Markdown they use (``chat/render.py``), folded to the width.

A whole Markdown library (rich with its parser: 14 MB, 0.1 s of start) would read what only we write.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from textwrap import wrap

import click

from arcops.cli.render import table

_BOLD = re.compile(r"\*\*(.+?)\*\*")
_CODE = re.compile(r"`([^`]+)`")
_CITED = re.compile(r"\[F\d+\]")
_RULE = re.compile(r"\|(?: ?-+ ?\|)+")
_FENCE = "```"
_INDENT = "    "
_ITEM = "- "
_COMMAND = "- `"
_NARROW = 40


def terminal_lines(text: str, *, width: int | None, color: bool) -> Iterator[str]:
    """The lines to print. ``width`` None folds nothing; without ``color`` only the marks go."""
    rows: list[list[str]] = []
    is_fenced = False
    for line in text.splitlines():
        if line.startswith("|") and not is_fenced:
            if not _RULE.fullmatch(line):
                rows.append(_cells(line))
            continue
        yield from _table(rows, color=color)
        rows = []
        if line.startswith(_FENCE):
            is_fenced = not is_fenced
        elif is_fenced:
            yield _INDENT + (click.style(line, fg="cyan") if color else line)
        else:
            yield from (_painted(part, color=color) for part in _folded(line, width))
    yield from _table(rows, color=color)


def _cells(line: str) -> list[str]:
    return [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def _table(rows: list[list[str]], *, color: bool) -> Iterator[str]:
    if rows:
        heads, *rest = rows
        yield from (f"  {line}" for line in table(heads, rest, color=color))


def _folded(line: str, width: int | None) -> list[str]:
    """A line in pieces; the later ones of an item stand under its text. A command stays whole, to be copied."""
    if width is None or width < _NARROW or len(line) <= width or line.startswith(_COMMAND):
        return [line]
    hang = "  " if line.startswith(_ITEM) else ""
    return wrap(line, width, subsequent_indent=hang, break_long_words=False, break_on_hyphens=False) or [""]


def _painted(line: str, *, color: bool) -> str:
    if not color:
        return _CODE.sub(r"\1", _BOLD.sub(r"\1", line))
    line = _BOLD.sub(lambda found: click.style(found[1], bold=True), line)
    line = _CODE.sub(lambda found: click.style(found[1], fg="cyan"), line)
    return _CITED.sub(lambda found: click.style(found[0], dim=True), line)
