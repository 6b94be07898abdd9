"""The remembered versions of any object."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from arcops.api import examples
from arcops.api.encode import answer
from arcops.api.openapi import answers
from arcops.api.params import Continue, KindWord, Limit, NamePath, ScopePath, Since, Until
from arcops.api.state import Asked
from arcops.queries.history import HistoryQuery, VersionPage, object_history

router = APIRouter(prefix="/api/history", tags=["history"])


@router.get(
    "/{kind}/{namespace}/{name}",
    summary="Versions of an object",
    responses=answers(VersionPage, "A page, newest first.", examples.VERSIONS, 404),
)
async def versions(
    *,
    request: Request,
    services: Asked,
    kind: KindWord,
    namespace: ScopePath,
    name: NamePath,
    since: Since = None,
    until: Until = None,
    limit: Limit = 100,
    cursor: Continue = None,
    bodies: Annotated[bool, Query(description="With the whole object of each version.")] = False,
) -> Response:
    """What changed, when it was seen, who wrote it; also of objects that are gone. Spans nobody watched are in `gaps`."""
    query = HistoryQuery(kind, namespace, name, since, until, limit, cursor, bodies)
    return await answer(request, await object_history(services, query))
