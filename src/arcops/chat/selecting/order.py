"""What a question wants sorted or grouped: the most restarts, the oldest, how many per node."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from arcops.chat.asked import Asked
from arcops.chat.selecting.amounts import Side, amounts_of, node_name
from arcops.chat.selecting.conditions import restarts_of
from arcops.chat.selecting.images import images_of
from arcops.chat.selecting.wellness import wellness_of
from arcops.findings.amounts import shown
from arcops.inventory.base import Entry
from arcops.kube.owners import controller_of
from arcops.kube.times import age_text, time_ms

_MOST = r"\b(?:most|highest|top(?: \d+)?|biggest|largest|max(?:imum)?|heaviest|hungriest|worst|frequent(?:ly)?|often)\b"
_LEAST = r"(?<!at )\b(?:least|lowest|fewest|smallest|min(?:imum)?)\b"
_TOP = re.compile(r"\b(?:top|first|last|the) (\d{1,3})\b|\b(\d{1,3}) (?:oldest|newest|youngest|biggest|largest|most)\b")
_GROUP = re.compile(
    r"\b(?:per|by|for each|for every|in each|in every|on each|on every|each|every) "
    r"(namespace|ns|node|phase|status|state|image|kind|owner|workload|reason|type)s?\b"
)
_WHICH_MOST = re.compile(
    r"\b(?:which|what) (namespace|node|image)s? (?:has|have|runs?|holds?|contains?|is running|carries)[\w ]{0,20}?"
    r"(most|fewest|least|more|many) ?(\w*)"
)


NOWHERE = "none"
"""The group of what has none."""


@dataclass(frozen=True, slots=True)
class Order:
    """By what a list is sorted, the largest key first. ``superlative`` is said of the first, ``what`` is the amount as a noun.

    ``shown`` is the amount of one object in words, "" where it has none. ``resource`` is ``cpu`` or ``memory``, else "".
    """

    superlative: str
    what: str
    key: Callable[[Entry], float]
    shown: Callable[[Entry, Asked], str]
    resource: str = ""


def order_of(asked: Asked) -> Order | None:
    """The order the question asks for, or None."""
    text = asked.reading.question.lower()
    if re.search(r"\boldest|longest[- ]running|longest\b", text):
        return Order("Oldest", "an age", lambda entry: -(time_ms(entry.obj.metadata.creation_timestamp) or 0), _age)
    if re.search(r"\bnewest|youngest|latest (?!tag|image|version)|most recent|recently|last created|just created\b", text):
        return Order("Newest", "an age", lambda entry: time_ms(entry.obj.metadata.creation_timestamp) or 0, _age)
    sign = 1 if re.search(_MOST, text) else -1 if re.search(_LEAST, text) else 0
    if not sign:
        return None
    return _by_amount(asked, text, sign)


def _by_amount(asked: Asked, text: str, sign: int) -> Order | None:
    if re.search(r"\brestart|crash", text):
        return Order(
            f"{'Most' if sign > 0 else 'Fewest'} restarts",
            "restarted",
            lambda entry: sign * restarts_of(entry, asked.inventory),
            lambda entry, asked: _restarts(restarts_of(entry, asked.inventory)),
        )
    for resource, words in (("memory", r"\b(?:memory|ram|mem)\b"), ("cpu", r"\b(?:cpu|cores?|processor)\b")):
        if re.search(words, text):
            return _by_resource(resource, Side.LIMIT if re.search(r"\blimit", text) else Side.REQUEST, sign)
    return None


def _by_resource(resource: str, side: Side, sign: int) -> Order:
    name = f"{'CPU' if resource == 'cpu' else resource} {side.value}"

    def amount(entry: Entry, _asked: Asked) -> str:
        of = amounts_of(entry, side)
        return f"{shown(resource, of[resource])}" if of.get(resource) else ""

    head = f"{'Largest' if sign > 0 else 'Smallest'} {name}"
    return Order(head, f"a {name}", lambda entry: sign * amounts_of(entry, side).get(resource, 0), amount, resource)


def _age(entry: Entry, asked: Asked) -> str:
    return f"{age_text(entry.obj.metadata.creation_timestamp, asked.at_ms)} old"


def _restarts(count: int) -> str:
    return "" if not count else "1 restart" if count == 1 else f"{count:,} restarts"


def top_of(question: str, otherwise: int) -> int:
    """How many rows are asked for (``top 5``)."""
    found = _TOP.search(question.lower())
    return max(1, min(otherwise, int(found[1] or found[2]))) if found else otherwise


def group_of(question: str) -> str:
    """What the question wants counts per: ``namespace``, ``node``, ``status``, ``image``, ``owner``; "" for nothing."""
    text = question.lower()
    found = _GROUP.search(text) or _WHICH_MOST.search(text)
    word = found[1] if found else ""
    return {"ns": "namespace", "phase": "status", "state": "status", "reason": "status", "workload": "owner"}.get(word, word)


def grouping(word: str) -> Callable[[Entry], list[str]]:
    """The groups an object is in."""
    return _GROUPS.get(word, _GROUPS["namespace"])


def _owner(entry: Entry) -> list[str]:
    owner = controller_of(entry.obj)
    return [f"{owner.kind} {entry.ref.namespace}/{owner.name}" if owner else NOWHERE]


_GROUPS: dict[str, Callable[[Entry], list[str]]] = {
    "namespace": lambda entry: [entry.ref.namespace or NOWHERE],
    "node": lambda entry: [node_name(entry) or NOWHERE],
    "status": lambda entry: [wellness_of(entry).word or "no state"],
    "type": lambda entry: [wellness_of(entry).word or "no state"],
    "image": lambda entry: sorted(set(images_of(entry))),
    "kind": lambda entry: [entry.ref.kind],
    "owner": _owner,
}
