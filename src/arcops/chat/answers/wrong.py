"""What is wrong: every root with its cause, the worst first, then what to do; or that nothing is, and what was looked at."""

from __future__ import annotations

from arcops.chat.asked import Asked
from arcops.chat.base import Draft, FactType
from arcops.chat.telling.cases import Others, cases_in, cases_of, findings_in, others_of
from arcops.chat.telling.explained import explain
from arcops.chat.telling.overview import tell_cases
from arcops.chat.telling.page import Page
from arcops.chat.telling.remarks import tell_remarks, tell_resolved
from arcops.chat.telling.scope import at_moment, knows_namespace, looked_text, scoped, tell_gaps, tell_late, tell_no_namespace, where


async def answer(asked: Asked) -> Draft:
    """What is wrong with the objects asked about, in the namespace, or in the cluster."""
    asked = scoped(asked)
    reading = asked.reading
    if reading.objects or reading.gone or reading.unknown:
        return await explain(asked)
    page = Page(asked.book)
    if not knows_namespace(asked):
        tell_no_namespace(asked, page)
        return page.draft()
    if asked.current is None:
        tell_late(asked, page)
        return page.draft(can_tell=False)
    cases = cases_in(cases_of(asked), reading.namespace)
    others = others_of(findings_in(asked, reading.namespace))
    if cases:
        await tell_cases(asked, page, cases)
    else:
        _tell_quiet(asked, page, others)
    tell_remarks(page, others)
    tell_gaps(asked, page)
    if not cases:
        await tell_resolved(asked, page, others.resolved)
    return page.draft()


def _tell_quiet(asked: Asked, page: Page, others: Others) -> None:
    looked = f"{looked_text(asked, asked.reading.namespace)}, no problem found"
    but = " except what somebody decided to live with" if others.ignored else ""
    page.tell(FactType.COVERAGE, f"Nothing is wrong in {where(asked)}{at_moment(asked)}{but}: {looked}.", rank=0)
