"""What changed between two states of an object, field by field, with members of lists named by what names them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from arcops.kube.objects.custom import RawBody

_NAMING = ("name", "type", "key", "containerPort", "port", "ip", "uid")
_UNCOMPARED = frozenset({"metadata.resourceVersion", "metadata.managedFields", "metadata.generation"})
_LONGEST = 200
"""Characters of a value that are shown."""


class Difference(NamedTuple):
    """One field: ``spec.template.spec.containers[api].image``, its old and its new value as text ("" for absent)."""

    path: str
    old: str
    new: str


class Leaf(NamedTuple):
    """The same with the values themselves, None for absent."""

    path: str
    old: RawBody
    new: RawBody


def differences(before: RawBody, after: RawBody) -> list[Difference]:
    """Every leaf that differs, in the order of the fields; what always differs (resourceVersion, generation) left out."""
    return [as_text(leaf) for leaf in _between("", before, after, None)]


def changed_leaves(before: RawBody, after: RawBody, opaque: frozenset[str] = frozenset()) -> list[Leaf]:
    """The same as values; members of lists that came or went, and fields named as ``opaque`` (``state``), in one piece."""
    return list(_between("", before, after, opaque))


def as_text(leaf: Leaf) -> Difference:
    """A leaf as text: of longer texts the lines that only one of them has."""
    path, old, new = leaf
    if isinstance(old, str) and isinstance(new, str) and "\n" in old + new:
        return Difference(path, _lines_only_in(old, new), _lines_only_in(new, old))
    return Difference(path, value_text(old), value_text(new))


def _between(path: str, old: RawBody, new: RawBody, opaque: frozenset[str] | None) -> Iterator[Leaf]:
    """``opaque`` None opens everything."""
    if old == new or path in _UNCOMPARED:
        return
    if opaque is not None and _is_piece(path, old, new, opaque):
        yield Leaf(path, old, new)
    elif isinstance(old, dict) and isinstance(new, dict):
        for key in dict.fromkeys((*old, *new)):
            yield from _between(_joined(path, str(key)), old.get(key), new.get(key), opaque)
    elif isinstance(old, list | tuple) and isinstance(new, list | tuple) and (pairs := _paired(old, new)):
        for name, left, right in pairs:
            yield from _between(f"{path}[{name}]", left, right, opaque)
    elif isinstance(old, dict) and new is None:
        yield from _between(path, old, {}, opaque) if old else (Leaf(path, old, None),)
    elif isinstance(new, dict) and old is None:
        yield from _between(path, {}, new, opaque) if new else (Leaf(path, None, new),)
    else:
        yield Leaf(path, old, new)


def _is_piece(path: str, old: RawBody, new: RawBody, opaque: frozenset[str]) -> bool:
    one_sided = path.endswith("]") and (old is None or new is None)
    return one_sided or path.rpartition(".")[2] in opaque


def _paired(old: Sequence[RawBody], new: Sequence[RawBody]) -> list[tuple[str, RawBody, RawBody]]:
    """The members of two lists of objects side by side, by the first field that names all of them; none if there is no such field."""
    members = [*old, *new]
    if not members or not all(isinstance(member, dict) for member in members):
        return []
    for key in _NAMING:
        left, right = _by(key, old), _by(key, new)
        if left is not None and right is not None:
            return [(name, left.get(name), right.get(name)) for name in dict.fromkeys((*left, *right))]
    return []


def _by(key: str, members: Sequence[RawBody]) -> dict[str, RawBody] | None:
    named = {str(member[key]): member for member in members if key in member}
    return named if len(named) == len(members) else None


def _lines_only_in(text: str, other: str) -> str:
    """The lines of a longer text that the other has not, on one line."""
    there = {line.strip() for line in other.splitlines()}
    lines = [line.strip() for line in text.splitlines() if line.strip() and line.strip() not in there]
    return value_text(" / ".join(lines))


def _joined(path: str, key: str) -> str:
    if "." in key or "[" in key:
        return f"{path}[{key}]"
    return f"{path}.{key}" if path else key


def value_text(value: RawBody) -> str:
    """A value as people write it: scalars bare, lists of scalars with commas, the rest as compact JSON; long ones cut."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        text = str(value)
    else:
        import msgspec

        text = msgspec.json.encode(value).decode()
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
