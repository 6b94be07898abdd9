"""The first version's view of the cluster: status, pods, events."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from arcops.api import examples
from arcops.api.encode import answer, deliver, is_known, not_modified, takes_gzip
from arcops.api.openapi import answers
from arcops.api.params import At, Hours, InNamespace, Zone
from arcops.api.state import Asked, State
from arcops.queries.cluster import ClusterStatus
from arcops.queries.cluster_at import cluster_status_at, events_at, pods_at
from arcops.queries.events import Event, recent_events
from arcops.queries.live import EVENTS, POD, incomplete_kinds
from arcops.queries.pods import PodStatus, find_pods

router = APIRouter(prefix="/api/cluster", tags=["cluster"])


@router.get(
    "/status",
    summary="All pods, and the events of the last hour",
    responses=answers(ClusterStatus, "The cluster, from memory.", examples.STATUS),
)
async def status(request: Request, state: State, at: At = None, zone: Zone = None) -> Response:
    """Pods by namespace and name, events newest first. Asks the cluster nothing and writes nothing."""
    if at is not None:
        then = await cluster_status_at(state.services, at, zone)
        return await answer(request, then, headers=incomplete_header(then.incomplete))
    tag = state.status.tag()
    if is_known(request, tag):
        return not_modified(tag)
    body = await state.status.current(packed=takes_gzip(request))
    packed = body.packed if takes_gzip(request) else None
    return deliver(b"" if packed else body.plain, packed, body.tag, incomplete_header(body.incomplete))


@router.get("/pods", summary="Pods", responses=answers(list[PodStatus], "A bare list, by namespace and name.", [examples.POD]))
async def pods(
    *,
    request: Request,
    state: State,
    namespace: InNamespace = None,
    phase: Annotated[
        str | None, Query(description="Pending, Running, Succeeded, Failed or Unknown, in any case.", examples=["running"])
    ] = None,
    at: At = None,
    zone: Zone = None,
) -> Response:
    """The pods that exist now, or that existed at a moment."""
    if at is not None:
        rows, notes = await pods_at(state.services, at, namespace, phase, zone)
        return await answer(request, rows, headers=incomplete_header(notes))
    found = find_pods(state.services, namespace, phase)
    await state.status.pods.warm()
    rows = [state.status.pods.row(entry) for entry in found]
    return await answer(request, rows, headers=incomplete_header(incomplete_kinds(state.services, POD)))


@router.get("/events", summary="Recent events", responses=answers(list[Event], "A bare list, newest first.", [examples.EVENT]))
async def events(
    *,
    request: Request,
    services: Asked,
    hours: Hours = 1,
    event_type: Annotated[str | None, Query(max_length=64, description="Normal or Warning, in any case.", examples=["Warning"])] = None,
    at: At = None,
    zone: Zone = None,
) -> Response:
    """Each event once, by its own last time; those the cluster has already forgotten are there too."""
    if at is not None:
        then, notes = await events_at(services, at, hours, event_type, zone)
        return await answer(request, then, headers=incomplete_header(notes))
    found = await recent_events(services, hours, event_type)
    return await answer(request, found, headers=incomplete_header(incomplete_kinds(services, *EVENTS)))


def incomplete_header(incomplete: list[str]) -> dict[str, str]:
    """The header that tells that an answer may not be whole."""
    text = " ".join(", ".join(incomplete).split()).encode("latin-1", "replace").decode("latin-1")
    return {"arcops-incomplete": text} if text else {}
