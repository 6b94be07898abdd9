"""The record itself."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from arcops.api import record_examples as examples
from arcops.api.encode import answer
from arcops.api.openapi import answers
from arcops.api.params import Continue, InNamespace, Limit, MaybeName, Since, Text, Until
from arcops.api.state import Asked
from arcops.queries.record import LogLinesPage, LogLinesQuery, RecordReport, record_logs, record_report

router = APIRouter(prefix="/api/record", tags=["record"])
Container = Annotated[str | None, Query(max_length=253, description="Only this container.", examples=["app"])]


@router.get("", summary="What is remembered", responses=answers(RecordReport, "Figures, reach, gaps and health.", examples.RECORD))
async def record(request: Request, services: Asked) -> Response:
    """Since when the record knows what, which spans nobody watched and why, how large it is, and how it is doing.

    A disk that is full or read-only, and a missing right to read logs, are states here: the live answers go on.
    """
    return await answer(request, await record_report(services))


@router.get("/logs", summary="Last lines of ended containers", responses=answers(LogLinesPage, "Newest first.", examples.RECORD_LOGS))
async def logs(
    *,
    request: Request,
    services: Asked,
    namespace: InNamespace = None,
    pod: MaybeName = None,
    container: Container = None,
    text: Text = None,
    since: Since = None,
    until: Until = None,
    limit: Limit = 20,
    cursor: Continue = None,
) -> Response:
    """What containers said before they ended; kept when it happened, so that it is there when the pod is not any more.

    Without `since` as far as the record reaches. Credentials are masked.
    """
    query = LogLinesQuery(namespace, pod, container, text, since, until, limit, cursor)
    return await answer(request, await record_logs(services, query))
