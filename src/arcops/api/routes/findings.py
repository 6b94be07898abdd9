"""Findings: one rule's verdict about one object each."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from arcops.api import diagnosis_examples as examples
from arcops.api.encode import answer
from arcops.api.findings_params import Code, FindingStates, InKind, Labels, Named, Severities
from arcops.api.openapi import answers
from arcops.api.params import At, InNamespace, Zone
from arcops.api.state import Asked
from arcops.queries.diagnosed import FindingPage, FindingQuery, diagnosis, list_findings
from arcops.queries.stories import Told

router = APIRouter(prefix="/api", tags=["diagnosis"])


@router.get("/findings", summary="Findings", responses=answers(FindingPage, "The worst first.", examples.FINDINGS, 404))
async def findings(
    *,
    request: Request,
    services: Asked,
    severity: Severities = "",
    code: Code = "",
    state: FindingStates = "",
    namespace: InNamespace = None,
    kind: InKind = "",
    name: Named = "",
    selector: Labels = "",
    at: At = None,
    zone: Zone = None,
) -> Response:
    """Every finding with its evidence: open, not yet for long enough (`pending`), and resolved within the last day.

    What could not be looked at is in `coverage`, never taken for absent.
    """
    query = FindingQuery(severity, code, state, namespace or "", kind, name, selector, at or "", zone)
    return await answer(request, await list_findings(services, query))


@router.get("/diagnosis", summary="Everything that is wrong, told", responses=answers(Told, "Document and stories.", examples.TOLD))
async def told(
    *,
    request: Request,
    services: Asked,
    namespace: InNamespace = None,
    kind: InKind = "",
    name: Named = "",
    selector: Labels = "",
    at: At = None,
    zone: Zone = None,
) -> Response:
    """The document `arcops diagnose -o json` prints, with each incident's story in sections.

    With `kind` and `name`: what is the matter with one object, and what was ruled out if nothing is.
    """
    query = FindingQuery(namespace=namespace or "", kind=kind, name=name, selector=selector, at=at or "", zone=zone)
    return await answer(request, await diagnosis(services, query))
