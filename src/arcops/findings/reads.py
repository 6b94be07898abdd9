"""Who asked what: from a change in the inventory to exactly the rules and facts whose answers it may alter."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from arcops.findings.facts import Fact
from arcops.findings.past import Wish
from arcops.inventory.delta import Change
from arcops.inventory.view import Question, Read, reads_touched, touches_selection
from arcops.kube.refs import GroupKind, ObjectRef


class Pair(NamedTuple):
    """A rule, by its place in the engine's list, and a subject: the unit of evaluation."""

    rule: int
    ref: ObjectRef


Asker = Pair | Fact
"""Who asks: a rule about a subject, or a fact."""
Asked = Read | Wish | Fact
"""What is asked: the inventory, the record, or a fact."""


class ReadIndex:
    """The questions each asker put when it was last evaluated."""

    def __init__(self) -> None:
        """Nobody asked anything."""
        self._askers: dict[Asked, set[Asker]] = {}
        self._selections: dict[tuple[GroupKind, str | None], dict[Read, None]] = {}

    def add(self, asker: Asker, asked: Iterable[Asked]) -> None:
        """Somebody asked these."""
        for read in asked:
            askers = self._askers.get(read)
            if askers is None:
                askers = self._askers[read] = set()
                if isinstance(read, Read) and read.question is Question.SELECT:
                    self._selections.setdefault(_place(read), {})[read] = None
            askers.add(asker)

    def drop(self, asker: Asker, asked: Iterable[Asked]) -> None:
        """Somebody does not ask these any more."""
        for read in asked:
            askers = self._askers.get(read)
            if askers is None:
                continue
            askers.discard(asker)
            if not askers:
                del self._askers[read]
                if isinstance(read, Read) and read.question is Question.SELECT:
                    del self._selections[_place(read)][read]

    def touched_by(self, change: Change) -> set[Asker]:
        """Those whose answers a change may alter."""
        found: set[Asker] = set()
        for read in reads_touched(change):
            found |= self._askers.get(read, _NOBODY)
        kind = change.ref.group_kind
        for namespace in (change.ref.namespace, None):
            for read in self._selections.get((kind, namespace), ()):
                if touches_selection(read, change):
                    found |= self._askers[read]
        return found

    def askers_of(self, asked: Asked) -> set[Asker]:
        """Those who asked something."""
        return self._askers.get(asked, _NOBODY)

    def is_asked(self, asked: Asked) -> bool:
        """Whether anybody asks it."""
        return asked in self._askers


_NOBODY: set[Asker] = set()


def _place(read: Read) -> tuple[GroupKind, str | None]:
    subject = read.subject
    return (subject if isinstance(subject, GroupKind) else GroupKind("", "")), read.namespace
