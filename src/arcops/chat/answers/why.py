"""Why something is as it is: the incident behind it, in full; without an object, what makes such trouble in the scope."""

from __future__ import annotations

from arcops.chat.asked import Asked
from arcops.chat.base import Draft
from arcops.chat.telling.incidents.asides import tell_aside
from arcops.chat.telling.incidents.cases import cases_about, cases_of
from arcops.chat.telling.incidents.trouble import tell_trouble
from arcops.chat.telling.objects.explained import explain
from arcops.chat.telling.scope import scoped


async def answer(asked: Asked) -> Draft:
    """Why an object is as it is, or why things of a sort happen in a namespace or the cluster."""
    aside = tell_aside(asked)
    if aside is not None:
        return aside
    if not cases_about(cases_of(asked), set(asked.reading.objects)):
        asked = scoped(asked)
    reading = asked.reading
    if reading.objects or reading.gone or reading.unknown:
        return await explain(asked)
    return await tell_trouble(asked)
