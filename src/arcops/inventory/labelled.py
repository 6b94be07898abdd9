"""The objects of one kind by namespace and label.

Replicas have the same labels, all of them: so those of one namespace that do are one group. A new replica then costs one
look-up instead of one for each label, and a selector is matched once for each group.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from arcops.inventory.base import Entry
from arcops.kube.selectors import Selector

_Labels = tuple[tuple[str, str], ...]


class _Group(NamedTuple):
    labels: Mapping[str, str]
    members: dict[str, Entry]


_NOBODY: Mapping[_Labels, _Group] = {}


class LabelIndex:
    """Which objects have a label. Objects without labels are not in it."""

    __slots__ = ("_by_label", "_groups")

    def __init__(self) -> None:
        """Nothing yet."""
        self._groups: dict[tuple[str, _Labels], _Group] = {}
        self._by_label: dict[tuple[str, str, str], dict[_Labels, _Group]] = {}

    def add(self, key: str, entry: Entry, labels: Mapping[str, str] | None) -> None:
        """File an entry; ``key`` is its own, by which it is dropped."""
        if not labels:
            return
        namespace, items = entry.ref.namespace, tuple(labels.items())
        group = self._groups.get((namespace, items))
        if group is None:
            group = self._groups[namespace, items] = _Group(labels, {})
            for name, value in items:
                self._by_label.setdefault((namespace, name, value), {})[items] = group
        group.members[key] = entry

    def drop(self, key: str, namespace: str, labels: Mapping[str, str] | None) -> None:
        """Take an entry out; ``labels`` are those it was filed with."""
        if not labels:
            return
        items = tuple(labels.items())
        members = self._groups[namespace, items].members
        del members[key]
        if members:
            return
        del self._groups[namespace, items]
        for name, value in items:
            groups = self._by_label[namespace, name, value]
            del groups[items]
            if not groups:
                del self._by_label[namespace, name, value]

    def select(self, namespace: str, pairs: Iterable[tuple[str, str]], selector: Selector) -> list[Entry]:
        """The entries that a selector matches, in no order; ``pairs`` are labels that it demands, at least one."""
        candidates = min((self._by_label.get((namespace, *pair), _NOBODY) for pair in pairs), key=len)
        return [entry for group in candidates.values() if selector.matches(group.labels) for entry in group.members.values()]
