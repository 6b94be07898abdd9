"""The past: moments, what differs between two of them, the remembered versions of any object."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from arcops.api import examples
from arcops.api.encode import answer
from arcops.api.openapi import answers
from arcops.api.params import Continue, InNamespace, KindWord, Limit, MaybeKind, MaybeName, NamePath, ScopePath, Since, Until, Zone
from arcops.api.routes.cluster import incomplete_header
from arcops.api.state import Asked
from arcops.queries.coverage import Moment
from arcops.queries.diffs import USUAL_FROM, DiffPage, DiffQuery, diff
from arcops.queries.history import HistoryQuery, VersionPage, object_history
from arcops.queries.moments import moment

router = APIRouter(prefix="/api/history", tags=["history"])


@router.get("/moment", summary="A moment of the past", responses=answers(Moment, "What it is, and what was seen then.", examples.PAST))
async def past_moment(
    request: Request,
    services: Asked,
    at: Annotated[str, Query(max_length=64, description="The moment, as people write it.", examples=["yesterday 14:00", "2h"])],
    zone: Zone = None,
    kind: MaybeKind = None,
) -> Response:
    """Reads a time, and says which spans around it nobody watched and whether the record reaches so far."""
    return await answer(request, await moment(services, at, zone, kind))


@router.get("/diff", summary="Two moments compared", responses=answers(DiffPage, "What differs.", examples.DIFF, 404))
async def difference(
    *,
    request: Request,
    services: Asked,
    kind: MaybeKind = None,
    namespace: InNamespace = None,
    name: MaybeName = None,
    since: Annotated[str, Query(alias="from", max_length=64, description="The earlier moment.", examples=["yesterday 14:00"])] = USUAL_FROM,
    until: Annotated[str, Query(alias="to", max_length=64, description="The later moment.", examples=["10m"])] = "now",
    zone: Zone = None,
    raw: Annotated[bool, Query(description="With the unified diff of each object as YAML.")] = False,
    limit: Limit = 100,
    cursor: Continue = None,
) -> Response:
    """An object, a kind, a namespace or the whole cluster, in the words of its fields; what nobody did is folded and counted.

    Credentials in values are masked; of a Secret it is said that it changed. What somebody set comes before status.
    """
    page = await diff(services, DiffQuery(kind, namespace, name, since, until, zone, raw, limit, cursor))
    return await answer(request, page, headers=incomplete_header(page.notes))


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
    zone: Zone = None,
) -> Response:
    """What changed, when it was seen, who wrote it; also of objects that are gone. Spans nobody watched are in `gaps`."""
    query = HistoryQuery(kind, namespace, name, since, until, limit, cursor, bodies, zone)
    return await answer(request, await object_history(services, query))
