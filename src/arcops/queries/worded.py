"""The words of versions that were told already: a version never changes, and pages of changes are asked for again and again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable

MOST_VERSIONS = 4_096
"""About 1 MB. To find the words of one version anew takes 0.2 ms."""


class Worded:
    """Sentences by the id of a version; those asked for least lately are forgotten."""

    def __init__(self, most: int = MOST_VERSIONS) -> None:
        """None yet."""
        self._most = most
        self._words: OrderedDict[int, list[str]] = OrderedDict()

    def lacking(self, identities: Iterable[int]) -> list[int]:
        """Those of which the words are not known; the others are now the last to be forgotten."""
        lacking = []
        for identity in identities:
            if identity in self._words:
                self._words.move_to_end(identity)
            else:
                lacking.append(identity)
        return lacking

    def put(self, identity: int, words: list[str]) -> None:
        """Remember the words of a version."""
        self._words[identity] = words
        if len(self._words) > self._most:
            self._words.popitem(last=False)

    def of(self, identity: int) -> list[str]:
        """The words of a version, none if they are not known."""
        return self._words.get(identity, [])
