"""Incidents: one fault each, with everything that follows from it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from arcops.api import diagnosis_examples as examples
from arcops.api.encode import answer
from arcops.api.findings_params import Code, IncidentStates, InKind, Labels, Named, Severities
from arcops.api.openapi import answers
from arcops.api.params import At, InNamespace, Zone
from arcops.api.state import Asked
from arcops.queries.diagnosed import FindingQuery, IncidentDetail, IncidentPage, incident_detail, list_incidents

router = APIRouter(prefix="/api/incidents", tags=["diagnosis"])


@router.get("", summary="Incidents", responses=answers(IncidentPage, "Open ones, the worst first.", examples.INCIDENTS, 404))
async def incidents(
    *,
    request: Request,
    services: Asked,
    severity: Severities = "",
    code: Code = "",
    state: IncidentStates = "",
    namespace: InNamespace = None,
    kind: InKind = "",
    name: Named = "",
    selector: Labels = "",
    at: At = None,
    zone: Zone = None,
) -> Response:
    """One fault is one incident: fifty pods without their ConfigMap are one item with fifty members. `info` never makes one."""
    query = FindingQuery(severity, code, state, namespace or "", kind, name, selector, at or "", zone)
    return await answer(request, await list_incidents(services, query))


@router.get(
    "/{incident}", summary="One incident in full", responses=answers(IncidentDetail, "The whole story.", examples.INCIDENT_DETAIL, 404)
)
async def incident(
    request: Request, services: Asked, incident: Annotated[str, Path(max_length=64, description="Its id; it survives restarts.")]
) -> Response:
    """What, since when, why (the chain), what changed, the evidence, what was ruled out, what to do next, what depends on its root.

    Also of an incident that is over and whose objects are gone.
    """
    return await answer(request, await incident_detail(services, incident))
