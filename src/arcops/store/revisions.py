"""From what was seen to what is kept: bodies without managedFields, who wrote them, and which fields differ.

Everything here works on bytes. JSON is split into raw sections and only sections that differ are opened, so that the
cost of a change is that of reading the text once, not of building its objects (measured in benchmarks/record_rate.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from sys import intern
from typing import NamedTuple

import msgspec

from arcops.base.errors import BadInput
from arcops.kube.refs import GroupKind
from arcops.store.base import Writer

MOST_PATHS = 32
"""A version that differs in more fields than this is described by their parents."""

NOISE: dict[GroupKind, frozenset[str]] = {
    GroupKind("coordination.k8s.io", "Lease"): frozenset({"spec.renewTime"}),
    GroupKind("", "Node"): frozenset({"status.conditions.lastHeartbeatTime"}),
}
"""Fields whose change alone is no version: by Kubernetes defaults a kubelet renews its lease every 10 s, a leader every 2 s."""

SECRET = GroupKind("", "Secret")
_SECRET_FIELDS = ("data", "stringData")
_LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"

_KEY = b'"managedFields":'
_UNCOMPARED = frozenset({"metadata.resourceVersion", "metadata.managedFields"})
_ITEM_KEYS = ("name", "type", "key", "containerPort", "port", "ip", "uid")
_OBJECT, _LIST = ord("{"), ord("[")


class _Managed(msgspec.Struct, gc=False):
    managed: msgspec.Raw = msgspec.field(name="managedFields", default=msgspec.Raw())


class _Envelope(msgspec.Struct, gc=False):
    metadata: _Managed


class _Entry(msgspec.Struct, gc=False):
    manager: str = ""
    operation: str = ""
    subresource: str = ""
    time: str | None = None


class _FieldEntry(msgspec.Struct, gc=False):
    time: str | None = None
    fields: dict[str, msgspec.Raw] | None = msgspec.field(name="fieldsV1", default=None)


class _VersionMeta(msgspec.Struct, gc=False):
    version: str = msgspec.field(name="resourceVersion", default="")


class _Versioned(msgspec.Struct, gc=False):
    metadata: _VersionMeta


Sections = dict[str, msgspec.Raw]

_envelope = msgspec.json.Decoder(_Envelope)
_entries = msgspec.json.Decoder(list[_Entry])
_field_entries = msgspec.json.Decoder(list[_FieldEntry])
_versioned = msgspec.json.Decoder(_Versioned)
_sections = msgspec.json.Decoder(Sections)
_items = msgspec.json.Decoder(list[msgspec.Raw])


class Kept(NamedTuple):
    """What the record keeps of one raw object."""

    body: bytes
    writer: Writer | None


def keep(group_kind: GroupKind, raw: bytes) -> Kept:
    """The body without managedFields (and without a Secret's data), and the newest writer; ``BadInput`` if not an object."""
    try:
        managed = _envelope.decode(raw).metadata.managed
        found = bytes(managed) if managed else b""
        writer = newest_writer(found) if found else None
        if group_kind == SECRET:
            return Kept(_without_secrets(raw), writer)
        return Kept(_without_managed_fields(raw, found) if found else bytes(raw), writer)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadInput(what=f"A {group_kind} body", why=error) from error


def newest_writer(managed_fields: bytes) -> Writer | None:
    """The managedFields entry with the newest time (the last of those that share it), or None if there is none."""
    newest: _Entry | None = None
    for entry in _entries.decode(managed_fields):
        if newest is None or (entry.time or "") >= (newest.time or ""):
            newest = entry
    if newest is None:
        return None
    return Writer(intern(newest.manager), intern(newest.operation), intern(newest.subresource), newest.time or "")


def secret_paths(raw: bytes, since: Writer | None) -> tuple[str, ...]:
    """Which keys of a Secret somebody wrote after the version that ``since`` wrote: ``data.PASSWORD``, or ``data`` if unnamed.

    A Secret's values are never kept, so that managedFields are all that tells of a change.
    """
    envelope = _envelope.decode(raw).metadata.managed
    found: set[str] = set()
    for entry in _field_entries.decode(envelope) if envelope else ():
        if since is not None and (entry.time or "") <= since.time:
            continue
        for field in _SECRET_FIELDS:
            written = (entry.fields or {}).get(f"f:{field}")
            if written is not None:
                names = [key.removeprefix("f:") for key in _sections.decode(written) if key.startswith("f:")]
                found.update([_joined(field, name) for name in names] or [field])
    return tuple(sorted(found))


def version_of_body(body: bytes) -> str:
    """The resourceVersion inside a kept body, "" if it has none."""
    return _versioned.decode(body).metadata.version


def is_noise(group_kind: GroupKind, paths: tuple[str, ...]) -> bool:
    """Whether these changed fields are only a renewal or a heartbeat."""
    quiet = NOISE.get(group_kind)
    return quiet is not None and bool(paths) and quiet.issuperset(paths)


def changed_paths(before: bytes, after: bytes) -> tuple[str, ...]:
    """The fields that differ between two bodies, sorted, list positions folded: ``spec.containers.image``.

    A key with a dot in it stands in brackets: ``metadata.labels[app.kubernetes.io/name]``. The resourceVersion, which
    always differs, is left out. More than ``MOST_PATHS`` fields are named by their parents.
    """
    found = set(_differences("", _sections.decode(before), _sections.decode(after)))
    depth = 8
    while len(found) > MOST_PATHS and depth > 1:
        depth -= 1
        found = {_shortened(path, depth) for path in found}
    return tuple(sorted(found))


def _without_managed_fields(raw: bytes, value: bytes) -> bytes:
    """Cut the member out of compact JSON; JSON with blanks around it is written anew."""
    start = raw.find(_KEY + value)
    end = start + len(_KEY) + len(value)
    if start > 0 and raw[start - 1] == ord(","):
        return raw[: start - 1] + raw[end:]
    if start > 0 and raw[start - 1] == _OBJECT and raw[end : end + 1] in (b",", b"}"):
        return raw[:start] + raw[end + (raw[end] == ord(",")) :]
    sections = _sections.decode(raw)
    metadata = _sections.decode(sections["metadata"])
    del metadata["managedFields"]
    return msgspec.json.encode({**sections, "metadata": metadata})


def _without_secrets(raw: bytes) -> bytes:
    """Drop the data and the annotation in which ``kubectl apply`` repeats it."""
    sections = _sections.decode(raw)
    for name in _SECRET_FIELDS:
        sections.pop(name, None)
    metadata = _sections.decode(sections["metadata"])
    metadata.pop("managedFields", None)
    if bytes(metadata.get("annotations", msgspec.Raw(b"null"))) != b"null":
        annotations = _sections.decode(metadata["annotations"])
        annotations.pop(_LAST_APPLIED, None)
        metadata["annotations"] = msgspec.Raw(msgspec.json.encode(annotations))
    return msgspec.json.encode({**sections, "metadata": metadata})


def _differences(prefix: str, before: Sections, after: Sections) -> Iterator[str]:
    for key, old in before.items():
        new = after.get(key)
        if new is None:
            yield _joined(prefix, key)
        elif old != new:
            path = _joined(prefix, key)
            if path not in _UNCOMPARED:
                yield from _value_differences(path, old, new)
    for key in after:
        if key not in before:
            yield _joined(prefix, key)


def _value_differences(path: str, old: msgspec.Raw, new: msgspec.Raw) -> Iterator[str]:
    opening = memoryview(old)[0]
    if opening == memoryview(new)[0]:
        if opening == _OBJECT:
            yield from _differences(path, _sections.decode(old), _sections.decode(new))
            return
        if opening == _LIST:
            yield from _list_differences(path, _items.decode(old), _items.decode(new))
            return
    before, after = msgspec.json.decode(old), msgspec.json.decode(new)
    if before != after or isinstance(before, bool) is not isinstance(after, bool):  # in Python True equals 1
        yield path


def _list_differences(path: str, old: list[msgspec.Raw], new: list[msgspec.Raw]) -> Iterator[str]:
    if len(old) == len(new):
        for left, right in zip(old, new, strict=True):
            if left != right:
                yield from _value_differences(path, left, right)
        return
    yield path
    left_named, right_named = _by_key(old), _by_key(new)
    for name, left in left_named.items():
        other = right_named.get(name)
        if other is not None and left != other:
            yield from _value_differences(path, left, other)


def _by_key(items: list[msgspec.Raw]) -> dict[bytes, msgspec.Raw]:
    """The items of a list by the field that names them, so that an added one does not make all others look changed."""
    if not all(memoryview(item)[0] == _OBJECT for item in items):
        return {}
    opened = [_sections.decode(item) for item in items]
    for key in _ITEM_KEYS:
        names = [bytes(item[key]) for item in opened if key in item]
        if names and len(set(names)) == len(items):
            return dict(zip(names, items, strict=True))
    return {}


def _joined(prefix: str, key: str) -> str:
    if "." in key or "[" in key:
        return f"{prefix}[{key}]"
    return f"{prefix}.{key}" if prefix else key


def _shortened(path: str, depth: int) -> str:
    """The first ``depth`` steps of a path; a bracketed key is one step."""
    steps = 0
    inside = False
    for place, letter in enumerate(path):
        if letter == "]":
            inside = False
        elif not inside and letter in ".[":
            steps += 1
            if steps == depth:
                return path[:place]
            inside = letter == "["
    return path
