"""One moment of the inventory that remembers what it was asked.

The reads of a rule are its evidence, its coverage, and the exact list of what must change before it need be asked
again (diagnosis.md §3).
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from arcops.inventory.base import Entry, Reader
from arcops.inventory.delta import Change
from arcops.kube.objects.event import ClusterEvent, Event, normalize
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.pod import Pod
from arcops.kube.refs import GroupKind, ObjectRef
from arcops.kube.selectors import EVERYTHING, Selector

MINUTE_MS = 60_000


class Question(enum.StrEnum):
    """What a read asked for."""

    GET = "get"
    LIST = "list"
    SELECT = "select"
    BY_UID = "by uid"
    OWNED_BY = "owned by"
    ON_NODE = "on node"
    EVENTS = "events"


class Read(NamedTuple):
    """One question that was asked.

    ``subject`` is a ref (GET, EVENTS), a kind (LIST, SELECT), a uid (BY_UID, OWNED_BY, EVENTS) or a node's name.
    """

    question: Question
    subject: ObjectRef | GroupKind | str
    namespace: str | None = None
    selector: Selector = EVERYTHING


class View:
    """The inventory at ``now_ms``, answering like it (see ``Reader``) and keeping every question in ``reads``.

    Use it within one call: it shows the inventory as it is, and the moment passes with the next ``apply``.
    """

    def __init__(self, inventory: Reader, now_ms: int) -> None:
        """A fresh view that was asked nothing yet."""
        self.now_ms = now_ms
        self.reads: set[Read] = set()
        self.wake_at_ms: int | None = None
        """The earliest moment at which an answer of ``held`` turns, if no object changes before."""
        self._inventory = inventory

    def get(self, ref: ObjectRef) -> Entry | None:
        """The object of that name, or None: absence is remembered too."""
        self.reads.add(Read(Question.GET, ref))
        return self._inventory.get(ref)

    def by_uid(self, uid: str) -> Entry | None:
        """The object with that uid, or None."""
        self.reads.add(Read(Question.BY_UID, uid))
        return self._inventory.by_uid(uid)

    def list(self, group_kind: GroupKind, namespace: str | None = None) -> Sequence[Entry]:
        """All objects of a kind, of one namespace or all."""
        self.reads.add(Read(Question.LIST, group_kind, namespace))
        return self._inventory.list(group_kind, namespace)

    def select(self, group_kind: GroupKind, namespace: str | None, selector: Selector) -> Sequence[Entry]:
        """The objects of a kind whose labels match."""
        self.reads.add(Read(Question.SELECT, group_kind, namespace, selector))
        return self._inventory.select(group_kind, namespace, selector)

    def owned_by(self, uid: str) -> Sequence[Entry]:
        """The objects whose owner references name ``uid``."""
        self.reads.add(Read(Question.OWNED_BY, uid))
        return self._inventory.owned_by(uid)

    def on_node(self, name: str) -> Sequence[Entry]:
        """The pods bound to a node."""
        self.reads.add(Read(Question.ON_NODE, name))
        return self._inventory.on_node(name)

    def events_of(self, target: ObjectRef | str) -> Sequence[ClusterEvent]:
        """The events about an object, by name or uid, oldest first."""
        self.reads.add(Read(Question.EVENTS, target))
        return self._inventory.events_of(target)

    def held(self, since_ms: int, minutes: float) -> bool:
        """Whether something true since a moment has been true for so many minutes; if not, asks to be woken when it will be."""
        due_ms = since_ms + round(minutes * MINUTE_MS)
        if due_ms <= self.now_ms:
            return True
        self.wake_at_ms = due_ms if self.wake_at_ms is None else min(self.wake_at_ms, due_ms)
        return False

    @property
    def kinds_read(self) -> frozenset[GroupKind]:
        """The kinds the questions named: what the asker must be allowed to read."""
        found = {read.subject for read in self.reads if isinstance(read.subject, GroupKind)}
        return frozenset(found | {read.subject.group_kind for read in self.reads if isinstance(read.subject, ObjectRef)})


def reads_touched(change: Change) -> Iterator[Read]:
    """Every read whose answer a change may alter, except selections: ``touches_selection`` judges those one by one."""
    ref = change.ref
    yield Read(Question.GET, ref)
    yield Read(Question.LIST, ref.group_kind)
    yield Read(Question.LIST, ref.group_kind, ref.namespace)
    for obj in (change.before, change.after):
        if obj is not None:
            yield from _reads_of(obj)
    if change.before is None or change.after is None:
        yield Read(Question.EVENTS, ref)


def touches_selection(read: Read, change: Change) -> bool:
    """Whether a change concerns a selection: one of its objects changed, came, went, or entered or left it."""
    ref = change.ref
    if read.question is not Question.SELECT or read.subject != ref.group_kind or read.namespace not in (None, ref.namespace):
        return False
    return any(obj is not None and read.selector.matches(obj.metadata.labels) for obj in (change.before, change.after))


def _reads_of(obj: KubeObject) -> Iterator[Read]:
    """The reads an object takes part in, beside those by its name and kind."""
    meta = obj.metadata
    if meta.uid:
        yield Read(Question.BY_UID, meta.uid)
    for owner in meta.owner_references or ():
        yield Read(Question.OWNED_BY, owner.uid)
    if isinstance(obj, Pod) and obj.spec and obj.spec.node_name:
        yield Read(Question.ON_NODE, obj.spec.node_name)
    if isinstance(obj, Event):
        event = normalize(obj)
        yield Read(Question.EVENTS, event.involved)
        yield Read(Question.EVENTS, event.involved_uid)
