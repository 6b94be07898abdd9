"""Events out of the record, one row per sighting."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from arcops.api import examples
from arcops.api.encode import answer
from arcops.api.openapi import answers
from arcops.api.params import Continue, InNamespace, Limit, Since, Text, Until
from arcops.api.state import Asked
from arcops.queries.events import EventPage, EventQuery, search_events

router = APIRouter(prefix="/api", tags=["events"])


@router.get(
    "/events", summary="Events as they were seen", responses=answers(EventPage, "A page, newest sighting first.", examples.EVENT_PAGE)
)
async def events(
    *,
    request: Request,
    services: Asked,
    event_type: Annotated[str | None, Query(alias="type", max_length=64, description="Normal or Warning.")] = None,
    reason: Annotated[str | None, Query(max_length=128, description="The exact reason.", examples=["BackOff"])] = None,
    kind: Annotated[
        str | None, Query(max_length=253, description="The kind of the object it speaks of.", examples=["Pod", "deploy"])
    ] = None,
    namespace: InNamespace = None,
    about: Annotated[str | None, Query(alias="object", max_length=510, description="The object, as `name` or `Kind/name`.")] = None,
    since: Since = None,
    until: Until = None,
    text: Text = None,
    limit: Limit = 100,
    cursor: Continue = None,
) -> Response:
    """An event that repeats is a row for each time it was seen. Without times: the span of the context buffer."""
    query = EventQuery(event_type, reason, kind, namespace, about, text, since, until, limit, cursor)
    return await answer(request, await search_events(services, query))
