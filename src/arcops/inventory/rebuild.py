"""The inventory as of a past moment, out of what is remembered of it: the same rules and walks then run on the past."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from arcops.inventory.index import Inventory
from arcops.kube.objects.decode import decode
from arcops.kube.objects.event import ClusterEvent, Event, EventSource, ObjectReference
from arcops.kube.objects.meta import ObjectMeta
from arcops.kube.refs import GroupKind, ObjectRef
from arcops.kube.watch import Observation, Op

CORE_EVENT = GroupKind("", "Event")


class Remembered(NamedTuple):
    """An object that existed at the moment: its name, its uid, its JSON, and when that was first seen (Unix milliseconds)."""

    ref: ObjectRef
    uid: str
    body: bytes
    seen_ms: int


class Rebuilding:
    """Takes in what is remembered, in pieces, so that whoever feeds it can give way to others in between."""

    def __init__(self, kinds: Iterable[GroupKind] = ()) -> None:
        """``kinds`` were followed then: of them what is not handed in did not exist."""
        self._seen: dict[GroupKind, list[Observation]] = {kind: [] for kind in kinds}
        self.unreadable: list[ObjectRef] = []
        """Objects whose body does not fit their kind."""

    def add(self, objects: Iterable[Remembered]) -> None:
        """Take in objects."""
        for one in objects:
            try:
                obj = decode(one.ref.group_kind, one.body)
            except msgspec.MsgspecError:
                self.unreadable.append(one.ref)
                continue
            meta = obj.metadata
            meta.name, meta.namespace, meta.uid = meta.name or one.ref.name, meta.namespace or one.ref.namespace, meta.uid or one.uid
            kind = one.ref.group_kind
            self._seen.setdefault(kind, []).append(Observation(Op.ADDED, kind, obj, b"", one.seen_ms))

    def add_events(self, events: Iterable[ClusterEvent], seen_ms: int) -> None:
        """Take in events, each in the form it had then."""
        found = self._seen.setdefault(CORE_EVENT, [])
        found.extend(Observation(Op.ADDED, CORE_EVENT, event_of(event), b"", seen_ms) for event in events)

    def inventory(self) -> Inventory:
        """The inventory of the moment. Complete for the kinds that were followed and for those that had objects."""
        made = Inventory()
        for kind, observations in self._seen.items():
            made.replace(kind, observations)
        return made


def event_of(event: ClusterEvent) -> Event:
    """A remembered event as an object of the cluster, which ``normalize`` turns back into the same."""
    ref = event.involved
    involved = ObjectReference(
        api_version=f"{ref.group}/v1" if ref.group else "v1", kind=ref.kind, namespace=ref.namespace, name=ref.name,
        uid=event.involved_uid, field_path=event.field_path,
    )  # fmt: skip
    meta = ObjectMeta(name=event.name, namespace=event.namespace, uid=event.uid, creation_timestamp=event.first_seen or None)
    return Event(
        metadata=meta, type=event.type, reason=event.reason, message=event.message, count=event.count,
        first_timestamp=event.first_seen or None, last_timestamp=event.last_seen or None, involved_object=involved,
        source=EventSource(component=event.source) if event.source else None,
    )  # fmt: skip
