"""The rows of what was measured, for a terminal and for ``docs/reference/benchmarks.md``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Row(NamedTuple):
    """One claim: what was measured, the figure, the bar ("" for none), and whether it was met."""

    what: str
    figure: str
    bar: str
    is_met: bool


def below(what: str, figure: float, bar: float, unit: str, digits: int = 1) -> Row:
    """A row whose figure must be below its bar."""
    return Row(what, f"{figure:,.{digits}f} {unit}", f"< {bar:g} {unit}", figure < bar)


def at_least(what: str, figure: float, bar: float, unit: str = "") -> Row:
    """A row whose figure must reach its bar."""
    return Row(what, f"{figure:,.0f}{unit}", f">= {bar:,.0f}{unit}", figure >= bar)


def beside(what: str, figure: str) -> Row:
    """A row to compare with, without a bar."""
    return Row(what, figure, "", is_met=True)


def on_terminal(table: Sequence[Row]) -> Iterable[str]:
    """One line a row."""
    width = max(len(row.what) for row in table)
    for row in table:
        verdict = ("ok" if row.is_met else "MISS") if row.bar else ""
        yield f"{verdict:<4}  {row.what:<{width}}  {row.figure:>18}  {row.bar}".rstrip()


def as_page(sections: Sequence[tuple[str, Sequence[Row]]], ran_on: str) -> str:
    """The page of the reference."""
    lines = [
        "# Benchmarks", "",
        "Written by `make bench ARGS=--write`: every figure was measured in one run, beside its reference. " + ran_on, "",
    ]  # fmt: skip
    for title, table in sections:
        lines += [f"## {title}", "", "| what | figure | bar | |", "|---|---|---|---|"]
        lines += [
            f"| {row.what.strip()} | {row.figure} | {row.bar} | {('met' if row.is_met else '**missed**') if row.bar else ''} |"
            for row in table
        ]
        lines.append("")
    return "\n".join(lines)
