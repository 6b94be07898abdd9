"""The rules arcops knows."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from arcops.api import diagnosis_examples as examples
from arcops.api.encode import answer
from arcops.api.findings_params import Code
from arcops.api.openapi import answers
from arcops.queries.rules import RulePage, list_rules

router = APIRouter(prefix="/api/rules", tags=["diagnosis"])


@router.get("", summary="What can be found", responses=answers(RulePage, "By area and code.", examples.RULES, 404))
async def rules(
    request: Request, code: Code = "", area: Annotated[str, Query(max_length=64, description="Only this area.", examples=["pod"])] = ""
) -> Response:
    """Each code with its meaning, how it is found, when it stays quiet and what to do; codes never change their meaning."""
    return await answer(request, list_rules(code, area))
