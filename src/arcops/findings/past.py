"""What rules may ask of the record and of logs, and how the answers reach a floor that does no I/O.

A rule asks the view; what is not known yet is remembered as a wish and answered empty. Whoever runs the engine
(``queries/diagnosis.py``) fetches the wishes from the store or the source, hands the answers in, and the engine evaluates
exactly the pairs that asked. Two or three rounds settle everything.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import NamedTuple

import msgspec

from arcops.kube.objects.meta import KubeObject
from arcops.kube.refs import ObjectRef

EVERY_NAME = ""
"""The name in the ref of a wish about all objects of a kind and namespace."""


class Asked(enum.StrEnum):
    """What is wished for."""

    CHANGES = "changes"
    """Every change of one object the record holds."""
    GONE = "gone"
    """The objects of a kind and namespace that were deleted (the ref has no name)."""
    LOG = "log"
    """The lines of a container (``detail``) of a pod."""
    PREVIOUS_LOG = "previous log"
    """The lines of the run before."""
    WAS = "was"
    """The versions of one object, typed."""


class Wish(NamedTuple):
    """One thing to be fetched."""

    asked: Asked
    ref: ObjectRef
    detail: str = ""


class FieldChange(msgspec.Struct, frozen=True, gc=False):
    """One field that changed, or (``path`` empty) a whole object that came or went; ``what`` is created, changed or deleted.

    ``path`` names list members by their name: ``spec.template.spec.containers[api].image``. Values are shown as text, those of
    credentials never. ``unseen``: at some moment before ``at_ms``.
    """

    ref: ObjectRef
    at_ms: int
    path: str
    old: str
    new: str
    who: str = ""
    what: str = "changed"
    unseen: bool = False


class Was(msgspec.Struct, frozen=True, gc=False):
    """A state an object was in from ``at_ms`` on; for one that is gone, its last, with the time of its end in ``gone_ms``."""

    ref: ObjectRef
    uid: str
    at_ms: int
    obj: KubeObject
    gone_ms: int | None = None


Answer = tuple[FieldChange, ...] | tuple[Was, ...] | str


class Recall:
    """The answers so far, and what is still wished for."""

    def __init__(self, since_ms: int = 0) -> None:
        """``since_ms`` is the beginning of the record."""
        self.since_ms = since_ms
        self.has_every_log = True
        """Whether logs of containers that are well can be had too; a live cluster is not asked for them."""
        self._known: dict[ObjectRef, dict[Wish, Answer]] = {}
        self._wishes: dict[Wish, None] = {}
        self.version = 0
        """Rises with every answer that is news."""

    def ask(self, wish: Wish) -> Answer:
        """The answer, oldest first; empty if there is none yet."""
        found = self._known.get(wish.ref, {}).get(wish)
        if found is None:
            self._wishes[wish] = None
            return ()
        return found

    def take_wishes(self) -> list[Wish]:
        """What was asked and is not known, in the order of asking; it is then taken to be on its way."""
        wishes = list(self._wishes)
        self._wishes.clear()
        return wishes

    def fill(self, wish: Wish, answer: Answer) -> bool:
        """Hand in an answer; says whether it differs from what was known (unknown counts as empty)."""
        known = self._known.setdefault(wish.ref, {})
        before = known.get(wish, ())
        known[wish] = answer
        is_news = bool(answer or before) and answer != before
        self.version += is_news
        return is_news

    def outdate(self, ref: ObjectRef) -> None:
        """An object changed: what was asked about it is to be fetched again; until then the old answers stand."""
        for key in (ref, ObjectRef(ref.group, ref.kind, ref.namespace, EVERY_NAME)):
            for wish in self._known.get(key, ()):
                self._wishes[wish] = None

    def keep_only(self, is_wanted: Callable[[Wish], bool]) -> None:
        """Let go of what nobody wants any more."""
        for ref, known in list(self._known.items()):
            kept = {wish: answer for wish, answer in known.items() if is_wanted(wish)}
            if kept:
                self._known[ref] = kept
            else:
                del self._known[ref]

    def outdate_all(self) -> None:
        """Time went on: everything that was asked is to be fetched again."""
        for known in self._known.values():
            for wish in known:
                self._wishes[wish] = None
