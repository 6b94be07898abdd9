"""Which resourceVersions of one kind were seen: what is news, what is an echo, what has gone.

resourceVersions are compared only within one kind and only as Kubernetes allows: length first, then text.
"""

from __future__ import annotations

from collections import OrderedDict

from arcops.kube.objects.meta import ObjectMeta

_REMEMBERED_DELETIONS = 4096
_REMEMBERED_SKIPS = 1000


def is_newer(version: str, than: str) -> bool:
    """Whether ``version`` comes after ``than``; versions that are no numbers cannot be compared, so any other is news."""
    if version == than:
        return False
    if not (version.isdigit() and than.isdigit()):
        return True
    return (len(version), version) > (len(than), than)


def key_of(meta: ObjectMeta) -> str:
    """What tells one object from every other of its kind: the uid, or the name for the few kinds without."""
    return meta.uid or f"{meta.namespace}/{meta.name}"


class SeenVersions:
    """The version last seen of every live object of one kind, and of the last 4,096 that were deleted."""

    def __init__(self) -> None:
        """Nothing seen yet."""
        self.live: dict[str, str] = {}
        self.skipped: dict[str, str] = {}
        """Versions of objects that exist and could not be read."""
        self._deleted: OrderedDict[str, str] = OrderedDict()

    def __len__(self) -> int:
        return len(self.live)

    def is_news(self, key: str, version: str) -> bool:
        """Remember an addition or a change; False for a duplicate, an older version, or one of an object since deleted."""
        known = self.live.get(key)
        if known is None:
            gone = self._deleted.get(key)
            if gone is not None:
                if not is_newer(version, gone):
                    return False
                del self._deleted[key]
        elif known == version or not is_newer(version, known):
            return False
        self.live[key] = version
        return True

    def is_deletion(self, key: str, version: str) -> bool:
        """Remember a deletion; False if it was seen before or is of an older life."""
        known = self.live.get(key)
        if known is None:
            if key in self._deleted:
                return False
        elif known != version and not is_newer(version, known):
            return False
        self.live.pop(key, None)
        self.skipped.pop(key, None)
        self._deleted[key] = version
        if len(self._deleted) > _REMEMBERED_DELETIONS:
            self._deleted.popitem(last=False)
        return True

    def version_of(self, key: str) -> str:
        """The last version seen of an object, read or not, deleted or not; "" if it never was."""
        return self.live.get(key) or self.skipped.get(key) or self._deleted.get(key, "")

    def skip(self, key: str, version: str) -> None:
        """Remember that an object is at a version that could not be read."""
        if key in self.skipped or len(self.skipped) < _REMEMBERED_SKIPS:
            self.skipped[key] = version

    def replace(self, live: dict[str, str]) -> None:
        """Take over a complete list. Deletions are forgotten: the list is younger than any of them, or history began anew."""
        self.live = live
        self._deleted.clear()
