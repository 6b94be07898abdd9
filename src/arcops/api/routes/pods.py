"""One pod: its lines, and how it came to be as it is."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from arcops.api import examples
from arcops.api.encode import answer, plain
from arcops.api.openapi import answers
from arcops.api.params import Hours, NamePath, NamespacePath, Since
from arcops.api.state import Asked
from arcops.queries.logs import FEWEST_LINES, MOST_LINES, USUAL_LINES, LogRequest, PodLogs, pod_logs
from arcops.queries.pods import PodMoment, pod_history

router = APIRouter(prefix="/api/cluster/pods/{namespace}/{pod}", tags=["cluster"])


@router.get("/logs", summary="The last lines of a pod", responses=answers(PodLogs, "Lines, cleaned.", examples.LOGS, 404, 502))
async def logs(
    *,
    services: Asked,
    namespace: NamespacePath,
    pod: NamePath,
    tail_lines: Annotated[int, Query(ge=FEWEST_LINES, le=MOST_LINES, description="How many lines, of each container.")] = USUAL_LINES,
    container: Annotated[
        str | None, Query(max_length=253, description="Which container; else the one in trouble, or all with their names in front.")
    ] = None,
    previous: Annotated[bool, Query(description="The lines of the run before the last restart.")] = False,
    since: Since = None,
    timestamps: Annotated[bool, Query(description="With the time of each line.")] = False,
) -> Response:
    """Read from the cluster now. NUL bytes, escape sequences and undecodable bytes are taken out."""
    return plain(await pod_logs(services, LogRequest(namespace, pod, container, previous, tail_lines, since, timestamps)))


@router.get(
    "/history", summary="How a pod came to be so", responses=answers(list[PodMoment], "A bare list, oldest first.", [examples.MOMENT], 404)
)
async def history(request: Request, services: Asked, namespace: NamespacePath, pod: NamePath, hours: Hours = 1) -> Response:
    """Its states in the last `hours`, the first being the one in force when they begin; also of pods that are gone."""
    return await answer(request, await pod_history(services, namespace, pod, hours))
