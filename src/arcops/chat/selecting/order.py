"""What a question wants sorted: the most restarts, the oldest, the largest claim."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from arcops.chat.asked import Asked
from arcops.chat.selecting.amounts import Side, amounts_of
from arcops.chat.selecting.chosen import meant_kind
from arcops.chat.selecting.conditions import restarts_of
from arcops.chat.selecting.scope import NAMESPACE, NODE, POD
from arcops.chat.selecting.sizes import size_of
from arcops.findings.amounts import shown
from arcops.inventory.base import Entry
from arcops.kube.times import age_text, time_ms

_MOST = r"\b(?:most|highest|top(?: \d+)?|biggest|largest|max(?:imum)?|heaviest|hungriest|worst|frequent(?:ly)?|often)\b"
_LEAST = r"(?<!at )\b(?:least|lowest|fewest|smallest|min(?:imum)?)\b"
_BY = re.compile(r"\bby (?:the |number of |count of |their )*(?:restarts?|memory|ram|cpus?|size|storage|capacity|pods|replicas)\b")
_TOP = re.compile(
    r"\b(?:top|first|last|the) (\d{1,3})\b|\b(\d{1,3}) (?:oldest|newest|youngest|biggest|largest|most)\b|"
    r"^(?:\w+ ){0,3}(\d{1,3}) \w+ with (?:the )?(?:most|highest|largest|biggest|least|fewest|lowest)\b"
)


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
    if re.search(r"\b(?:by|order\w* by|sort\w* by) (?:their )?age\b", text):
        return Order("Oldest", "an age", lambda entry: -(time_ms(entry.obj.metadata.creation_timestamp) or 0), _age)
    sign = 1 if re.search(_MOST, text) or _BY.search(text) else -1 if re.search(_LEAST, text) else 0
    if not sign:
        return None
    return _by_amount(asked, text, sign)


def _by_amount(asked: Asked, text: str, sign: int) -> Order | None:
    if re.search(r"\brestart|crash", text):
        return Order(
            f"{'Most' if sign > 0 else 'Fewest'} restarts",
            "restarted",
            lambda entry: sign * restarts_of(entry, asked.inventory),
            lambda entry, asked: _restarts(restarts_of(entry, asked.inventory)) or ("0 restarts" if sign < 0 else ""),
        )
    for resource, words in (("memory", r"\b(?:memory|ram|mem)\b"), ("cpu", r"\b(?:cpu|cores?|processor)\b")):
        if re.search(words, text):
            return _by_resource(resource, Side.LIMIT if re.search(r"\blimit", text) else Side.REQUEST, sign)
    return _by_size(asked, sign)


def _by_size(asked: Asked, sign: int) -> Order | None:
    """By how large objects of the kind are: a claim by its storage, a workload by its replicas; None for kinds without a size."""
    kind = meant_kind(asked)
    if kind == NAMESPACE:
        return Order("Most pods" if sign > 0 else "Fewest pods", "pods", lambda entry: sign * asked.inventory.count(POD, entry.ref.name),
                     lambda entry, asked: f"{asked.inventory.count(POD, entry.ref.name):,}")  # fmt: skip
    if kind == NODE and re.search(r"\bpods?\b", asked.reading.question.lower()):
        return Order("Most pods" if sign > 0 else "Fewest pods", "pods", lambda entry: sign * len(asked.inventory.on_node(entry.ref.name)),
                     lambda entry, asked: f"{len(asked.inventory.on_node(entry.ref.name)):,}")  # fmt: skip
    size = size_of(kind)
    if size is None:
        return None
    return Order("Largest" if sign > 0 else "Smallest", f"a {size.noun}", lambda entry: sign * size.of(entry),
                 lambda entry, _: size.shown(entry))  # fmt: skip


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
    return max(1, min(otherwise, int(found[1] or found[2] or found[3]))) if found else otherwise


def is_top_said(question: str) -> bool:
    """Whether so many are asked for and not only the first."""
    return _TOP.search(question.lower()) is not None
