"""What changed between two remembered states, in the form of the answers."""

from __future__ import annotations

import msgspec

from arcops.inventory.wording import Told, Weight, told
from arcops.kube.refs import ObjectRef
from arcops.kube.watch import Op
from arcops.store.base import Revision, Writer

NOTHING = Told((), 0)


class FieldChange(msgspec.Struct, frozen=True, gc=False):
    """One changed field: its path, a sentence, the values as text (credentials masked, "" for absent).

    ``weight`` is ``spec`` (what somebody set: spec, data, rules), ``status`` or ``labels`` (and annotations).
    """

    path: str
    text: str
    old: str
    new: str
    weight: str


class WrittenBy(msgspec.Struct, frozen=True, gc=False):
    """Who wrote a version, by its managedFields: field manager, operation (Update, Apply), subresource, time."""

    manager: str
    operation: str
    subresource: str
    time: str


def field_changes(found: Told) -> list[FieldChange]:
    """Changed fields, the weightiest first."""
    return [FieldChange(one.path, one.text, one.old, one.new, one.weight.name.lower()) for one in found.fields]


def written_by(writer: Writer | None) -> WrittenBy | None:
    """Who wrote a version."""
    return WrittenBy(writer.manager, writer.operation, writer.subresource, writer.time) if writer else None


def what_changed(before: Revision | None, after: Revision) -> Told:
    """The fields that differ from the version before; none where there is no such version of the same life."""
    if before is None or after.op is Op.DELETED or before.op is Op.DELETED or before.uid != after.uid:
        return NOTHING
    return between(after.ref, before.body, after.body, after.paths)


def between(ref: ObjectRef, before: bytes, after: bytes, paths: tuple[str, ...] = ()) -> Told:
    """The fields that differ between two bodies of one object."""
    if before == after and not paths:
        return NOTHING
    return told(ref.group_kind, msgspec.json.decode(before or b"{}"), msgspec.json.decode(after or b"{}"), paths)


def heaviest(found: Told) -> Weight:
    """The weight of the weightiest field."""
    return found.fields[0].weight if found.fields else Weight.NOISE
