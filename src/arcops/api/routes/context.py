"""The context buffer."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from arcops.api import examples
from arcops.api.encode import answer
from arcops.api.openapi import answers
from arcops.api.params import Limit, MaybeHours, Since, Until
from arcops.api.state import Asked
from arcops.queries.cluster import ClusterStatus
from arcops.queries.context import (
    ContextStats,
    ContextWindow,
    SnapshotInfo,
    context_snapshot,
    context_snapshots,
    context_stats,
    context_window,
)

router = APIRouter(prefix="/api/context", tags=["context"])


@router.get("", summary="A span of the context buffer", responses=answers(ContextWindow, "Ticks, events, gaps.", examples.CONTEXT))
async def window(request: Request, services: Asked, hours: MaybeHours = None, since: Since = None, until: Until = None) -> Response:
    """What the buffer says of the last `hours` (1 if nothing is given), or from `since` to `until`."""
    return await answer(request, await context_window(services, since, until, hours))


@router.get("/snapshots", summary="Ticks", responses=answers(list[SnapshotInfo], "A bare list, newest first.", [examples.SNAPSHOT]))
async def snapshots(
    *, request: Request, services: Asked, hours: MaybeHours = None, since: Since = None, until: Until = None, limit: Limit = 100
) -> Response:
    """The ticks of a span, with counts; `/api/context/snapshots/{id}` gives the whole cluster of that moment."""
    return await answer(request, await context_snapshots(services, since, until, hours, limit))


@router.get(
    "/snapshots/{id}", summary="The cluster as of a tick", responses=answers(ClusterStatus, "As it was then.", examples.STATUS, 404)
)
async def snapshot(
    request: Request, services: Asked, identity: Annotated[int, Path(alias="id", ge=0, lt=2**53, description="The id of the tick.")]
) -> Response:
    """Pods as they were, and the events of the hour before."""
    return await answer(request, await context_snapshot(services, identity))


@router.get("/stats", summary="Health and use of the buffer", responses=answers(ContextStats, "Figures.", examples.STATS))
async def stats(request: Request, services: Asked) -> Response:
    """How many ticks there are and how far they reach, and what the record behind them holds."""
    return await answer(request, await context_stats(services))
