"""What was wrong in a scope over time: the incidents that are noted, open and over."""

from __future__ import annotations

from arcops.chat.answers._said import many
from arcops.chat.asked import Asked
from arcops.chat.base import FactType
from arcops.chat.telling.incidents.cases import cases_in, cases_of, findings_in, others_of
from arcops.chat.telling.incidents.incident import tell_in_short
from arcops.chat.telling.incidents.remarks import tell_resolved
from arcops.chat.telling.page import Page
from arcops.chat.telling.scope import at_moment, knows_namespace, tell_gaps, tell_late, tell_no_namespace, where
from arcops.chat.telling.span import tell_record

_MOST = 8


async def tell_scope_history(asked: Asked, page: Page) -> None:
    """The incidents of a namespace or the cluster: those that are open, then those that are over."""
    if not knows_namespace(asked):
        tell_no_namespace(asked, page)
        return
    if asked.current is None:
        tell_late(asked, page)
        return
    cases = cases_in(cases_of(asked), asked.reading.namespace)
    open_text = f"{many(len(cases), 'incident')} {'is' if len(cases) == 1 else 'are'} open in {where(asked)}{at_moment(asked)}"
    page.tell(FactType.COUNT, f"{open_text}; what is over follows. Name an object for its own history.", rank=0)
    for case in cases[:_MOST]:
        tell_in_short(asked, page, case)
    if len(cases) > _MOST:
        page.tell(FactType.COUNT, f"Showing {_MOST} of {len(cases):,} open incidents.")
    await tell_resolved(asked, page, others_of(findings_in(asked, asked.reading.namespace)).resolved)
    tell_gaps(asked, page)
    await tell_record(asked, page, [])
