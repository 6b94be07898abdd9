"""A one-to-many index: entries under an owner's uid, under a node's name."""

from __future__ import annotations

from collections.abc import Iterable

from arcops.inventory.base import Entry
from arcops.kube.refs import ObjectRef


class Buckets:
    """Entries by some key they name; buckets that run empty are dropped."""

    __slots__ = ("_buckets", "_in_order")

    def __init__(self) -> None:
        """Nothing yet."""
        self._buckets: dict[str, dict[ObjectRef, Entry]] = {}
        self._in_order: dict[str, tuple[Entry, ...]] = {}
        """What was asked for, until the bucket changes: its entries stay the same while their objects live."""

    def add(self, keys: Iterable[str], entry: Entry) -> None:
        """File an entry under each key."""
        for key in keys:
            self._buckets.setdefault(key, {})[entry.ref] = entry
            self._in_order.pop(key, None)

    def drop(self, keys: Iterable[str], entry: Entry) -> None:
        """Take an entry out from under each key."""
        for key in keys:
            self._in_order.pop(key, None)
            bucket = self._buckets.get(key)
            if bucket and bucket.pop(entry.ref, None) and not bucket:
                del self._buckets[key]

    def of(self, key: str) -> tuple[Entry, ...]:
        """What lies under a key, sorted by kind, namespace and name."""
        found = self._in_order.get(key)
        if found is None:
            bucket = self._buckets.get(key)
            if not bucket:
                return ()
            found = self._in_order[key] = tuple(bucket[ref] for ref in sorted(bucket))
        return found

    def any_of(self, key: str) -> Entry | None:
        """Some entry under a key: the one filed first."""
        bucket = self._buckets.get(key)
        return next(iter(bucket.values())) if bucket else None
