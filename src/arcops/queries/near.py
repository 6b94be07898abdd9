"""Names that look like the one that was not found, so that a typing error costs one more look and not a search."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

_MOST = 400
"""Names compared in full. A comparison costs about 20 µs, so that this stays below 10 ms."""


def near_names(name: str, names: Iterable[str], most: int = 3) -> list[str]:
    """Up to ``most`` of ``names`` that a person may have meant by ``name``, the likeliest first."""
    plain = name.lower()
    stem = plain[:3]
    likely: list[str] = []
    other: list[str] = []
    for candidate in names:
        if candidate.startswith(plain) or plain in candidate or candidate in plain:
            likely.append(candidate)
        elif candidate[:3] == stem or len(other) < _MOST:
            other.append(candidate)
    found = sorted(likely, key=lambda n: (not n.startswith(plain), len(n), n))[:most]
    other.sort(key=lambda n: n[:3] != stem)
    for candidate in get_close_matches(plain, other[:_MOST], n=most, cutoff=0.6):
        if candidate not in found:
            found.append(candidate)
    return found[:most]


def did_you_mean(names: Iterable[str]) -> str:
    """``Did you mean a, b or c?``, or "" for no names."""
    listed = list(names)
    if not listed:
        return ""
    *first, last = listed
    return f"Did you mean {', '.join(first)} or {last}?" if first else f"Did you mean {last}?"
