"""The Events the cluster still keeps, by the object they speak of."""

from __future__ import annotations

from operator import attrgetter
from typing import TypeVar

from arcops.kube.objects.event import ClusterEvent, Event, normalize
from arcops.kube.refs import ObjectRef

K = TypeVar("K")

_in_time = attrgetter("last_seen", "namespace", "name")


class EventIndex:
    """Events of both APIs in one form."""

    __slots__ = ("_by_key", "_by_ref", "_by_uid")

    def __init__(self) -> None:
        """No events."""
        self._by_key: dict[str, ClusterEvent] = {}
        self._by_ref: dict[ObjectRef, dict[str, ClusterEvent]] = {}
        self._by_uid: dict[str, dict[str, ClusterEvent]] = {}

    def put(self, key: str, event: Event) -> None:
        """Take in an event, or its newer state."""
        self.drop(key)
        new = self._by_key[key] = normalize(event)
        self._by_ref.setdefault(new.involved, {})[key] = new
        if new.involved_uid:
            self._by_uid.setdefault(new.involved_uid, {})[key] = new

    def drop(self, key: str) -> None:
        """Forget an event; unknown ones are fine."""
        old = self._by_key.pop(key, None)
        if old is None:
            return
        _drop(self._by_ref, old.involved, key)
        if old.involved_uid:
            _drop(self._by_uid, old.involved_uid, key)

    def of_uid(self, uid: str) -> tuple[ClusterEvent, ...]:
        """Events about the object with that uid, oldest first."""
        return tuple(sorted(self._by_uid.get(uid, {}).values(), key=_in_time))

    def of_ref(self, ref: ObjectRef, uid: str = "") -> tuple[ClusterEvent, ...]:
        """Events about the object of that name, oldest first.

        With ``uid`` those of earlier objects of the same name are left out. A kubelet writes its node's name where the
        node's uid belongs, and some controllers write none: those count.
        """
        found = self._by_ref.get(ref, {}).values()
        own = ("", uid, ref.name)
        return tuple(sorted((e for e in found if not uid or e.involved_uid in own), key=_in_time))

    def all(self) -> tuple[ClusterEvent, ...]:
        """Every event, oldest first."""
        return tuple(sorted(self._by_key.values(), key=_in_time))


def _drop(index: dict[K, dict[str, ClusterEvent]], under: K, key: str) -> None:
    del index[under][key]
    if not index[under]:
        del index[under]
