"""``the pull secret of web``: not the thing that is named is meant, but one that hangs together with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from arcops.chat.base import Intent
from arcops.chat.read.found import Found
from arcops.chat.read.kinds import NAMESPACE, NODE, POD, WORKLOADS
from arcops.inventory.graph import neighbours, upstream
from arcops.inventory.index import Inventory
from arcops.kube.refs import GroupKind, ObjectRef

_INTENTS = frozenset({Intent.STATE, Intent.WRONG, Intent.WHY, Intent.HISTORY})
_LISTS = frozenset({Intent.LIST, Intent.COUNT})
_FOLLOWED = _INTENTS | _LISTS
_THAT = re.compile(r"\b(?:the|that|this|its|their) (?:\w+ )?KIND\b")
_DEPTH = 4
_MOST_STEPS = 30
_JOINS = frozenset(("of", "for", "behind"))
_NOT = frozenset({POD, NODE, NAMESPACE, *WORKLOADS})
"""Kinds whose kin every answer tells of anyway."""
_MOST_PARTS = 2


def kin_of(found: Found, intent: Intent, named: tuple[ObjectRef, ...]) -> ObjectRef | None:
    """The one object of the kind said before ``of`` a name that is linked with what has the name, be it there or not; else None."""
    if intent not in _INTENTS or len(named) != 1 or not found.names.mentions:
        return None
    at, ref = found.names.mentions[0].at, named[0]
    kinds = [kind for place, kind in found.kinds.items() if place < at and _joins(found, place, at)]
    if len(kinds) != 1 or kinds[0] in _NOT or kinds[0] == ref.group_kind:
        return None
    linked = _linked(found, ref, kinds[0])
    return linked[0] if len(linked) == 1 else None


def kin_before(found: Found, intent: Intent, sentence: str, before: tuple[ObjectRef, ...]) -> ObjectRef | None:
    """``what is in that configmap?`` after a question about a workload: the one of the kind that hangs together with it; else None."""
    kinds = set(found.kinds.values())
    if intent not in _FOLLOWED or len(kinds) != 1 or found.plural or not before or not _THAT.search(sentence):
        return None
    kind = kinds.pop()
    own = [ref for ref in before if ref.group_kind == kind]
    if kind in _NOT or own:
        return own[0] if len(own) == 1 and intent in _LISTS else None
    linked = _linked(found, before[0], kind) or [
        step.ref for step in islice(upstream(before[0], found.asking.inventory, _DEPTH), _MOST_STEPS) if step.ref.group_kind == kind
    ]
    linked = linked or [entry.ref for entry in found.asking.inventory.list(kind)]
    return linked[0] if len(linked) == 1 else None


def _joins(found: Found, place: int, at: int) -> bool:
    """Whether the name follows a kind by ``of``, with at most an article and another kind between."""
    between = [word.low for word in found.words[place + 1 : at]]
    return place not in found.plural and 0 < len(between) <= 3 and between[0] in _JOINS  # noqa: PLR2004


def _linked(found: Found, ref: ObjectRef, kind: GroupKind) -> list[ObjectRef]:
    """What of the kind is linked with an object, or with the first pods that a workload owns."""
    inventory = found.asking.inventory
    linked: dict[ObjectRef, None] = {}
    for own in (ref, *islice(_parts(inventory, ref), _MOST_PARTS)):
        others = (link.target if link.source == own else link.source for link in neighbours(own, inventory))
        linked.update((one, None) for one in others if one.group_kind == kind)
    return list(linked)


def _parts(inventory: Inventory, ref: ObjectRef) -> Iterator[ObjectRef]:
    """The pods that an object owns, by itself or by what it owns."""
    entry = inventory.get(ref)
    for owned in inventory.owned_by(entry.uid) if entry is not None and entry.uid else ():
        yield from (owned.ref,) if owned.ref.group_kind == POD else _parts(inventory, owned.ref)
