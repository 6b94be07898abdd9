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
_OPEN = re.compile(r"\b(?:why|what|which|who|whom|whose|how|where|since when)\b|^when\b| or (?!not\b|no\b)")
"""What yes or no does not answer: open questions, and those that name alternatives."""
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

    ``entries`` exist and are likeliest first, nodes last where others are named.
    """

    asked: Asked
    text: str
    plain: str
    entries: Sequence[Entry]
    cases: Sequence[Case]

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
    if _OPEN.search(text) or not (_POLAR.search(text) or _ELLIPTIC.search(text)):
        return None
    entries = [entry for ref in asked.reading.objects if (entry := asked.inventory.get(ref)) is not None]
    entries = [entry for entry in entries if entry.ref.group_kind != NAMESPACE]
    entries.sort(key=lambda entry: entry.ref.group_kind == NODE)
    return Claim(asked, text, _without(text, [ref.name for ref in asked.reading.objects]), entries, cases_of(asked))


def _without(text: str, names: Sequence[str]) -> str:
    """The words of a question but for the names: a thing called ``unused`` may well be used."""
    for name in sorted(names, key=len, reverse=True):
        text = re.sub(rf"(?<![\w-]){re.escape(name.lower())}(?![\w-])", "it", text)
    return text


NAMESPACE = GroupKind("", "Namespace")
NODE = GroupKind("", "Node")
WORKLOAD_KINDS = frozenset(WORKLOADS)
