"""What a question wants counted apart: per node, by state, by any label or field that the objects have."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from arcops.chat.selecting.amounts import node_name
from arcops.chat.selecting.fields import HUMP, leaves_of
from arcops.chat.selecting.images import images_of
from arcops.chat.selecting.wellness import wellness_of
from arcops.inventory.base import Entry
from arcops.kube.owners import controller_of

NOWHERE = "none"
"""The group of what has none."""
_MOST_SEEN = 50
_MOST_WORDS = 3
_PER = re.compile(
    r"\b(?:per|by|for each|for every|in each|in every|on each|on every|each|every|grouped by|group by|split by)(?: the| their)? "
    r"(?P<words>[\w./-]+(?: [\w./-]+){0,2})"
)
_WHICH_MOST = re.compile(
    r"\b(?:which|what) (namespace|node|image)s? (?:has|have|runs?|holds?|contains?|is running|carries)[\w ]{0,20}?"
    r"(most|fewest|least|more|many) ?(\w*)"
)
_OF_ORDER = frozenset(("name", "names", "cpu", "memory", "storage", "age", "size", "restarts", "time", "date", "number", "value"))
"""Words after ``by`` that a list is sorted by."""
_SAME = {
    "ns": "namespace",
    "phase": "status",
    "state": "status",
    "reason": "status",
    "deployment": "workload",
    "statefulset": "workload",
    "daemonset": "workload",
    "app": "workload",
    "tag": "image",
}
Of = Callable[[Entry], list[str]]


@dataclass(frozen=True, slots=True)
class Group:
    """``word`` names what is counted apart; ``of`` are the groups of an object."""

    word: str
    of: Of


def group_of(question: str, entries: Sequence[Entry]) -> Group | None:
    """What the question wants counts per, or None."""
    text = " ".join(question.lower().replace("?", "").split())
    for found in _PER.finditer(text):
        words = found["words"].split()
        for length in range(min(_MOST_WORDS, len(words)), 0, -1):
            group = _known(" ".join(words[:length])) or _by_label(words[:length], entries) or _by_field(words[:length], entries)
            if group is not None:
                return group
    most = _WHICH_MOST.search(text)
    return _known(most[1]) if most else None


def _known(word: str) -> Group | None:
    for one in (word, word.removesuffix("es"), word.removesuffix("s")):
        name = _SAME.get(one, one)
        if name in _GROUPS:
            return Group(name, _GROUPS[name])
    return None


def _by_label(words: Sequence[str], entries: Sequence[Entry]) -> Group | None:
    """By a label: its whole key, or what stands after the stroke (``zone``)."""
    said = "-".join(word for word in words if word not in ("label", "labels"))
    keys = {key for entry in islice(entries, _MOST_SEEN) for key in entry.obj.metadata.labels or {}}
    for key in sorted(keys, key=len):
        if said in (key.lower(), key.lower().rpartition("/")[2]):
            return Group(key.rpartition("/")[2], lambda entry, key=key: [(entry.obj.metadata.labels or {}).get(key, NOWHERE)])  # type: ignore[misc]
    return None


def _by_field(words: Sequence[str], entries: Sequence[Entry]) -> Group | None:
    """By a field: every word of its name, or the first ones (``storage class`` of ``storageClassName``)."""
    if len(words) == 1 and words[0] in _OF_ORDER:
        return None
    kind = [entries[0].ref.kind.lower()] if entries else []
    singular = [*words[:-1], words[-1].removesuffix("es") if words[-1].endswith("sses") else words[-1].removesuffix("s")]
    for name in _field_names(entries):
        humps = [one.lower() for one in HUMP.findall(name)]
        bare = humps[:-1] if humps[-1] in ("name", "type") else humps
        if {tuple(words), tuple(singular)} & {tuple(humps), tuple(bare), tuple(bare[1:]) if bare[:1] == kind else ()}:
            return Group(" ".join(humps), lambda entry, name=name: _values(entry, name))  # type: ignore[misc]
    return None


def _field_names(entries: Sequence[Entry]) -> Iterator[str]:
    names = {name for entry in islice(entries, _MOST_SEEN) for name, _ in leaves_of(entry.obj)}
    return iter(sorted(names, key=lambda name: (len(name), name)))


def _values(entry: Entry, name: str) -> list[str]:
    return sorted({value for key, value in leaves_of(entry.obj) if key == name}) or [NOWHERE]


def _owner(entry: Entry) -> list[str]:
    owner = controller_of(entry.obj)
    return [f"{owner.kind} {entry.ref.namespace}/{owner.name}" if owner else NOWHERE]


def _workload(entry: Entry) -> list[str]:
    """What a pod is of; of a ReplicaSet its Deployment, by the hash that its name ends with."""
    owner = controller_of(entry.obj)
    stamp = (entry.obj.metadata.labels or {}).get("pod-template-hash", "")
    if owner is None or owner.kind != "ReplicaSet" or not stamp or not owner.name.endswith(f"-{stamp}"):
        return _owner(entry)
    return [f"Deployment {entry.ref.namespace}/{owner.name.removesuffix(f'-{stamp}')}"]


_GROUPS: dict[str, Of] = {
    "namespace": lambda entry: [entry.ref.namespace or NOWHERE],
    "node": lambda entry: [node_name(entry) or NOWHERE],
    "status": lambda entry: [wellness_of(entry).word or "no state"],
    "type": lambda entry: [wellness_of(entry).word or "no state"],
    "image": lambda entry: sorted(set(images_of(entry))),
    "kind": lambda entry: [entry.ref.kind],
    "owner": _owner,
    "workload": _workload,
}
