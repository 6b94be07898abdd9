"""The words of this floor: an entry, and the questions that the index and every view of it answer alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import msgspec

from arcops.kube.objects.event import ClusterEvent
from arcops.kube.objects.meta import KubeObject
from arcops.kube.refs import GroupKind, ObjectRef
from arcops.kube.selectors import Selector


class Entry(msgspec.Struct, gc=False):
    """One live object under its name.

    The entry stays the same while the object lives; ``obj`` is exchanged when it changes (objects themselves never
    change), and ``revision`` is then the inventory's: whoever keeps something derived from ``obj`` compares that.
    """

    ref: ObjectRef
    obj: KubeObject
    revision: int = 0

    @property
    def uid(self) -> str:
        """The object's uid, empty where it has none (a manifest in a file)."""
        return self.obj.metadata.uid


class Reader(Protocol):
    """What is, at one moment. Every answer is sorted by kind, namespace and name; an absent namespace means all."""

    def get(self, ref: ObjectRef) -> Entry | None:
        """The object of that name, or None."""

    def by_uid(self, uid: str) -> Entry | None:
        """The object with that uid, or None."""

    def list(self, group_kind: GroupKind, namespace: str | None = None) -> Sequence[Entry]:
        """All objects of a kind."""

    def select(self, group_kind: GroupKind, namespace: str | None, selector: Selector) -> Sequence[Entry]:
        """The objects of a kind whose labels a selector matches."""

    def owned_by(self, uid: str) -> Sequence[Entry]:
        """The objects, of any kind, whose owner references name ``uid``."""

    def on_node(self, name: str) -> Sequence[Entry]:
        """The pods bound to a node, whether it exists or not."""

    def events_of(self, target: ObjectRef | str) -> Sequence[ClusterEvent]:
        """The events about an object, by name or uid, oldest first; not those of an earlier object with the same name."""
