"""Text with weight and colour, where the terminal wants them."""

from __future__ import annotations

import click

from arcops.cli.output import stdout_color


def bold(text: str) -> str:
    """Bold, if colours are wanted."""
    return click.style(text, bold=True) if stdout_color() else text


def toned(text: str, color: str) -> str:
    """In a colour, if colours are wanted and one is named."""
    return click.style(text, fg=color) if color and stdout_color() else text
