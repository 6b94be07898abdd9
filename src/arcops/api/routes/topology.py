"""How objects hang together."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from arcops.api import diagnosis_examples as examples
from arcops.api.encode import answer
from arcops.api.openapi import answers
from arcops.api.params import At, InNamespace, Zone
from arcops.api.state import Asked
from arcops.queries.topology import Topology, topology

router = APIRouter(prefix="/api/topology", tags=["diagnosis"])


@router.get("", summary="An object's neighbourhood", responses=answers(Topology, "Links, and two walks.", examples.TOPOLOGY, 404))
async def neighbourhood(
    *,
    request: Request,
    services: Asked,
    kind: Annotated[str, Query(max_length=253, description="Any word for the kind.", examples=["service"])],
    name: Annotated[str, Query(max_length=253, description="The name.", examples=["checkout"])],
    namespace: InNamespace = None,
    depth: Annotated[int, Query(ge=1, le=6, description="How many links far.")] = 2,
    at: At = None,
    zone: Zone = None,
) -> Response:
    """Every link of an object, what it depends on, and who depends on it (the blast radius), with the codes open about each.

    Works for objects that do not exist but are named by others.
    """
    return await answer(request, await topology(services, kind, namespace or "", name, depth, at=at or "", zone=zone))
