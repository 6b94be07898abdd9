"""The objects that events and log excerpts speak of, each stored once per file whatever is said about it."""

from __future__ import annotations

from typing import NamedTuple

from arcops.kube.refs import ObjectRef
from arcops.store.days.packing import PackedUid, pack_uid
from arcops.store.days.words import Words

MOST_ABOUTS = 20_000

AboutRow = tuple[int, int, int, int, str, PackedUid]


class About(NamedTuple):
    """An object as an event names it. ``namespace`` is the event's own: "default" for an object outside namespaces."""

    ref: ObjectRef
    uid: str
    namespace: str


class Abouts:
    """Gives each object a number that keeps counting over all files; the least lately new are forgotten and numbered again."""

    def __init__(self, words: Words, last: int) -> None:
        """``last`` is the highest number in any file."""
        self._words = words
        self._last = last
        self._numbers: dict[About, int] = {}
        self._in_file: set[int] = set()

    def forget_file(self) -> None:
        """The file to be written holds none of them."""
        self._in_file.clear()

    def number(self, about: About, rows: list[AboutRow]) -> int:
        """The number of an object; its row is added to ``rows`` if the file lacks it."""
        number = self._numbers.get(about)
        if number is None:
            if len(self._numbers) >= MOST_ABOUTS:
                self._in_file.discard(self._numbers.pop(next(iter(self._numbers))))
            number = self._numbers[about] = self._last = self._last + 1
        if number not in self._in_file:
            self._in_file.add(number)
            ref, word = about.ref, self._words.number
            kind, outer, inner = word("kind", str(ref.group_kind)), word("ns", about.namespace), word("ns", ref.namespace)
            rows.append((number, kind, outer, inner, ref.name, pack_uid(about.uid)))
        return number
