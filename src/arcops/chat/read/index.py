"""The names of everything in an inventory, to be found by a whole name, its beginning, a word of it or a slip of the pen.

Made once for an inventory and brought up to date kind by kind: a kind whose list is still the same tuple has the same names.
"""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence
from itertools import islice, pairwise, takewhile
from weakref import WeakKeyDictionary

from arcops.chat.read.hosts import hosts_of
from arcops.chat.read.spelling import allowed, nearest
from arcops.inventory.base import Entry
from arcops.inventory.index import Inventory
from arcops.kube.refs import GroupKind, ObjectRef

_UNNAMED = frozenset({"Event", "Lease", "ControllerRevision", "EndpointSlice", "CSINode", "FlowSchema", "PriorityLevelConfiguration"})
"""Kinds whose objects nobody asks for by name."""
_GENERATED = frozenset({"Pod", "ReplicaSet", "Job"})
"""Kinds whose names are made up by their owner where they have one."""
_NUMBER = re.compile(r"\d+")
_MOST = 400
_MANY = 500
"""New names that are sorted at once and not put in one by one."""


class NameIndex:
    """Names, and the objects that have them."""

    def __init__(self) -> None:
        """Nothing yet."""
        self._lists: dict[GroupKind, Sequence[Entry]] = {}
        self._refs: dict[str, list[ObjectRef]] = {}
        self._sorted: list[str] = []
        self._parts: dict[str, dict[str, int]] = {}
        self._given: dict[int, dict[str, int]] = {}
        self._hosts: dict[str, dict[ObjectRef, None]] = {}
        self._spaces: tuple[str, ...] = ()

    def refresh(self, inventory: Inventory) -> None:
        """Bring the names up to date."""
        changed = False
        for kind in inventory.kinds():
            if kind.kind in _UNNAMED:
                continue
            entries = inventory.list(kind)
            held = self._lists.get(kind, ())
            if entries is not held:
                self._lists[kind] = entries
                self._exchange(held, entries)
                changed = True
        for kind in [kind for kind in self._lists if not inventory.count(kind)]:
            self._exchange(self._lists.pop(kind), ())
            changed = True
        if changed:
            self._spaces = inventory.namespaces()

    @property
    def namespaces(self) -> tuple[str, ...]:
        """The namespaces that are, sorted."""
        return self._spaces

    def exact(self, name: str) -> Sequence[ObjectRef]:
        """The objects of that name."""
        return self._refs.get(name, ())

    def serving(self, host: str) -> Sequence[ObjectRef]:
        """The objects that have a host, by its name or as one of all below a domain."""
        return tuple(self._hosts.get(host) or self._hosts.get(f"*.{host.partition('.')[2]}") or ())

    def near_host(self, host: str) -> str:
        """The one host that is a slip of the pen away."""
        near = nearest(host, self._hosts, 1)
        return near[0] if len(near) == 1 else ""

    def kinds(self) -> Iterable[GroupKind]:
        """The kinds of which there are objects."""
        return self._lists

    def of_kind(self, kind: GroupKind) -> Sequence[ObjectRef]:
        """The objects of a kind."""
        return [entry.ref for entry in self._lists.get(kind, ())]

    def beginning(self, start: str) -> list[ObjectRef]:
        """The objects whose names begin so, by name; not more than a few hundred."""
        at = bisect_left(self._sorted, start)
        found: list[ObjectRef] = []
        for name in islice(self._sorted, at, at + _MOST):
            if not name.startswith(start):
                break
            found += self._refs[name]
        return found

    def numbered(self, name: str) -> list[ObjectRef]:
        """The objects of the same name with other zeros in its numbers: ``app-5`` finds ``app-005``."""
        if not any(map(str.isdigit, name)):
            return []
        start = re.split(r"\d", name, maxsplit=1)[0]
        same = re.compile(_NUMBER.sub(lambda number: f"0*{number[0].lstrip('0') or '0'}", re.escape(name)))
        at = bisect_left(self._sorted, start)
        names = takewhile(lambda one: one.startswith(start), islice(self._sorted, at, None))
        return [ref for one in names if same.fullmatch(one) for ref in self._refs[one]]

    def holding(self, part: str) -> list[ObjectRef]:
        """The objects that have a word in their given name: ``api`` finds ``shop-api``. Generated names are not looked at."""
        return [ref for name in islice(self._parts.get(part, ()), _MOST) for ref in self._refs[name]]

    def near(self, word: str, most: int | None = None) -> list[str]:
        """Given names a few slips away, the nearest first."""
        slips = allowed(word) if most is None else most
        lengths = range(len(word) - slips, len(word) + slips + 1)
        return nearest(word, (name for length in lengths for name in self._given.get(length, ())), slips) if slips else []

    def given(self) -> Iterable[str]:
        """Every name that a person gave."""
        return (name for names in self._given.values() for name in names)

    def _exchange(self, before: Sequence[Entry], after: Sequence[Entry]) -> None:
        old, new = {id(entry) for entry in before}, {id(entry) for entry in after}
        gone = [entry for entry in before if id(entry) not in new]
        come = [entry for entry in after if id(entry) not in old]
        for entry in gone:
            self._drop(entry)
        self._add(come)

    def _add(self, entries: Sequence[Entry]) -> None:
        fresh = []
        for entry in entries:
            name = entry.ref.name
            for host in hosts_of(entry):
                self._hosts.setdefault(host, {})[entry.ref] = None
            refs = self._refs.get(name)
            if refs is None:
                self._refs[name] = [entry.ref]
                fresh.append(name)
            else:
                refs.append(entry.ref)
            if not is_generated(entry):
                self._give(name)
        if len(fresh) > _MANY:
            self._sorted = sorted(self._refs)
        else:
            for name in fresh:
                insort(self._sorted, name)

    def _drop(self, entry: Entry) -> None:
        name = entry.ref.name
        for host in hosts_of(entry):
            self._hosts.get(host, {}).pop(entry.ref, None)
        refs = self._refs[name]
        refs.remove(entry.ref)
        if not is_generated(entry):
            self._take(name)
        if not refs:
            del self._refs[name]
            del self._sorted[bisect_left(self._sorted, name)]

    def _give(self, name: str) -> None:
        named = self._given.setdefault(len(name), {})
        named[name] = named.get(name, 0) + 1
        if named[name] == 1:
            for part in parts_of(name):
                self._parts.setdefault(part, {})[name] = 1

    def _take(self, name: str) -> None:
        named = self._given[len(name)]
        named[name] -= 1
        if not named[name]:
            del named[name]
            for part in parts_of(name):
                holders = self._parts[part]
                del holders[name]
                if not holders:
                    del self._parts[part]


def is_generated(entry: Entry) -> bool:
    """Whether an object's name was made up by its owner."""
    return entry.ref.kind in _GENERATED and bool(entry.obj.metadata.owner_references)


def parts_of(name: str) -> set[str]:
    """The words of a name of several, with two beside each other taken together: ``shop-user-api`` holds ``user-api``."""
    words = name.replace(".", "-").replace("_", "-").replace(":", "-").split("-")
    if len(words) == 1:
        return set()
    pairs = (f"{one}-{two}" for one, two in pairwise(words))
    return {part for part in (*words, *pairs) if len(part) > 1 and part != name}


_indexes: WeakKeyDictionary[Inventory, NameIndex] = WeakKeyDictionary()


def names_of(inventory: Inventory) -> NameIndex:
    """The names of an inventory as it is now."""
    index = _indexes.get(inventory)
    if index is None:
        index = _indexes[inventory] = NameIndex()
    index.refresh(inventory)
    return index
