"""What the model is told before every question: stable, so that servers keep it ready."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def system_prompt() -> str:
    """The first message: at most 220 tokens, the same for every question."""
    return (files(__name__) / "system.md").read_text(encoding="utf-8").strip()


@cache
def ordinary_words() -> frozenset[str]:
    """Words that name nothing of a cluster, in small letters: a model may use them without a fact."""
    text = (files(__name__) / "words.txt").read_text(encoding="utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())
