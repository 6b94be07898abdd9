"""What changed between two remembered states, in the form of the answers."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from arcops.inventory.wording import Told, Weight, told
from arcops.kube.objects.custom import RawBody
from arcops.kube.refs import ObjectRef
from arcops.kube.watch import Op
from arcops.store.base import Revision, Writer


class _Inner(msgspec.Struct, gc=False):
    spec: _Counted | None = None


class _Counted(msgspec.Struct, gc=False, rename="camel"):
    containers: list[msgspec.Raw] | None = None
    init_containers: list[msgspec.Raw] | None = None
    template: _Inner | None = None
    job_template: _Inner | None = None

    @property
    def count(self) -> int:
        """Those of this spec, or of the template in it."""
        if self.containers is not None:
            return len(self.containers) + len(self.init_containers or ())
        inner = self.template or self.job_template
        return inner.spec.count if inner and inner.spec else 0


NOTHING = Told((), 0)
_COUNTED = msgspec.json.Decoder(_Counted)
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
    # Members that are equal byte for byte need not be opened: most changes are of the status, and most of the text is not.
    old, new = _MEMBERS.decode(before or b"{}"), _MEMBERS.decode(after or b"{}")
    names = [name for name in dict.fromkeys((*old, *new)) if old.get(name) != new.get(name)]
    most = None if "spec" in names or "spec" not in new else _container_count(new["spec"])
    return told(ref.group_kind, _opened(old, names), _opened(new, names), paths, most_containers=most)


def _container_count(spec: msgspec.Raw) -> int | None:
    """How many containers a spec names; None if it has another shape."""
    try:
        return _COUNTED.decode(spec).count
    except msgspec.ValidationError:
        return None


def _opened(members: dict[str, msgspec.Raw], names: Sequence[str]) -> dict[str, RawBody]:
    return {name: msgspec.json.decode(members[name]) for name in names if name in members}


def heaviest(found: Told) -> Weight:
    """The weight of the weightiest field."""
    return found.fields[0].weight if found.fields else Weight.NOISE
