"""What others wrote, made safe to show and to put into a prompt: masked, defused, one line, of bounded length."""

from __future__ import annotations

import re

from arcops.base.redact import mask_text

LONGEST_LINE = 400
"""Characters of one fact or line; longer ones are cut with an ellipsis."""
_SPACE = re.compile(r"\s+")


def inert(text: str, most: int = LONGEST_LINE) -> str:
    """The text as one masked line in which no control token, markup or terminal code is alive."""
    line = _SPACE.sub(" ", mask_text(text)).strip()
    return line if len(line) <= most else f"{line[: most - 1]}…"
