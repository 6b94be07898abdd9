"""The small shapes that several answers share."""

from __future__ import annotations

import msgspec

from arcops.base.clock import rfc3339
from arcops.kube.refs import ObjectRef
from arcops.store.base import Gap


class Reference(msgspec.Struct, frozen=True, gc=False):
    """The full name of an object; ``namespace`` is "" for cluster-scoped kinds, ``group`` for the core group."""

    group: str
    kind: str
    namespace: str
    name: str
    uid: str = ""
    field_path: str = ""


class GapSpan(msgspec.Struct, frozen=True, gc=False):
    """A span in which nothing was seen, of one kind or (``kind`` null) of all, and why."""

    kind: str | None
    since: str
    until: str
    why: str


def reference(ref: ObjectRef, uid: str = "", field_path: str = "") -> Reference:
    """A ref in the form of the answers."""
    return Reference(ref.group, ref.kind, ref.namespace, ref.name, uid, field_path)


def gap_span(gap: Gap) -> GapSpan:
    """A gap in the form of the answers."""
    kind = str(gap.group_kind) if gap.group_kind else None
    return GapSpan(kind, rfc3339(gap.since_ms), rfc3339(gap.until_ms), gap.why)


def stamp(ms: int) -> str | None:
    """RFC 3339, or None for 0, which stands for never."""
    return rfc3339(ms) if ms else None
