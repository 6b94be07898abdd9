"""What changed between two states of an object, in the words of whoever works with it, weighed and without the noise.

``image nginx:1.25 → 1.26``, ``replicas 3 → 0``, ``memory limit 512Mi → 128Mi``, ``key db.host db-1 → db-2``. Values that look
like credentials are masked; of a Secret it is said that it changed, nothing else.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from arcops.base.redact import MASK, mask_json, mask_text, mask_value
from arcops.inventory.diff import Leaf, as_text, changed_leaves
from arcops.inventory.field_names import phrase_of
from arcops.kube.objects.custom import RawBody
from arcops.kube.refs import GroupKind

SECRET = GroupKind("", "Secret")
_STATES = frozenset({"state", "lastState"})
_LONGEST = 80
"""Characters of a value inside a sentence."""
_NOISE = frozenset({
    "lastHeartbeatTime", "lastProbeTime", "lastTransitionTime", "lastUpdateTime", "observedGeneration", "renewTime", "acquireTime",
    "leaseTransitions", "startedAt", "finishedAt", "startTime", "containerID", "imageID", "lastScheduleTime", "lastSuccessfulTime",
    "lastScaleTime", "resourceVersion", "generation", "managedFields", "selfLink", "uid", "creationTimestamp",
})  # fmt: skip
"""Fields that controllers write without anybody having done anything: heartbeats, stamps, counters of versions."""
_FREE = ("data", "binaryData", "stringData", "metadata.labels", "metadata.annotations")
"""Where people name the fields themselves."""
_QUIET_ANNOTATIONS = (
    "deployment.kubernetes.io/", "kubectl.kubernetes.io/last-applied-configuration", "endpoints.kubernetes.io/last-change-trigger-time",
    "control-plane.alpha.kubernetes.io/leader", "pv.kubernetes.io/", "volume.kubernetes.io/",
)  # fmt: skip
"""Annotations that controllers write for themselves."""


class Weight(enum.IntEnum):
    """How much a changed field matters to whoever asks what changed."""

    NOISE = 0
    LABELS = 1
    STATUS = 2
    SPEC = 3


class Worded(NamedTuple):
    """One changed field: its path, a sentence, the values as text (masked, "" for absent), its weight."""

    path: str
    text: str
    old: str
    new: str
    weight: Weight


class Told(NamedTuple):
    """What changed, the weightiest first, and how many fields of no interest changed beside it."""

    fields: tuple[Worded, ...]
    folded: int


def told(
    group_kind: GroupKind, before: RawBody, after: RawBody, paths: tuple[str, ...] = (), *, most_containers: int | None = None
) -> Told:
    """What differs between two bodies. ``paths`` are those the record keeps: all that tells of a change of a Secret's data.

    ``most_containers``: how many the pods have, for bodies that came without a spec. One alone is not called by its name.
    """
    alone = (max(_container_count(before), _container_count(after)) if most_containers is None else most_containers) <= 1
    found = [_worded(group_kind, leaf, alone=alone) for leaf in changed_leaves(before, after, _STATES)]
    if group_kind == SECRET and any(path.startswith(("data", "stringData")) for path in paths):
        found.insert(0, Worded("data", "changed", "", "", Weight.SPEC))
    kept = sorted((one for one in found if one.weight), key=lambda one: -one.weight)
    return Told(tuple(kept), len(found) - len(kept))


@lru_cache(maxsize=4096)
def weight_of(path: str) -> Weight:
    """The weight of a path, with list positions folded or named."""
    if path.startswith(_FREE):
        quiet = path.startswith("metadata") and any(name in path for name in _QUIET_ANNOTATIONS)
        return Weight.NOISE if quiet else Weight.LABELS if path.startswith("metadata") else Weight.SPEC
    if any(step in _NOISE for step in _steps(path)):
        return Weight.NOISE
    if path.startswith("status"):
        return Weight.STATUS
    is_label = path.startswith("metadata") and not path.startswith("metadata.deletion")
    return Weight.LABELS if is_label else Weight.SPEC


def _steps(path: str) -> Iterator[str]:
    """The names of a path's fields, without what stands in brackets."""
    return iter(re.sub(r"\[[^\]]*\]", "", path).split("."))


def _worded(group_kind: GroupKind, leaf: Leaf, *, alone: bool) -> Worded:
    weight = weight_of(leaf.path)
    if weight is Weight.NOISE:
        return Worded(leaf.path, "", "", "", weight)
    phrase = phrase_of(leaf.path, alone=alone)
    if leaf.path.rpartition(".")[2] in _STATES:
        old, new = _state(leaf.old), _state(leaf.new)
        weight = Weight.NOISE if old == new else weight
    else:
        _, old, new = as_text(_masked(leaf))
    if group_kind == SECRET and not leaf.path.startswith("metadata"):
        return Worded(leaf.path, "changed", "", "", weight)
    return Worded(leaf.path, _sentence(phrase, leaf, old, new), old, new, weight)


def _masked(leaf: Leaf) -> Leaf:
    """The leaf without credentials; two that differ are still two."""
    name = _value_name(leaf.path)
    return Leaf(leaf.path, _mask(name, leaf.old), _mask(name, leaf.new))


def _mask(name: str, value: RawBody) -> RawBody:
    if isinstance(value, str):
        return mask_value(name, value)
    return mask_json(value) if isinstance(value, dict | list) else value


def _value_name(path: str) -> str:
    """What names a value: its key, or the variable or member it belongs to (``env[DB_PASSWORD].value``)."""
    member = re.search(r"\[([^\]]*)\](?:\.value)?$", path)
    return member[1] if member else path.rpartition(".")[2]


def _sentence(phrase: str, leaf: Leaf, old: str, new: str) -> str:
    if leaf.path.endswith("]") and isinstance(leaf.new if leaf.old is None else leaf.old, dict):
        return f"{phrase} {'added' if leaf.old is None else 'removed'}"
    if not old and not new:
        return f"{phrase} changed"
    if leaf.old is None:
        return f"{phrase} set to {_short(new)}"
    if leaf.new is None:
        return f"{phrase} removed (was {_short(old)})"
    if old == new or MASK in (old, new):
        return f"{phrase} changed"
    return f"{phrase} {_short(old)} → {_short(_without_shared_name(old, new, leaf.path))}"


def _without_shared_name(old: str, new: str, path: str) -> str:
    """``1.26`` for ``nginx:1.26`` where only the tag of an image differs."""
    if not path.endswith("image"):
        return new
    name, colon, tag = new.rpartition(":")
    return tag if colon and "/" not in tag and old.startswith(f"{name}:") and "@" not in new else new


def _short(text: str) -> str:
    if not text:
        return '""'
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _state(state: RawBody) -> str:
    """A container's state in a word: ``running``, ``CrashLoopBackOff``, ``OOMKilled``."""
    if not isinstance(state, dict):
        return ""
    for name in ("waiting", "terminated", "running"):
        inner = state.get(name)
        if isinstance(inner, dict):
            reason = inner.get("reason")
            return mask_text(str(reason)) if reason else name
    return ""


def _container_count(body: RawBody) -> int:
    """How many containers an object's pods have, as far as it says."""
    spec = body.get("spec") if isinstance(body, dict) else None
    for _ in range(3):
        if not isinstance(spec, dict):
            return 0
        containers = spec.get("containers")
        if isinstance(containers, list):
            return len(containers) + len(spec.get("initContainers") or ())
        inner = spec.get("template") or spec.get("jobTemplate")
        spec = inner.get("spec") if isinstance(inner, dict) else None
    return 0
