"""What a rule sees: the inventory at one moment, the record and the logs, each question remembered.

It answers like ``inventory.view.View``, with one difference: a question about a kind that cannot be looked at raises
``CannotLook``. The engine catches it, drops the pair and names the kind in the coverage, so that a rule can never take
"forbidden" for "absent". A rule that can do without asks ``sees`` first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar, cast

from arcops.findings.coverage import CannotLook, Coverage
from arcops.findings.factbook import FactBook
from arcops.findings.facts import CLUSTER, Fact
from arcops.findings.past import EVERY_NAME, Asked, FieldChange, Recall, Was, Wish
from arcops.inventory.base import Entry, Reader
from arcops.inventory.view import Read, View
from arcops.kube.objects.event import ClusterEvent
from arcops.kube.refs import GroupKind, ObjectRef
from arcops.kube.selectors import Selector

T = TypeVar("T")

_EVENT = GroupKind("", "Event")


class RuleView(View):
    """A view for one rule and one subject at a time. ``subject`` and ``uid`` name the object being looked at."""

    def __init__(self, inventory: Reader, now_ms: int, coverage: Coverage, recall: Recall, facts: FactBook) -> None:
        """A fresh view."""
        super().__init__(inventory, now_ms)
        self.coverage = coverage
        self.subject = ObjectRef("", "", "", "")
        self.uid = ""
        self.others: set[Wish | Fact] = set()
        """What was asked beside the inventory."""
        self.missed: set[GroupKind] = set()
        """Kinds that the asker made do without, although the cluster has them."""
        self._recall = recall
        self._facts = facts

    def begin(self, entry: Entry) -> None:
        """Turn to the next subject: what was asked before is forgotten."""
        self.subject, self.uid = entry.ref, entry.obj.metadata.uid
        if self.reads:
            self.reads = set()
        if self.others:
            self.others = set()
        if self.missed:
            self.missed = set()
        self.wake_at_ms = None

    def beside(self, about: ObjectRef) -> RuleView:
        """Another view of the same moment, for a fact about an object."""
        view = RuleView(self._inventory, self.now_ms, self.coverage, self._recall, self._facts)
        view.subject = about
        return view

    @property
    def asked(self) -> set[Read | Wish | Fact]:
        """Every question since ``begin``."""
        return {*self.reads, *self.others}

    def sees(self, kind: GroupKind) -> bool:
        """Whether objects of a kind can be looked at, so that absence means something. Who makes do without is noted."""
        if self.coverage.sees(kind):
            return True
        if self.coverage.is_gap(kind):
            self.missed.add(kind)
        return False

    def need(self, kind: GroupKind) -> None:
        """Go on only where no objects of a kind are kept from us. Raises ``CannotLook``; not for what a few manifests leave out."""
        if self.coverage.is_gap(kind):
            raise CannotLook(kind)

    def fact(self, of: Callable[[RuleView], T], about: ObjectRef = CLUSTER) -> T:
        """What ``of``, a function of a module, finds out about an object, shared by all who ask (see ``factbook.py``).

        It must depend on nothing but the view it gets, whose ``subject`` is ``about``, and not on the time; its value is not to be
        changed. Raises ``CannotLook`` where it does.
        """
        fact = Fact(of, about)
        self.others.add(fact)
        known = self._facts.known(fact, self)
        if known.missed:
            self.missed |= known.missed
        if known.refused is not None:
            raise CannotLook(known.refused)
        return cast("T", known.value)

    # What is there now

    def get(self, ref: ObjectRef) -> Entry | None:
        """The object of that name, or None. Raises ``CannotLook``."""
        self.coverage.require(ref.group_kind)
        if ref in self.coverage.unreadable:
            raise CannotLook(ref.group_kind)
        return super().get(ref)

    def list(self, group_kind: GroupKind, namespace: str | None = None) -> Sequence[Entry]:
        """All objects of a kind. Raises ``CannotLook``."""
        self.coverage.require(group_kind)
        return super().list(group_kind, namespace)

    def select(self, group_kind: GroupKind, namespace: str | None, selector: Selector) -> Sequence[Entry]:
        """The objects of a kind whose labels match. Raises ``CannotLook``."""
        self.coverage.require(group_kind)
        return super().select(group_kind, namespace, selector)

    def owned_by(self, uid: str, kind: GroupKind | None = None) -> Sequence[Entry]:
        """The objects whose owner references name ``uid``; name the kind wanted. Raises ``CannotLook``."""
        if kind is None:
            return super().owned_by(uid)
        self.coverage.require(kind)
        return [entry for entry in super().owned_by(uid) if entry.ref.group_kind == kind]

    def on_node(self, name: str) -> Sequence[Entry]:
        """The pods bound to a node. Raises ``CannotLook``."""
        self.coverage.require(GroupKind("", "Pod"))
        return super().on_node(name)

    def events_of(self, target: ObjectRef | str) -> Sequence[ClusterEvent]:
        """The events about an object, oldest first; empty where events cannot be read, for their absence proves nothing."""
        self.sees(_EVENT)
        return super().events_of(target)

    def events(self, *reasons: str) -> Sequence[ClusterEvent]:
        """The events about the subject, oldest first, of these reasons (of any, if none is named)."""
        found = self.events_of(self.subject)
        return [event for event in found if event.reason in reasons] if reasons else found

    # What was, and what was written

    def changes(self, ref: ObjectRef, minutes: float | None = None) -> Sequence[FieldChange]:
        """What changed in an object, oldest first, of the last ``minutes`` or as far as the record reaches.

        The first sighting of an object that was there when the record began is no change.
        """
        found = cast("tuple[FieldChange, ...]", self._ask(Wish(Asked.CHANGES, ref)))
        return found if minutes is None else [one for one in found if one.at_ms >= self.now_ms - minutes * 60_000]

    def was(self, ref: ObjectRef) -> Sequence[Was]:
        """The states an object was in, oldest first; of a deleted one too."""
        return cast("tuple[Was, ...]", self._ask(Wish(Asked.WAS, ref)))

    def gone(self, kind: GroupKind, namespace: str) -> Sequence[Was]:
        """The objects of a kind and namespace whose deletion the record holds, in the order of their end."""
        return cast("tuple[Was, ...]", self._ask(Wish(Asked.GONE, ObjectRef.of(kind, namespace, EVERY_NAME))))

    def log(self, pod: ObjectRef, container: str, *, previous: bool = False) -> str:
        """The last lines of a container, or of its run before; "" if there are none or they are not here yet."""
        return cast("str", self._ask(Wish(Asked.PREVIOUS_LOG if previous else Asked.LOG, pod, container))) or ""

    @property
    def has_every_log(self) -> bool:
        """Whether it makes sense to ask for the log of a container that is well."""
        return self._recall.has_every_log

    @property
    def record_since_ms(self) -> int:
        """When the record began."""
        return self._recall.since_ms

    def _ask(self, wish: Wish) -> object:
        self.others.add(wish)
        return self._recall.ask(wish)
