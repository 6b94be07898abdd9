"""The few forms of Markdown the reference pages use."""

from collections.abc import Iterable, Sequence

WRITTEN_BY = "<!-- Written by `make reference` from the code. Change the code. -->"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; line breaks and bars in a cell are made harmless."""
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    lines += [f"| {' | '.join(cell(text) for text in row)} |" for row in rows]
    return "\n".join(lines)


def cell(text: str) -> str:
    """A text as it may stand in a table."""
    return " ".join(text.split()).replace("|", "\\|")


def code(value: object) -> str:
    """A value as code; "" for an empty one."""
    text = str(value)
    return f"`{text}`" if text else ""
