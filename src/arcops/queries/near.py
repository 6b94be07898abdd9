"""Names that look like the one that was not found, so that a typing error costs one more look and not a search."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

_MOST = 500
"""Beginnings compared. A comparison costs about 20 µs, so that this stays near 10 ms."""


def near_names(name: str, names: Iterable[str], most: int = 3) -> list[str]:
    """Up to ``most`` of ``names`` that a person may have meant by ``name``, the likeliest first.

    Names that hold it come first, the shortest before the others. Then those that begin alike: generated names are long
    (``checkout-7d9f8b6c5-x2x4z``), and what a person writes is their beginning.
    """
    plain = name.lower()
    likely: list[str] = []
    begun: dict[str, str] = {}
    for candidate in names:
        if plain in candidate or (len(candidate) > 2 and candidate in plain):  # noqa: PLR2004 - a letter or two is no likeness
            likely.append(candidate)
        elif len(begun) < _MOST:
            begun.setdefault(candidate[: len(plain) + 1], candidate)
    found = sorted(likely, key=lambda n: (not n.startswith(plain), len(n), n))[:most]
    close = get_close_matches(plain, begun, n=most, cutoff=0.6)
    return [*found, *(begun[beginning] for beginning in close)][:most]


def did_you_mean(names: Iterable[str]) -> str:
    """``Did you mean a, b or c?``, or "" for no names."""
    listed = list(names)
    if not listed:
        return ""
    *first, last = listed
    return f"Did you mean {', '.join(first)} or {last}?" if first else f"Did you mean {last}?"
