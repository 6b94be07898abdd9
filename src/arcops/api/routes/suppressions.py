"""Decisions to live with a finding."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict
from starlette.responses import Response

from arcops.api import diagnosis_examples as examples
from arcops.api.encode import answer, plain
from arcops.api.openapi import answers
from arcops.api.state import Asked
from arcops.queries.suppressions import SuppressionItem, SuppressionQuery, list_suppressions, suppress, take_back

router = APIRouter(prefix="/api/suppressions", tags=["diagnosis"])
_EXAMPLE: JsonDict = {"who": "ana", "why": "load test", "until": "2026-01-16T18:00:00Z", "code": "OomKilled", "namespace": "shop"}


class SuppressionRequest(BaseModel):
    """A decision. ``who`` and ``why`` stay in the record; at least one of the rest must restrict it."""

    model_config = ConfigDict(extra="forbid", strict=True, json_schema_extra={"examples": [_EXAMPLE]})

    who: str = Field(min_length=1, max_length=200, description="Who decides.")
    why: str = Field(min_length=1, max_length=1000, description="Why.")
    until: str = Field(default="", max_length=64, description="Until when: RFC 3339, or how long from now (`2h`); empty for ever.")
    code: str = Field(default="", max_length=100, description="A code; `*` stands for any letters.")
    kind: str = Field(default="", max_length=253, description="Any word for a kind: of the subject or its workload.")
    namespace: str = Field(default="", max_length=253, description="A namespace.")
    name: str = Field(default="", max_length=253, description="A name; `*` stands for any letters.")
    selector: str = Field(default="", max_length=1000, description="Labels the object must have, as app=web.")


@router.get("", summary="Decisions in force", responses=answers(list[SuppressionItem], "The newest first.", [examples.SUPPRESSION]))
async def suppressions(request: Request, services: Asked) -> Response:
    """Findings these cover are still found and listed, with who and why; they make no incident and no alarm.

    The annotation `arcops.io/ignore` on an object does the same.
    """
    return await answer(request, list_suppressions(services))


@router.post("", summary="Live with a finding", responses=answers(SuppressionItem, "The decision.", examples.SUPPRESSION, 404, 413))
async def add(services: Asked, asked: SuppressionRequest) -> Response:
    """Decides to live with what a code, an object or labels name, until a moment. Nothing in the cluster changes."""
    return plain(await suppress(services, SuppressionQuery(**asked.model_dump())))


@router.post(
    "/{suppression}/end", summary="Take a decision back", responses=answers(SuppressionItem, "As it was.", examples.SUPPRESSION, 404)
)
async def end(services: Asked, suppression: Annotated[str, Path(max_length=64, description="Its id.")]) -> Response:
    """Ends a decision now; that it was made stays in the record."""
    return plain(await take_back(services, suppression))
