"""What broke first: the troubles of several objects, or of a scope, in the order in which they began."""

from __future__ import annotations

import re
from collections.abc import Sequence

from arcops.chat.answers._said import many
from arcops.chat.asked import Asked
from arcops.chat.base import FactType
from arcops.chat.telling.incidents.cases import Case, cases_about, cases_in, cases_of, family
from arcops.chat.telling.incidents.incident import since_of
from arcops.chat.telling.page import Page
from arcops.chat.telling.scope import where
from arcops.chat.telling.words import stopped
from arcops.kube.refs import ObjectRef

_FIRST = re.compile(r"\b(?:first|earliest|earlier)\b")
_MOST = 8


def asks_first(question: str) -> bool:
    """Whether a question asks which of several troubles began first."""
    return _FIRST.search(question.lower()) is not None


def tell_onsets(asked: Asked, page: Page, refs: Sequence[ObjectRef]) -> bool:
    """The troubles, the earliest first; false where there are not several to compare."""
    found = _cases(asked, refs)
    if len(found) < 2 and not (found and not refs):  # noqa: PLR2004 - one alone is neither first nor last
        return False
    ordered = sorted(found, key=lambda case: case.incident.since.at_ms if case.incident.since.at_ms is not None else -1)
    first = ordered[0]
    of = f" of {many(len(ordered), 'trouble')} in {where(asked)}" if not refs else ""
    page.tell(FactType.INCIDENT, f"{_name(first, refs, asked)} broke first{of}, {since_of(asked, first)}.", ref=first.root, rank=0)
    for case in ordered[:_MOST]:
        text = f"{since_of(asked, case)}: {stopped(case.main.title)}"
        page.tell(FactType.FINDING, f"{text[:1].upper()}{text[1:]}", ref=case.main.subject, path=case.main.code, rank=0, item=True)
    if len(ordered) > _MOST:
        page.tell(FactType.COUNT, f"Showing {_MOST} of {len(ordered):,}.", item=True)
    return True


def _cases(asked: Asked, refs: Sequence[ObjectRef]) -> list[Case]:
    cases = cases_of(asked)
    if not refs:
        return cases_in(cases, asked.reading.namespace)
    own = [next(iter(cases_about(cases, set(family([ref], asked.inventory)))), None) for ref in refs]
    return list({case.incident.id: case for case in own if case is not None}.values())


def _name(case: Case, refs: Sequence[ObjectRef], asked: Asked) -> str:
    """The object of the question that a trouble is about, else its speaker."""
    for ref in refs:
        if cases_about([case], set(family([ref], asked.inventory))):
            return str(ref)
    return str(case.main.speaker)
