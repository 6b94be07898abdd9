"""How arcops itself is doing: health, probes, metrics."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import PlainTextResponse, Response

from arcops.api import examples
from arcops.api.encode import plain
from arcops.api.errors import problem, respond
from arcops.api.metrics import MEDIA_TYPE, expose
from arcops.api.openapi import answers, problem_response, text_answer
from arcops.api.state import Asked, State
from arcops.queries.health import Health, health, is_ready

router = APIRouter(tags=["service"])


@router.get(
    "/api/health", summary="Health of every part", responses=answers(Health, "Always 200; the answer is in the body.", examples.HEALTH)
)
async def service_health(services: Asked) -> Response:
    """Each part's real state, since when, and how far behind. A model that is not there does not degrade it."""
    return plain(await health(services))


@router.get(
    "/livez", response_class=PlainTextResponse, summary="Is the process alive?", responses=text_answer("It is.", "text/plain", "ok\n")
)
async def livez() -> Response:
    """For liveness probes; needs no token."""
    return PlainTextResponse("ok\n", headers={"cache-control": "no-store"})


@router.get(
    "/readyz",
    response_class=PlainTextResponse,
    summary="Is the first load done?",
    responses={**text_answer("It is.", "text/plain", "ok\n"), 503: problem_response(503)},
)
async def readyz(services: Asked) -> Response:
    """For readiness probes: 200 once every kind that may be read has been loaded; stays so through later faults. Needs no token."""
    if is_ready(services):
        return PlainTextResponse("ok\n", headers={"cache-control": "no-store"})
    return respond(problem(503, "not-ready", "The first load is not done.", "GET /api/health says what is missing."), {"retry-after": "1"})


@router.get(
    "/metrics",
    response_class=PlainTextResponse,
    summary="Prometheus metrics",
    responses=text_answer("Text format 0.0.4.", "text/plain", examples.METRICS, 401, 403),
)
async def metrics(state: State) -> Response:
    """What arcops counts of itself."""
    return Response(await expose(state.services, state.chat, state.meter), headers={"cache-control": "no-store"}, media_type=MEDIA_TYPE)
