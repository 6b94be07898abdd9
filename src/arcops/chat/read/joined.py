"""Names written with spaces: ``user profile``, ``node 2``, ``rabbit mq``, also with a slip of the pen in a word of them."""

from __future__ import annotations

from collections.abc import Sequence

from arcops.chat.read.index import NameIndex
from arcops.chat.read.spelling import Speller, allowed
from arcops.chat.read.words import Word

_SHORTEST = 7
"""Shorter names are no slip for one another."""


def joined(words: Sequence[Word], index: NameIndex) -> str:
    """The name that the words are together, or ""."""
    parts = [word.low for word in words]
    if len(parts) < 2:  # noqa: PLR2004 - one word is no joined name
        return ""
    written = ("-".join(parts), "".join(parts))
    return next((name for name in written if index.exact(name)), "")


def nearly_joined(words: Sequence[Word], index: NameIndex) -> str:
    """The one name whose words are these but for a slip in one or two of them, or ""."""
    parts = [word.low for word in words]
    whole, closed = "-".join(parts), "".join(parts)
    if len(whole) < _SHORTEST or not all(part.isalpha() for part in parts):
        return ""
    found = [name for name in index.near(whole, 2) if _is_slip(parts, name.split("-"))]
    found = found or [name for name in index.near(closed, 1) if "-" not in name and name[0] == closed[0]]
    return found[0] if len(found) == 1 else ""


def _is_slip(said: Sequence[str], meant: Sequence[str]) -> bool:
    if len(said) != len(meant):
        return False
    return all(one == other or Speller(one).distance(other) <= allowed(other) for one, other in zip(said, meant, strict=True))
