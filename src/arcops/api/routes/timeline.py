"""The life of an object, ready to draw."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from arcops.api import examples
from arcops.api.encode import answer
from arcops.api.openapi import answers
from arcops.api.params import Continue, KindWord, Limit, NamePath, ScopePath, Since, Until, Zone
from arcops.api.routes.cluster import incomplete_header
from arcops.api.state import Asked
from arcops.queries.timeline import Timeline, TimelineQuery, timeline

router = APIRouter(prefix="/api/timeline", tags=["history"])


@router.get(
    "/{kind}/{namespace}/{name}",
    summary="A timeline",
    responses=answers(Timeline, "Lanes of spans and marks.", examples.TIMELINE, 404),
)
async def lanes(
    *,
    request: Request,
    services: Asked,
    kind: KindWord,
    namespace: ScopePath,
    name: NamePath,
    since: Since = None,
    until: Until = None,
    zone: Zone = None,
    normal: Annotated[bool, Query(description="With events that are no warnings.")] = False,
    limit: Limit = 50,
    cursor: Continue = None,
) -> Response:
    """The states, changes, restarts and warnings of an object; of a workload also those of its ReplicaSets, Jobs and pods.

    Objects that are gone have their lanes too. Without times the last hour. What lies in `gaps` was not seen.
    """
    query = TimelineQuery(kind, namespace, name, since, until, zone, normal, limit, cursor)
    found = await timeline(services, query)
    return await answer(request, found, headers=incomplete_header(found.notes))
