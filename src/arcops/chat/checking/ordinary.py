"""Words of everyday English, which name nothing of a cluster."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def ordinary_words() -> frozenset[str]:
    """The words, in small letters: a model may use them without a fact."""
    text = files("arcops.chat.checking").joinpath("ordinary.txt").read_text(encoding="utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())
