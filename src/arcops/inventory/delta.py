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
    """All changes of one call, in the order in which they took effect; ``revision`` is the inventory's after them."""

    revision: int
    changes: tuple[Change, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything changed."""
        return bool(self.changes)

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
