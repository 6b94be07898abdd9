"""What a watcher sees: the unit that flows from a source through the record into the inventory."""

from __future__ import annotations

import enum

import msgspec

from arcops.kube.objects.meta import KubeObject
from arcops.kube.refs import GroupKind, ObjectRef


class Op(enum.IntEnum):
    """What happened to an object. The numbers are stored in the record and never change meaning."""

    ADDED = 0
    MODIFIED = 1
    DELETED = 2
    CARRIED = 3
    """Copied from an older file of the record; nothing happened."""
    RELISTED = 4
    """Found by a list after a gap: it is so now, but when it came to be so was not seen."""


class Observation(msgspec.Struct, frozen=True, gc=False):
    """One add, change or delete, as seen.

    ``obj`` holds the typed fields, ``raw`` the whole JSON body as the server sent it, managedFields included (without
    data for Secrets, which are only ever read as metadata). For a deletion that was inferred (the object was missing
    from a later list) ``raw`` is empty and ``obj`` holds metadata only; it is empty too where the body was told before.
    ``unseen`` is true when the change happened at some unknown moment before ``seen_ms``, while nobody watched.
    """

    op: Op
    group_kind: GroupKind
    obj: KubeObject
    raw: bytes
    seen_ms: int
    unseen: bool = False

    @property
    def ref(self) -> ObjectRef:
        """The object's name."""
        meta = self.obj.metadata
        return ObjectRef(self.group_kind.group, self.group_kind.kind, meta.namespace, meta.name)
