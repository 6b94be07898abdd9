"""What the model is told before every question: stable, so that servers keep it ready."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def system_prompt() -> str:
    """The first message: at most 220 tokens, the same for every question."""
    return (files(__name__) / "system.md").read_text(encoding="utf-8").strip()
