"""What others wrote, as it may stand in a fact, a prompt and an answer: the chat's name for ``base/guard.py``."""

from __future__ import annotations

from arcops.base.guard import MOST_LINE_CHARS, safe_line

LONGEST_LINE = MOST_LINE_CHARS
"""Characters of one fact or line; longer ones are cut with an ellipsis."""


def inert(text: str, most: int = LONGEST_LINE) -> str:
    """The text as one masked line in which no control token, markup or terminal code is alive."""
    return safe_line(text, most)
