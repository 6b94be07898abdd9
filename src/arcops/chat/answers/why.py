"""Why something is as it is: the incident behind it, in full; without an object, what makes such trouble in the scope."""

from __future__ import annotations

from arcops.chat.asked import Asked
from arcops.chat.base import Draft
from arcops.chat.telling.cases import cases_about, cases_of
from arcops.chat.telling.explained import explain
from arcops.chat.telling.scope import scoped
from arcops.chat.telling.trouble import tell_trouble


async def answer(asked: Asked) -> Draft:
    """Why an object is as it is, or why things of a sort happen in a namespace or the cluster."""
    if not cases_about(cases_of(asked), set(asked.reading.objects)):
        asked = scoped(asked)
    reading = asked.reading
    if reading.objects or reading.gone or reading.unknown:
        return await explain(asked)
    return await tell_trouble(asked)
