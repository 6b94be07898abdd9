"""What the terminal can do: whether colour is wanted, how wide it is."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TextIO


def wants_color(choice: bool | None, stream: TextIO) -> bool:
    """Whether to colour ``stream``: ``--color`` first, then NO_COLOR, then TERM=dumb, then whether it is a terminal.

    ``choice`` is True for ``always``, False for ``never``, None for ``auto``.
    """
    if choice is not None:
        return choice
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return stream.isatty()


def line_width(stream: TextIO | None = None) -> int | None:
    """Columns of the terminal, or None where the output goes to a file or a pipe and must not be cut."""
    stream = stream or sys.stdout
    return shutil.get_terminal_size().columns if stream.isatty() else None
