"""What changed between two remembered states, in the form of the answers."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from arcops.inventory.wording import Told, Weight, told
from arcops.kube.objects.custom import RawBody
from arcops.kube.refs import ObjectRef
from arcops.kube.watch import Op
from arcops.store.base import Revision, Writer

NOTHING = Told((), 0)
_MEMBERS = msgspec.json.Decoder(dict[str, msgspec.Raw])


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
    return told(ref.group_kind, *_unequal_parts(before, after), paths)


def _unequal_parts(before: bytes, after: bytes) -> tuple[RawBody, RawBody]:
    """Both bodies without the members that are equal byte for byte: most changes are of the status, and most of the text is not.

    The spec stays where there is a status, which is told with a container's name only if there are several.
    """
    old, new = _MEMBERS.decode(before or b"{}"), _MEMBERS.decode(after or b"{}")
    names = [name for name in dict.fromkeys((*old, *new)) if old.get(name) != new.get(name)]
    left, right = _opened(old, names), _opened(new, names)
    if "status" in names and "spec" in new and "spec" not in names:
        left["spec"] = right["spec"] = msgspec.json.decode(new["spec"])
    return left, right


def _opened(members: dict[str, msgspec.Raw], names: Sequence[str]) -> dict[str, RawBody]:
    return {name: msgspec.json.decode(members[name]) for name in names if name in members}


def heaviest(found: Told) -> Weight:
    """The weight of the weightiest field."""
    return found.fields[0].weight if found.fields else Weight.NOISE
