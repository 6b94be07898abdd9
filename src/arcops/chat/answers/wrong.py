"""What is wrong: every root with its cause, the worst first, then what to do; or that nothing is, and what was looked at."""

from __future__ import annotations

import re
from collections.abc import Sequence

from arcops.chat.asked import Asked
from arcops.chat.base import Draft, FactType
from arcops.chat.telling.incidents.cases import Case, Others, cases_about, cases_in, cases_of, family, findings_in, others_of
from arcops.chat.telling.incidents.out_of_sight import tell_out_of_sight
from arcops.chat.telling.incidents.outlook import tell_outlook
from arcops.chat.telling.incidents.overview import tell_cases
from arcops.chat.telling.incidents.remarks import tell_remarks, tell_resolved
from arcops.chat.telling.incidents.troubled_spaces import tell_troubled_spaces
from arcops.chat.telling.objects.explained import explain
from arcops.chat.telling.page import Page
from arcops.chat.telling.scope import at_moment, looked_text, scoped, tell_gaps, untold, where

_ELSE = re.compile(r"\belse\b|\bother (?:problems?|issues?|troubles?|things?|incidents?)\b|\b(?:besides?|apart from) (?:that|this|it)\b")
"""Questions for what is wrong beside what was talked of."""
_BESIDES = re.compile(r"\b(?:besides?|apart from|aside from|except(?: for)?|other than|beyond|not counting|ignoring)\b")
"""Before the names of what is left out, in the same question."""


async def answer(asked: Asked) -> Draft:
    """What is wrong with the objects asked about, in the namespace, or in the cluster."""
    asked = scoped(asked)
    reading = asked.reading
    is_else = (reading.is_follow_up and _ELSE.search(reading.question.lower()) is not None) or _leaves_out(asked)
    troubled = tell_troubled_spaces(asked) if not reading.objects and not reading.namespace else None
    if troubled is not None:
        return troubled
    if not is_else and (reading.objects or reading.gone or reading.unknown):
        return await explain(asked)
    page = Page(asked.book)
    nothing = untold(asked, page)
    if nothing is not None:
        return nothing
    cases = cases_in(cases_of(asked), reading.namespace)
    others = others_of(findings_in(asked, reading.namespace))
    if is_else and reading.objects:
        cases = _left(asked, cases)
    if is_else and not cases:
        page.tell(FactType.COVERAGE, f"Nothing else is wrong in {where(asked)}{at_moment(asked)}, no problem beside that.", rank=0)
    elif cases:
        if len(cases) == 1:
            tell_outlook(asked, page, cases[0])
        await tell_cases(asked, page, cases)
    else:
        _tell_quiet(asked, page, others)
    tell_remarks(page, others)
    await tell_out_of_sight(asked, page)
    tell_gaps(asked, page)
    if not cases:
        await tell_resolved(asked, page, others.resolved)
    return page.draft()


def _leaves_out(asked: Asked) -> bool:
    """Whether the objects named are those that the question is not about."""
    text = asked.reading.question.lower()
    found = _BESIDES.search(text)
    return (
        found is not None and bool(asked.reading.objects) and all(ref.name.lower() in text[found.end() :] for ref in asked.reading.objects)
    )


def _left(asked: Asked, cases: Sequence[Case]) -> list[Case]:
    """The incidents that the objects talked of before have no part in."""
    told = cases_about(cases, set(family(asked.reading.objects, asked.inventory)))
    return [case for case in cases if case not in told]


def _tell_quiet(asked: Asked, page: Page, others: Others) -> None:
    looked = f"{looked_text(asked, asked.reading.namespace)}, no problem found"
    but = " except what somebody decided to live with" if others.ignored else ""
    page.tell(FactType.COVERAGE, f"Nothing is wrong in {where(asked)}{at_moment(asked)}{but}: {looked}.", rank=0)
