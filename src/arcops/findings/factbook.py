"""Facts that rules share: reckoned once, and again only when something they were read from changes.

A fact is a function of a view and the object it is about (``view.subject``), such as what the pods of a node ask for. The engine
keeps its value with the questions it asked. When one of them is touched the value is reckoned anew, and only if it then differs
are the rules that asked for it run again: so a sum over ten thousand pods costs one node's pods, and mostly nobody else at all.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, Protocol

from arcops.findings.coverage import CannotLook
from arcops.findings.facts import Fact
from arcops.findings.reads import Asked, Asker, Pair, ReadIndex
from arcops.kube.refs import GroupKind, ObjectRef


class Sight(Protocol):
    """A view, as far as facts need it: what was asked of it, and which kinds the asker made do without."""

    missed: set[GroupKind]

    @property
    def asked(self) -> set[Asked]:
        """Every question so far."""

    def beside(self, about: ObjectRef) -> Sight:
        """Another view of the same moment, for a fact about an object."""


class Known(NamedTuple):
    """What a fact is, from what, and which kinds it could not look at."""

    value: object
    refused: GroupKind | None
    asked: frozenset[Asked]
    missed: frozenset[GroupKind]


class FactBook:
    """The facts that are asked for."""

    def __init__(self, index: ReadIndex) -> None:
        """None yet; what facts ask is entered in ``index``."""
        self._index = index
        self._known: dict[Fact, Known] = {}
        self._stale: set[Fact] = set()
        self._moved: set[Fact] = set()
        """Those that were found to differ when another fact asked for them, before their own turn came."""

    def known(self, fact: Fact, view: Sight) -> Known:
        """A fact as it is now; ``view`` is the asker's."""
        before = self._known.get(fact)
        if before is not None and fact not in self._stale:
            return before
        found = self._reckon(fact, view)
        if before is not None and before[:2] != found[:2]:
            self._moved.add(fact)
        return found

    def outdate(self, askers: Iterable[Asker]) -> set[Pair]:
        """Note the facts among those whose answers a change may alter; the rest, which are rules' pairs, are returned."""
        pairs: set[Pair] = set()
        for asker in askers:
            if isinstance(asker, Fact):
                self._stale.add(asker)
            else:
                pairs.add(asker)
        return pairs

    def settle(self, view: Sight) -> set[Pair]:
        """Reckon what was outdated; returns the pairs that asked for what has turned out to differ."""
        pairs: set[Pair] = set()
        while self._stale or self._moved:
            while self._moved:
                pairs |= self.outdate(self._index.askers_of(self._moved.pop()))
            if not self._stale:
                break
            fact = min(self._stale, key=_order)
            before = self._known.get(fact)
            after = self._reckon(fact, view) if self._index.is_asked(fact) else None
            if after is None:
                self._forget(fact)
            elif before is None or before[:2] != after[:2]:
                pairs |= self.outdate(self._index.askers_of(fact))
        return pairs

    def clear(self) -> None:
        """Everything is to be looked at anew."""
        for fact in list(self._known):
            self._forget(fact)

    # How it is done

    def _reckon(self, fact: Fact, view: Sight) -> Known:
        self._stale.discard(fact)
        own = view.beside(fact.about)
        refused, value = None, None
        try:
            value = fact.of(own)
        except CannotLook as refusal:
            refused = refusal.kind
        before = self._known.get(fact)
        found = self._known[fact] = Known(value, refused, frozenset(own.asked), frozenset(own.missed))
        old = before.asked if before is not None else frozenset()
        self._index.drop(fact, old - found.asked)
        self._index.add(fact, found.asked - old)
        return found

    def _forget(self, fact: Fact) -> None:
        self._stale.discard(fact)
        self._moved.discard(fact)
        known = self._known.pop(fact, None)
        if known is not None:
            self._index.drop(fact, known.asked)


def _order(fact: Fact) -> tuple[str, ObjectRef]:
    return fact.of.__qualname__, fact.about
