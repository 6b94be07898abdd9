"""Chooses how each version is stored: whole, against a whole one of its own or of a sibling, or against the one before.

Every ``MOST_STEPS``-th version of an object can be read without those between, so a state is never more than that many
frames away. Figures: history.md §1.
"""

from __future__ import annotations

import enum
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from arcops.store import frames

MOST_STEPS = 16
SIBLING_BYTES, COUSIN_BYTES = 500, 300
"""A first version is stored against a sibling (a child of the same owner) or a cousin if that takes at most this."""
GROWN_BYTES, GROWN_SHARE = 350, 0.35
"""A base is given up when the difference from it passes both of these."""
MOST_BASE_BYTES = 3 * 1024 * 1024


class Encoding(enum.IntEnum):
    """The numbers are stored and never change meaning."""

    DELTA = 0
    REF = 1
    WHOLE = 2


class Frame(NamedTuple):
    """A stored text; ``base`` is the id of a whole frame of the same file, for ``REF`` only."""

    encoding: Encoding
    base: int | None
    body: bytes


class Stored(NamedTuple):
    """How an object's newest version lies in a file: ``steps`` deltas after one whole or against the whole ``base``."""

    last: int
    base: int
    steps: int


def kin_of(kind: str, owner: str, owners: Mapping[str, str]) -> tuple[str, ...]:
    """Under which names whole frames of an object's likes are found: its owner's other children, then its cousins.

    ``owners`` gives the owner of an owner: cousins are pods of another revision of the same Deployment.
    """
    if not owner:
        return ()
    grand = owners.get(owner)
    return (owner, f"{kind} of {grand}") if grand else (owner,)


class _Chain:
    __slots__ = ("base", "last", "steps")

    def __init__(self, last: int, base: int) -> None:
        self.last = last
        self.base = base
        self.steps = 0


class Framer:
    """Remembers, for one file, how each object was last stored."""

    def __init__(self, read_whole: Callable[[int], bytes | None]) -> None:
        """``read_whole`` gives the text of a whole frame of the file when it is no longer in memory."""
        self._read_whole = read_whole
        self._chains: dict[int, _Chain] = {}
        self._siblings: dict[str, int] = {}
        self._texts: OrderedDict[int, bytes] = OrderedDict()
        self._text_bytes = 0

    def reset(self) -> None:
        """Forget everything: each object's next version will be whole. After a failed transaction, or in a new file."""
        self._chains.clear()
        self._siblings.clear()
        self._texts.clear()
        self._text_bytes = 0

    def knows(self, life: int) -> bool:
        """Whether the file holds a version of that object."""
        return life in self._chains

    def end(self, life: int) -> None:
        """No more versions of that object will come."""
        self._chains.pop(life, None)

    def resume(self, life: int, kin: Sequence[str], stored: Stored) -> None:
        """Go on after a version that an earlier run stored."""
        chain = self._chains[life] = _Chain(stored.last, stored.base)
        chain.steps = stored.steps
        for name in kin:
            self._siblings.setdefault(name, stored.base)

    def frame(self, life: int, kin: Sequence[str], identity: int, text: bytes, previous: tuple[int, bytes]) -> Frame:
        """Store ``text`` as version ``identity``; ``previous`` is the version before it, (0, b"") for the first."""
        chain = self._chains.get(life)
        if chain is None:
            return self._first(life, kin, identity, text)
        if chain.last == previous[0] and chain.steps + 1 < MOST_STEPS:
            chain.steps += 1
            chain.last = identity
            return Frame(Encoding.DELTA, None, frames.encode(text, previous[1]))
        return self._key(chain, kin, identity, text)

    def _first(self, life: int, kin: Sequence[str], identity: int, text: bytes) -> Frame:
        for name, most in zip(kin, (SIBLING_BYTES, COUSIN_BYTES), strict=False):
            sibling = self._siblings.get(name, 0)
            base = self._text(sibling) if sibling else None
            if base is not None:
                body = frames.encode(text, base)
                if len(body) <= most:
                    self._chains[life] = _Chain(identity, sibling)
                    return Frame(Encoding.REF, sibling, body)
        self._chains[life] = _Chain(identity, identity)
        return self._whole(kin, identity, text)

    def _key(self, chain: _Chain, kin: Sequence[str], identity: int, text: bytes) -> Frame:
        chain.steps = 0
        chain.last = identity
        base = self._text(chain.base)
        if base is not None:
            body = frames.encode(text, base)
            if len(body) <= GROWN_BYTES:
                return Frame(Encoding.REF, chain.base, body)
            whole = frames.encode(text)
            if len(body) <= GROWN_SHARE * len(whole):
                return Frame(Encoding.REF, chain.base, body)
        chain.base = identity
        return self._whole(kin, identity, text)

    def _whole(self, kin: Sequence[str], identity: int, text: bytes) -> Frame:
        for name in kin:
            self._siblings[name] = identity
        self._remember(identity, text)
        return Frame(Encoding.WHOLE, None, frames.encode(text))

    def _text(self, base: int) -> bytes | None:
        text = self._texts.get(base)
        if text is None:
            text = self._read_whole(base)
            if text is not None:
                self._remember(base, text)
        else:
            self._texts.move_to_end(base)
        return text

    def _remember(self, identity: int, text: bytes) -> None:
        self._texts[identity] = text
        self._text_bytes += len(text)
        while self._text_bytes > MOST_BASE_BYTES and len(self._texts) > 1:
            _, old = self._texts.popitem(last=False)
            self._text_bytes -= len(old)
