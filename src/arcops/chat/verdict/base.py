"""A claim: a question that yes or no answers, with the objects it is about and what is found about them."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from arcops.chat.asked import Asked
from arcops.chat.telling.incidents.cases import Case, cases_of, findings_about
from arcops.findings.base import Finding
from arcops.findings.speaker import WORKLOADS
from arcops.inventory.base import Entry
from arcops.kube.refs import GroupKind, ObjectRef

_FILLER = (
    r"(?:(?:and|so|but|ok|okay|hey|hi|hello|please|well|now|then|just|quick question|real quick|um|erm|tell me|say|check|"
    r"(?:can|could) (?:you|u) (?:please )?(?:tell|say|check|see|confirm)(?: me| us)?|do (?:you|we|u) know|i wonder|i want to know|"
    r"not sure|wondering|(?:right |just |shortly )?before (?:that|then|this)|"
    r"is it true that|is it true|is it possible that|does (?:that|this) mean(?: that)?)[,:]? )*"
)
_OPENERS = (
    r"(?:is|are|was|were|does|do|did|has|have|had|can|could|will|would|should|shall|may|might|isn'?t|aren'?t|wasn'?t|doesn'?t|don'?t|"
    r"didn'?t|hasn'?t|haven'?t|can'?t|couldn'?t|won'?t|wouldn'?t|shouldn'?t|any|anything|anyone|anybody|everything|everyone|all)"
)
_POLAR = re.compile(rf"^{_FILLER}(?:if |whether )?(?:the |my |our |this |that )?{_OPENERS}\b")
_CONTRARY = r"(?:is|are) (?:it|we|they|that|this|everything) (?:\w+ )?(?:down|dead|broken|offline|out|gone|stuck|unreachable)\b"
_OPEN = re.compile(rf"\b(?:why|what|which|who|whom|whose|how|where|since when)\b|^when\b| or (?!not\b|no\b|{_CONTRARY})")
"""What yes or no does not answer: open questions, and those that name alternatives, but for the mere contrary: ``or is it down``."""
_ANY = re.compile(r"\b(?:any|some|every|each|no|all|there)\b")
_ELLIPTIC = re.compile(
    r"^(?:\S+ ){1,5}(?:ok|okay|fine|healthy|good|well|alive|running|ready|up|working|reachable|available|safe)"
    r"(?: again| now| yet| already)?\?$"
)
"""``maria still up?``: the verb is left out, the question mark is not."""


class Ruling(NamedTuple):
    """``word`` is yes or no, or something between; ``text`` says why, ``ref`` is what it rests on."""

    word: str
    text: str
    ref: ObjectRef | None = None


def yes_no(is_yes: bool) -> str:
    """The word for it."""
    return "Yes" if is_yes else "No"


@dataclass(frozen=True, slots=True)
class Claim:
    """``text`` is the question in small letters, ``plain`` the same without names in it.

    ``entries`` exist and are likeliest first, nodes last where others are named; ``gone`` are named and do not exist.
    """

    asked: Asked
    text: str
    plain: str
    entries: Sequence[Entry]
    cases: Sequence[Case]
    gone: Sequence[ObjectRef] = ()

    def says(self, pattern: re.Pattern[str]) -> bool:
        """Whether the question holds the words."""
        return pattern.search(self.plain) is not None

    def own(self, refs: Collection[ObjectRef]) -> list[Finding]:
        """The open problems of the objects themselves, the worst incident's first; those of namesakes are not among them."""
        order = {finding.id: place for place, case in enumerate(self.cases) for finding in case.findings}
        found = [one for one in findings_about(self.asked, refs) if one.is_problem and (one.subject in refs or one.speaker in refs)]
        return sorted(found, key=lambda one: order.get(one.id, len(order)))


def claim_of(asked: Asked) -> Claim | None:
    """The claim of a question; None for one that yes or no does not answer."""
    text = " ".join(asked.reading.question.lower().replace("’", "'").split())
    if _OPEN.search(text) or not (_POLAR.search(text) or _POLAR.search(text.rpartition(", ")[2]) or _ELLIPTIC.search(text)):
        return None
    named = [(ref, asked.inventory.get(ref)) for ref in asked.reading.objects if ref.group_kind != NAMESPACE]
    entries = [entry for _, entry in named if entry is not None] if named else _labelled(asked) or _only_one(asked, text)
    entries.sort(key=lambda entry: entry.ref.group_kind == NODE)
    gone = [ref for ref, entry in named if entry is None]
    return Claim(asked, text, _without(text, [ref.name for ref in asked.reading.objects]), entries, cases_of(asked), gone)


def _labelled(asked: Asked) -> list[Entry]:
    """The pod that bears a strange word as the value of a label: ``the primary`` of a database."""
    words = set(asked.reading.unknown)
    pods = asked.inventory.list(_POD, asked.reading.namespace or None) if len(words) == 1 and not asked.reading.objects else ()
    found = [entry for entry in pods if not words.isdisjoint((entry.obj.metadata.labels or {}).values())]
    return found if len(found) == 1 else []


def _only_one(asked: Asked, text: str) -> list[Entry]:
    """``the certificate``: the only one of the kind that is asked about, where no name is said."""
    reading = asked.reading
    if reading.kind is None or reading.unknown or reading.kind in _MANIFOLD or _ANY.search(text):
        return []
    found = asked.inventory.list(reading.kind, reading.namespace or None)
    return list(found) if len(found) == 1 else []


def _without(text: str, names: Sequence[str]) -> str:
    """The words of a question but for the names: a thing called ``unused`` may well be used."""
    for name in sorted(names, key=len, reverse=True):
        text = re.sub(rf"(?<![\w-]){re.escape(name.lower())}(?![\w-])", "it", text)
    return text


NAMESPACE = GroupKind("", "Namespace")
NODE = GroupKind("", "Node")
_POD = GroupKind("", "Pod")
_MANIFOLD = frozenset({_POD, NAMESPACE})
"""Kinds of which "the one" is never meant by the bare word."""
WORKLOAD_KINDS = frozenset(WORKLOADS)
