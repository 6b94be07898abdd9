"""The fields of an object as leaves: what stands together in a few plain values is one, and so is a condition."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from arcops.chat.lookup.stems import stems_of
from arcops.kube.objects.custom import RawBody
from arcops.kube.refs import ObjectRef

_DEEP = 12
_LOCK = "control-plane.alpha.kubernetes.io/leader"
_HOLDER = re.compile(r'"holderIdentity": ?"([^"]+)"')
_MOST_TOGETHER = 8
"""Plain values below one name that are told together: ``issuerRef``, ``limits``, ``matchLabels``."""
_LONGEST = 200
_MOST_ITEMS = 12
_OF = "\0"
"""Before the name of an item of a list: it is told, but is no word of the path."""
_SKIPPED = frozenset((
    "managedFields", "uid", "resourceVersion", "selfLink", "generation", "observedGeneration", "metadata.name", "metadata.namespace",
    "annotations", "ownerReferences", "lastTransitionTime", "lastProbeTime", "lastHeartbeatTime", "lastUpdateTime",
    "pod-template-hash", "controller-revision-hash", "imageID", "containerID", "apiVersion", "f:metadata",
))  # fmt: skip
_UNWRAPPED = frozenset(("metadata", "spec", "status", "data", "template"))
"""Parts of a path that say nothing of their own."""
_VERDICTS = frozenset(("phase", "reason", "state", "health", "status", "result"))
"""Fields whose value is a word of the field's own: ``InstallSucceeded`` is found by ``install``."""


class Leaf(NamedTuple):
    """One field: its ``path`` as people write it, and its ``value``. ``last`` are the stems of the path's end, ``words`` of all of it.

    ``is_verdict``: a condition or a word for a state, which yes or no may hang on.
    """

    ref: ObjectRef
    path: str
    last: frozenset[str]
    words: frozenset[str]
    value: str
    is_verdict: bool = False


def leaves_of(ref: ObjectRef, body: RawBody) -> Iterator[Leaf]:
    """Every field of a parsed body that is worth telling."""
    if isinstance(body, dict):
        for key, value in body.items():
            yield from _below(ref, (str(key),), value)
            yield from _leader(ref, value) if key == "metadata" else ()


def _below(ref: ObjectRef, path: tuple[str, ...], value: RawBody) -> Iterator[Leaf]:
    if len(path) > _DEEP or path[-1] in _SKIPPED or ".".join(path) in _SKIPPED or value in (None, "", [], {}):
        return
    if isinstance(value, dict):
        if len(path) > 1 and _is_plain(value):
            yield _together(ref, path, value)
            return
        for key, one in value.items():
            yield from _below(ref, (*path, str(key)), one)
    elif isinstance(value, list):
        yield from _list(ref, path, value)
    else:
        yield _leaf(ref, path, _text(value), _text(value) if path[-1] in _VERDICTS else "")


def _leader(ref: ObjectRef, metadata: RawBody) -> Iterator[Leaf]:
    """Who leads, where an annotation serves as the lease."""
    annotations = metadata.get("annotations") if isinstance(metadata, dict) else None
    lock = annotations.get(_LOCK) if isinstance(annotations, dict) else None
    holder = _HOLDER.search(lock) if isinstance(lock, str) else None
    if holder is not None:
        yield _leaf(ref, ("annotations", _LOCK, "holderIdentity"), holder[1])


def _list(ref: ObjectRef, path: tuple[str, ...], values: list[RawBody]) -> Iterator[Leaf]:
    if not any(isinstance(one, dict | list) for one in values):
        shown = ", ".join(map(_text, values[:_MOST_ITEMS]))
        yield _leaf(ref, path, shown if len(values) <= _MOST_ITEMS else f"{shown} and {len(values) - _MOST_ITEMS} more")
        return
    for place, one in enumerate(values):
        if isinstance(one, dict) and path[-1] == "conditions" and one.get("type"):
            yield _condition(ref, one)
        elif isinstance(one, dict):
            named = one.get("name") or one.get("type") or (place if len(values) > 1 else "")
            here = (*path[:-1], f"{path[-1]}{_OF}{named}" if named != "" else path[-1])
            if _is_plain(one):
                yield _together(ref, here, one)
                continue
            for key, value in one.items():
                yield from _below(ref, (*here, str(key)), value)


def _together(ref: ObjectRef, path: tuple[str, ...], values: dict[str, RawBody]) -> Leaf:
    told = {None, "", path[-1].partition(_OF)[2]}
    shown = {key: value for key, value in values.items() if key not in _SKIPPED and value not in told}
    return _leaf(ref, path, ", ".join(f"{key}={_text(value)}" for key, value in shown.items()), " ".join(map(str, shown)))


def _condition(ref: ObjectRef, one: dict[str, RawBody]) -> Leaf:
    said = ": ".join(str(one[key]) for key in ("reason", "message") if one.get(key))
    since = f", since {one['lastTransitionTime']}" if one.get("lastTransitionTime") else ""
    named = frozenset(stems_of(f"{one['type']} {one.get('reason') or ''}"))
    value = f"{one.get('status', 'Unknown')}{f' ({said[:_LONGEST]})' if said else ''}{since}"
    return Leaf(ref, f"condition {one['type']}", named, named | {"condit"}, value, is_verdict=True)


def _leaf(ref: ObjectRef, path: tuple[str, ...], value: str, also: str = "") -> Leaf:
    shown = [part for part in path if part not in _UNWRAPPED] or list(path)
    plain = [part.partition(_OF)[0] for part in shown]
    last = frozenset(stems_of(f"{plain[-1]} {also}"))
    words = last | frozenset(stems_of(" ".join(plain)))
    return Leaf(
        ref,
        ".".join(shown).replace(_OF, "."),
        last,
        words,
        value[:_LONGEST],
        is_verdict=path[-1] in _VERDICTS or value in ("true", "false"),
    )


def _is_plain(value: dict[str, RawBody]) -> bool:
    return len(value) <= _MOST_TOGETHER and not any(isinstance(one, dict | list) for one in value.values())


def _text(value: RawBody) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)
