"""What changed, ranked, by object."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from arcops.api import examples
from arcops.api.encode import answer
from arcops.api.openapi import answers
from arcops.api.params import Continue, InNamespace, Limit, MaybeKind, MaybeName, Since, Until, Zone
from arcops.api.routes.cluster import incomplete_header
from arcops.api.state import Asked
from arcops.queries.changes import ChangePage, ChangeQuery, changes

router = APIRouter(prefix="/api", tags=["history"])
Search = Annotated[
    str | None,
    Query(max_length=200, description="Words, each of which names the object, a changed field or who changed it.", examples=["replicas"]),
]
Upstream = Annotated[bool, Query(description="Of the named object and of everything it depended on at `until`.")]
Least = Annotated[
    Literal["noise", "labels", "status", "consequence", "deliberate"], Query(description="Changes of a lower rank are left out.")
]


@router.get(
    "/changes", summary="What changed", responses=answers(ChangePage, "Changed objects, what somebody did first.", examples.CHANGES, 404)
)
async def what_changed(
    *,
    request: Request,
    services: Asked,
    kind: MaybeKind = None,
    namespace: InNamespace = None,
    name: MaybeName = None,
    since: Since = None,
    until: Until = None,
    zone: Zone = None,
    search: Search = None,
    upstream: Upstream = False,
    least: Least = "labels",
    limit: Limit = 100,
    cursor: Continue = None,
) -> Response:
    """By object: what somebody set, made or deleted, then what controllers made of it, then status, then labels.

    Each with who did it and in which words. Without times the last hour. `upstream` asks what changed before `until` on and
    above an object, the nearest first.
    """
    query = ChangeQuery(kind, namespace, name, since, until, zone, search, upstream, least, limit=limit, cursor=cursor)
    page = await changes(services, query)
    return await answer(request, page, headers=incomplete_header(page.notes))
