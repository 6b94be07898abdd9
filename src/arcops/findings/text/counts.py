"""Numbers as people say them: once, twice, 12 times; 1 pod, 3 pods."""

from __future__ import annotations

_WORDS = {1: "once", 2: "twice"}


def times(number: int) -> str:
    """How often: ``once``, ``twice``, ``12 times``."""
    return _WORDS.get(number, f"{number} times")


def counted(number: int, noun: str) -> str:
    """How many: ``1 pod``, ``3 pods``. For nouns whose plural takes an s."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def none_of(number: int, noun: str) -> str:
    """That not one of some things is, as the head of a sentence: ``its only pod is not``, ``none of its 3 pods is``."""
    return f"its only {noun} is not" if number == 1 else f"none of its {number} {noun}s is"
