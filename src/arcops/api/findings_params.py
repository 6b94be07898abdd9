"""Parameters of the diagnosis endpoints."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

Severities = Annotated[
    str, Query(max_length=64, description="critical, warning, info; several with commas.", examples=["critical,warning"])
]
Code = Annotated[str, Query(max_length=1000, description="Codes of findings; several with commas.", examples=["OomKilled"])]
FindingStates = Annotated[str, Query(max_length=64, description="pending, open, resolved; several with commas.", examples=["open"])]
IncidentStates = Annotated[
    str,
    Query(
        max_length=64,
        description=(
            "open, settling (gone for less than a minute), unseen (cannot be looked at any more), resolved, or all; several with commas. "
            "Without it what is not over."
        ),
        examples=["all"],
    ),
]
InKind = Annotated[
    str, Query(max_length=253, description="Any word for a kind: of the subject, its workload or the cause.", examples=["deployments"])
]
Named = Annotated[str, Query(max_length=253, description="The name of such an object; needs `kind`.", examples=["checkout"])]
Labels = Annotated[
    str, Query(alias="labelSelector", max_length=1000, description="Labels the subject or its workload has.", examples=["app=web,tier!=db"])
]
