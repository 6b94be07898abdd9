"""What one call changed in the inventory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from arcops.kube.objects.meta import KubeObject
from arcops.kube.refs import GroupKind, ObjectRef
from arcops.kube.watch import Op


class Change(msgspec.Struct, frozen=True, gc=False):
    """One object came (``before`` is None), changed, or went (``after`` is None). ``op`` is ADDED, MODIFIED or DELETED."""

    op: Op
    ref: ObjectRef
    before: KubeObject | None
    after: KubeObject | None


@dataclass(frozen=True, slots=True)
class Delta:
    """All changes of one call, in the order in which they took effect; ``revision`` is the inventory's after them.

    ``lost``: a listener fell so far behind that changes were left out; it must look at everything again.
    """

    revision: int
    changes: tuple[Change, ...] = ()
    lost: bool = False

    def __bool__(self) -> bool:
        """Whether anything changed."""
        return bool(self.changes) or self.lost

    @property
    def kinds(self) -> frozenset[GroupKind]:
        """The kinds touched."""
        return frozenset(change.ref.group_kind for change in self.changes)

    @property
    def added(self) -> list[ObjectRef]:
        """Objects that came."""
        return list(self._refs(Op.ADDED))

    @property
    def modified(self) -> list[ObjectRef]:
        """Objects that changed; one that changed twice is named twice."""
        return list(self._refs(Op.MODIFIED))

    @property
    def deleted(self) -> list[ObjectRef]:
        """Objects that went."""
        return list(self._refs(Op.DELETED))

    def _refs(self, op: Op) -> Iterator[ObjectRef]:
        return (change.ref for change in self.changes if change.op is op)


MOST_MERGED = 20_000
"""Changes that wait for a listener that fell behind; with more of them it looks at everything again."""


def merged(older: Delta, newer: Delta) -> Delta:
    """One delta for both, every step of every object in it: who selects by labels must see those in between too."""
    changes = (*older.changes, *newer.changes)
    if older.lost or newer.lost or len(changes) > MOST_MERGED:
        return Delta(newer.revision, lost=True)
    return Delta(newer.revision, changes)
