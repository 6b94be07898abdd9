"""Parameters that several endpoints share, and the rule that there are no others."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query, Request
from fastapi.routing import APIRoute

from arcops.api.errors import RepeatedParameter, UnknownParameter
from arcops.queries.near import did_you_mean, near_names

_NAME_LENGTH = 253
"""No Kubernetes name is longer."""
_TEXT_LENGTH = 1_000
MOST_HOURS = 24 * 366

Hours = Annotated[int, Query(ge=1, le=MOST_HOURS, description="How many hours back; 1 to 24, and on as far as the record reaches.")]
MaybeHours = Annotated[int | None, Query(ge=1, le=MOST_HOURS, description="How many hours back; instead of `since`.")]
Since = Annotated[
    str | None,
    Query(
        max_length=64,
        description="From when: RFC 3339, an age (`15m`, `2h`, `1d`), or `yesterday 14:00`.",
        examples=["15m", "2026-01-14T12:00:00Z"],
    ),
]
Until = Annotated[str | None, Query(max_length=64, description="Until when, included; written likewise.", examples=["5m"])]
At = Annotated[
    str | None,
    Query(
        max_length=64,
        description="As of this moment of the past: RFC 3339, an age (`2h`), or `yesterday 14:00`. The header `arcops-incomplete` says"
        " what was not seen then.",
        examples=["2026-01-14T12:00:00Z", "30m", "yesterday 14:00"],
    ),
]
Zone = Annotated[
    str | None,
    Query(alias="tz", max_length=64, description="The zone of times that name none; UTC without it.", examples=["Europe/Berlin"]),
]
Limit = Annotated[int, Query(ge=1, le=1000, description="How many rows at most.")]
Continue = Annotated[str | None, Query(alias="continue", max_length=4096, description="The `continue` of the page before.")]
InNamespace = Annotated[str | None, Query(max_length=_NAME_LENGTH, description="Only this namespace.", examples=["shop"])]
MaybeKind = Annotated[str | None, Query(max_length=_NAME_LENGTH, description="Only this kind, by any word for it.", examples=["deploy"])]
MaybeName = Annotated[str | None, Query(max_length=_NAME_LENGTH, description="Only the object of this name.", examples=["web"])]
Text = Annotated[str | None, Query(max_length=_TEXT_LENGTH, description="Text to look for, whatever its case.")]
Selector = Annotated[str | None, Query(max_length=_TEXT_LENGTH)]

KindWord = Annotated[
    str, Path(max_length=_NAME_LENGTH, description="Any word for the kind: `pods`, `po`, `Deployment`, `certificates.cert-manager.io`.")
]
NamespacePath = Annotated[str, Path(max_length=_NAME_LENGTH, description="The namespace.")]
ScopePath = Annotated[str, Path(max_length=_NAME_LENGTH, description="The namespace, or `_` for kinds without one.")]
NamePath = Annotated[str, Path(max_length=_NAME_LENGTH, description="The name.")]


def only_known(request: Request) -> None:
    """Refuse parameters the endpoint does not have, and doubled ones: a typing error must not widen an answer."""
    route = request.scope.get("route")
    if not isinstance(route, APIRoute):
        return
    known = {field.alias for field in route.dependant.query_params}
    given = [name for name, _ in request.query_params.multi_items()]
    for name in given:
        if name not in known:
            near = did_you_mean(near_names(name, sorted(known))) or f"There are: {', '.join(sorted(known)) or 'none'}."
            raise UnknownParameter(name=name[:80], near=near)
    if len(set(given)) < len(given):
        raise RepeatedParameter(name=next(name for name in given if given.count(name) > 1))
