"""Which namespaces have trouble, and which trouble."""

from __future__ import annotations

import re

from arcops.chat.answers._said import listed, many
from arcops.chat.asked import Asked
from arcops.chat.base import Draft, FactType
from arcops.chat.selecting.scope import NAMESPACE
from arcops.chat.telling.incidents.cases import Case, cases_in, cases_of
from arcops.chat.telling.page import Page
from arcops.chat.telling.scope import tell_gaps
from arcops.chat.telling.words import stopped

_ASKS = re.compile(
    r"\b(?:problems?|troubles?|issues?|incidents?|wrong|unhealthy|unwell|broken|fail\w*|affected|sick|red|bad|errors?|faults?"
    r"|not (?:ok|okay|healthy|well|fine|good|green))\b"
)
_MOST = 20
_MOST_EACH = 3


def tell_troubled_spaces(asked: Asked) -> Draft | None:
    """The namespaces with open incidents, most first, each with its worst; None where that is not asked or not judged yet."""
    if asked.reading.kind != NAMESPACE or asked.current is None or not _ASKS.search(asked.reading.question.lower()):
        return None
    cases = cases_of(asked)
    names = [entry.ref.name for entry in asked.inventory.list(NAMESPACE)]
    found = {name: own for name in names if (own := cases_in(cases, name))}
    page = Page(asked.book)
    troubled = sorted(found, key=lambda name: (-len(found[name]), name))
    named = f": {listed(troubled, 6)}" if troubled else ""
    have = "has" if len(found) == 1 else "have"
    page.tell(FactType.COUNT, f"{len(found):,} of {many(len(names), 'namespace')} {have} problems{named}.", rank=0)
    for name in troubled[:_MOST]:
        page.tell(FactType.INCIDENT, _line(name, found[name]), ref=found[name][0].root, rank=0, item=True)
    within = {case.incident.id for own in found.values() for case in own}
    outside = [case for case in cases if case.incident.id not in within]
    if outside:
        page.tell(FactType.COUNT, _line("In no namespace", outside), ref=outside[0].root, rank=1)
    tell_gaps(asked, page)
    return page.draft()


def _line(place: str, cases: list[Case]) -> str:
    more = f" and {len(cases) - _MOST_EACH:,} more" if len(cases) > _MOST_EACH else ""
    said = "; ".join(f"{case.root}: {stopped(case.main.title).rstrip('.')}" for case in cases[:_MOST_EACH])
    return f"{place}: {said}{more}."
