"""The live objects of one kind: by uid, by name, by label, and as sorted lists."""

from __future__ import annotations

from collections.abc import Mapping

from arcops.inventory.base import Entry
from arcops.inventory.labelled import LabelIndex
from arcops.kube.selectors import Selector

_MOST_GRAVES = 4096
"""Deletions remembered per kind, so that an old event replayed after one does not raise a ghost."""

_NOBODY: Mapping[str, Entry] = {}


class KindTable:
    """One kind's entries. ``labelled`` keeps an index by label, worth its memory only where selectors are many: pods."""

    __slots__ = ("_labels", "_lists", "_named", "by_uid", "graves", "is_complete", "revision")

    def __init__(self, *, labelled: bool = False) -> None:
        """An empty table."""
        self.by_uid: dict[str, Entry] = {}
        self.graves: dict[str, str] = {}
        """The resourceVersion at which each uid was deleted."""
        self.is_complete = False
        """A whole list was taken in; before that, what is not here may exist all the same."""
        self.revision = 0
        self._named: dict[str, dict[str, Entry]] = {}
        self._labels = LabelIndex() if labelled else None
        self._lists: dict[str | None, tuple[Entry, ...]] = {}

    def get(self, namespace: str, name: str) -> Entry | None:
        """The entry of that name."""
        return self._named.get(namespace, _NOBODY).get(name)

    def add(self, key: str, entry: Entry) -> None:
        """Take in an entry whose uid and name are both free."""
        ref = entry.ref
        self.by_uid[key] = entry
        self._named.setdefault(ref.namespace, {})[ref.name] = entry
        self._forget_lists(ref.namespace)
        if self._labels is not None:
            self._labels.add(key, entry, entry.obj.metadata.labels)

    def remove(self, key: str) -> Entry:
        """Take out the entry of a uid that is there."""
        entry = self.by_uid.pop(key)
        ref = entry.ref
        named = self._named[ref.namespace]
        del named[ref.name]
        if not named:
            del self._named[ref.namespace]
        self._forget_lists(ref.namespace)
        if self._labels is not None:
            self._labels.drop(key, ref.namespace, entry.obj.metadata.labels)
        return entry

    def relabel(self, key: str, entry: Entry, before: Mapping[str, str] | None, after: Mapping[str, str] | None) -> None:
        """Bring the label index up to date."""
        if self._labels is not None:
            self._labels.drop(key, entry.ref.namespace, before)
            self._labels.add(key, entry, after)

    def bury(self, uid: str, resource_version: str) -> None:
        """Remember that a uid is dead."""
        self.graves[uid] = resource_version
        if len(self.graves) > _MOST_GRAVES:
            del self.graves[next(iter(self.graves))]

    def entries(self, namespace: str | None) -> tuple[Entry, ...]:
        """The entries of one namespace or all, sorted by namespace and name; the same tuple until one comes or goes."""
        found = self._lists.get(namespace)
        if found is None:
            found = self._lists[namespace] = self._sorted(namespace)
        return found

    def select(self, namespace: str | None, selector: Selector) -> tuple[Entry, ...]:
        """The entries whose labels match."""
        if selector.nothing:
            return ()
        if not selector.requirements:
            return self.entries(namespace)
        if self._labels is None or namespace is None or not selector.pairs:
            return tuple(entry for entry in self.entries(namespace) if selector.matches(entry.obj.metadata.labels))
        return tuple(sorted(self._labels.select(namespace, selector.pairs, selector), key=_name_of))

    def count(self, namespace: str | None) -> int:
        """How many there are."""
        return len(self.by_uid) if namespace is None else len(self._named.get(namespace, _NOBODY))

    def namespaces(self) -> list[str]:
        """The namespaces with at least one object, sorted; ``""`` for kinds without."""
        return sorted(self._named)

    def _sorted(self, namespace: str | None) -> tuple[Entry, ...]:
        if namespace is None:
            return tuple(entry for name in sorted(self._named) for entry in self.entries(name))
        return tuple(sorted(self._named.get(namespace, _NOBODY).values(), key=_name_of))

    def _forget_lists(self, namespace: str) -> None:
        if self._lists:
            self._lists.pop(namespace, None)
            self._lists.pop(None, None)


def _name_of(entry: Entry) -> str:
    return entry.ref.name
