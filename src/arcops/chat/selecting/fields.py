"""Any field of an object as a condition: ``with reclaim policy delete``, ``whose concurrency policy is Forbid``, ``out of sync``."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import islice

import msgspec

from arcops.chat.read.denial import is_denied
from arcops.chat.read.lexicon import GRAMMAR
from arcops.chat.selecting.check import Check, Holds, denied
from arcops.inventory.base import Entry
from arcops.kube.objects.custom import CustomObject
from arcops.kube.objects.meta import KubeObject

_MOST_SEEN = 50
"""Objects whose fields are looked at for what a question may name; objects of a kind are alike."""
_DEEP = 6
HUMP = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
"""The words of a field's name."""
_IS = r"(?:(?:set |equal )?to |is |are |of |= ?|== ?|: ?)?"
_SHORTEST = 3
_SKIPPED = frozenset(("metadata", "managedFields", "message", "lastTransitionTime", "name", "namespace", "uid", "kind", "image", "labels"))
_STATES = frozenset(
    ("status", "phase", "state", "health", "sync", "robustness", "reason", "type", "result", "provisioningState", "connectivityStatus")
)
"""Fields of a status whose values are words for a state."""
_FREE = frozenset(("args", "command", "value", "host", "path", "key", "message", "operator"))
"""Fields that hold any word: one of them restricts nothing."""
Leaf = tuple[str, str]


def field_checks(text: str, entries: Sequence[Entry], fields: Collection[str]) -> Iterator[tuple[Check, str]]:
    """For each field that a question (in lower case) names with a value: its check and the words that say it."""
    seen = {leaf for entry in islice(entries, _MOST_SEEN) for leaf in _lower(entry)}
    said: set[str] = set()
    for name in sorted({name for name, _ in seen}, key=lambda one: (-len(one), one)):
        words = [word.lower() for word in HUMP.findall(name)]
        for first in range(len(words) - 1):
            spoken = " ?".join(words[first:])
            match = re.search(rf"\b{spoken} (?P<is>{_IS})(?P<value>[\w./:-]*[\w-])", text)
            if match is None or match["value"] in GRAMMAR or match[0] in said or not set(words).isdisjoint(fields):
                continue
            if match["is"] or (name, match["value"]) in seen:
                said.add(match[0])
                check = _field_check(name, " ".join(words[first:]), match["value"])
                yield (denied(check) if is_denied(text[: match.start()]) else check), match[0]
                break


def value_check(word: str, entries: Sequence[Entry]) -> Check | None:
    """The check for a word that is the whole value of some field: ``guaranteed``, ``recreate``, ``arm64``."""
    found = {name for entry in islice(entries, _MOST_SEEN) for name, value in _lower(entry) if value == word and name not in _FREE}
    if not found:
        return None
    name = min(found, key=lambda one: (len(one), one))
    return Check(f"{{have}} {' '.join(part.lower() for part in HUMP.findall(name))} {word}", lambda entry: (name, word) in _lower(entry))


def _field_check(name: str, spoken: str, wanted: str) -> Check:
    def holds(entry: Entry) -> bool:
        return (name, wanted) in _lower(entry)

    return Check(f"{{have}} {spoken} {wanted}", holds)


def state_checks(text: str, entries: Sequence[Entry]) -> Iterator[tuple[Check, str]]:
    """For each word for a state that a custom object bears and a question names (``stalled``, ``out of sync``): its check."""
    if not entries or not isinstance(entries[0].obj, CustomObject):
        return
    states = {value for entry in islice(entries, _MOST_SEEN) for value in _states(entry)}
    for state in sorted(states, key=len, reverse=True):
        spoken = "[ -]?".join(word.lower() for word in HUMP.findall(state))
        match = re.search(rf"(?<![\w-]){spoken}(?![\w-])", text) if len(state) >= _SHORTEST and spoken else None
        if match is not None:
            check = Check(f"{{are}} {state}", _stands(state))
            yield (denied(check) if is_denied(text[: match.start()]) else check), match[0]
            return


def _stands(state: str) -> Holds:
    return lambda entry: state in _states(entry)


def _states(entry: Entry) -> set[str]:
    """The words for a state that a custom object bears: its phases and verdicts, and the conditions that are True."""
    if not isinstance(entry.obj, CustomObject) or entry.obj.status is None:
        return set()
    found = {value for name, value in leaves_of(entry.obj.status) if name in _STATES}
    conditions = entry.obj.status.conditions or ()
    found -= {one.type for one in conditions} | {"True", "False", "Unknown"}
    return found | {one.type for one in conditions if one.status == "True"}


def leaves_of(obj: KubeObject | msgspec.Struct) -> Iterator[Leaf]:
    """Every field that has a plain value, by its last name: ``reclaimPolicy: Delete``."""
    yield from _within("", msgspec.to_builtins(obj, enc_hook=str), 0)


def _lower(entry: Entry) -> Iterator[Leaf]:
    """The same with the values in lower case, as questions are read."""
    return ((name, value.lower()) for name, value in leaves_of(entry.obj))


def _within(name: str, value: object, depth: int) -> Iterator[Leaf]:
    if isinstance(value, dict):
        for key, inner in value.items() if depth <= _DEEP else ():
            if key not in _SKIPPED and inner is not None:
                yield from _within(str(key), inner, depth + 1)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _within(name, inner, depth + 1)
    elif name and not isinstance(value, float):
        yield name, str(value)
