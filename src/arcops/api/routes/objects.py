"""Objects of any kind, and the kinds there are."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from arcops.api import examples
from arcops.api.encode import answer
from arcops.api.openapi import answers
from arcops.api.params import At, Continue, InNamespace, KindWord, Limit, NamePath, ScopePath, Zone
from arcops.api.routes.cluster import incomplete_header
from arcops.api.state import Asked
from arcops.queries.live import incomplete_kinds
from arcops.queries.moments import moment
from arcops.queries.objects import KindInfo, ObjectPage, ObjectQuery, get_object, list_kinds, list_objects
from arcops.queries.objects_at import get_object_at, list_objects_at
from arcops.queries.services import Services

router = APIRouter(prefix="/api", tags=["objects"])

Labels = Annotated[
    str | None,
    Query(alias="labelSelector", max_length=1000, description="As `kubectl -l`.", examples=["app=web,tier in (front,back),!legacy"]),
]
Fields = Annotated[
    str | None,
    Query(
        alias="fieldSelector",
        max_length=1000,
        description="`path=value` or `path!=value` on any field, separated by commas; a list matches if any of its elements does.",
        examples=["status.phase!=Running", "spec.containers.image=web:2"],
    ),
]
AnyText = Annotated[str | None, Query(max_length=1000, description="Text anywhere in the object, whatever its case.")]
Sort = Annotated[
    str | None,
    Query(max_length=1000, description="Order by this path, `-` before it turns it round.", examples=["-metadata.creationTimestamp"]),
]


@router.get("/kinds", summary="Kinds", responses=answers(list[KindInfo], "A bare list, by group and kind.", [examples.KIND]))
async def kinds(request: Request, services: Asked) -> Response:
    """Every kind the cluster serves, and how far its objects are known: `loading`, `synced`, `stale`, `forbidden`, `failing`."""
    return await answer(request, list_kinds(services))


@router.get(
    "/objects/{kind}", summary="Objects of a kind", responses=answers(ObjectPage, "A page, as a Kubernetes list.", examples.OBJECTS, 429)
)
async def objects(
    *,
    request: Request,
    services: Asked,
    kind: KindWord,
    namespace: InNamespace = None,
    labels: Labels = None,
    fields: Fields = None,
    q: AnyText = None,
    sort: Sort = None,
    limit: Limit = 500,
    cursor: Continue = None,
    at: At = None,
    zone: Zone = None,
) -> Response:
    """Bodies as the API server gives them, without managedFields (Secrets without their data), by namespace and name.

    With `at` those that existed then; of Events, those last seen in the hour before.
    """
    query = ObjectQuery(kind, namespace, labels, fields, q, sort, limit, cursor, at, zone)
    if at is not None:
        then = await list_objects_at(services, query)
        return await answer(request, then, headers=incomplete_header(then.metadata.notes))
    page = await list_objects(services, query)
    return await answer(request, page, headers=_coverage(services, kind))


@router.get(
    "/objects/{kind}/{namespace}/{name}", summary="One object", responses=answers(dict[str, Any], "Its body.", examples.OBJECT, 404, 429)
)
async def one_object(
    *,
    request: Request,
    services: Asked,
    kind: KindWord,
    namespace: ScopePath,
    name: NamePath,
    at: At = None,
    zone: Zone = None,
) -> Response:
    """The body as the API server gives it, without managedFields. Cluster-scoped kinds have `_` for a namespace."""
    if at is not None:
        body = await get_object_at(services, kind, namespace, name, at=at, zone=zone)
        return await answer(request, body, headers=incomplete_header((await moment(services, at, zone, kind)).notes))
    return await answer(request, await get_object(services, kind, namespace, name))


def _coverage(services: Services, kind: str) -> dict[str, str]:
    return incomplete_header(incomplete_kinds(services, services.source.catalog.find(kind).group_kind))
