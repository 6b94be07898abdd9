"""The description of the API: parameters by FastAPI, answers by msgspec's own schemas, problems and examples by us."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import msgspec
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

import arcops
from arcops.api.errors import MEDIA_TYPE, Problem, problem
from arcops.chat.answered import ChatAnswer
from arcops.chat.backends.base import Message
from arcops.chat.events import Direct, Done, Dropped, Failed, Token, Worded
from arcops.chat.sessions import Feedback, Session, SessionItem
from arcops.chat.status import ModelStatus
from arcops.queries.changes import ChangePage
from arcops.queries.cluster import ClusterStatus
from arcops.queries.context import ContextStats, ContextWindow, SnapshotInfo
from arcops.queries.coverage import Moment
from arcops.queries.diagnosed import FindingPage, IncidentDetail, IncidentPage
from arcops.queries.diffs import DiffPage
from arcops.queries.events import Event, EventPage
from arcops.queries.health import Health
from arcops.queries.history import VersionPage
from arcops.queries.logs import PodLogs
from arcops.queries.objects import KindInfo, ObjectPage
from arcops.queries.pods import PodMoment, PodStatus
from arcops.queries.record import LogLinesPage, RecordReport
from arcops.queries.rules import RulePage
from arcops.queries.stories import Told
from arcops.queries.suppressions import SuppressionItem
from arcops.queries.timeline import Timeline
from arcops.queries.topology import Topology

Schema = dict[str, Any]
ANSWERS: tuple[Any, ...] = (
    Health, ClusterStatus, PodStatus, PodMoment, Event, EventPage, PodLogs, ChatAnswer, KindInfo, ObjectPage,
    VersionPage, Timeline, ChangePage, DiffPage, Moment, ContextWindow, ContextStats, SnapshotInfo,
    FindingPage, IncidentPage, IncidentDetail, Told, Topology, RulePage, SuppressionItem, RecordReport, LogLinesPage,
    Message, Direct, Token, Worded, Dropped, Failed, Done, Feedback, SessionItem, Session, ModelStatus, Problem,
)  # fmt: skip
"""Every shape that leaves the service; what they hold comes with them."""

_REF = "#/components/schemas/{name}"
_ABOUT = """Everything arcops knows of its cluster, and what it remembers.

- Times are RFC 3339 in UTC; where a time is asked for, an age (`15m`, `2h`, `1d`) or `yesterday 14:00` will do.
- Errors are `application/problem+json`; `detail` says what is wrong, `hint` what to do, `code` is for programs.
- A parameter that an endpoint does not have is an error (422), not silently ignored.
- Reading changes nothing. Large answers carry an ETag (`If-None-Match` gives 304) and are compressed on request.
- The header `arcops-incomplete` names kinds that are not, or no longer, fully known, with the reason; of the past, what was not seen.
"""
_PROBLEMS: Mapping[int, tuple[str, str, str, str]] = {
    401: ("A bearer token is wanted", "token-needed", "This server wants a bearer token.", "Send `Authorization: Bearer …`."),
    403: ("Refused", "host-refused", 'Requests for host or origin "evil.example" are not answered here.', "Add the name if it is yours."),
    404: ("Not there", "object-not-found", "There is no Pod shop/chekout in the cluster.", "Did you mean checkout-7d9f?"),
    409: (
        "Not as things are",
        "model-failed",
        "The model gave no whole answer: no model is configured.",
        "`arcops model status` tells how the model is doing.",
    ),
    413: ("Body too large", "body-too-large", "The body of the request is larger than 65536 bytes.", "Ask a shorter question."),
    422: (
        "The request cannot be understood",
        "bad-time",
        'The time "yesterdya" cannot be read.',
        "Write RFC 3339, an age such as 15m, or yesterday 14:00.",
    ),
    429: ("Try again later", "busy", "The record has too much to do at the moment.", "Try again in 1 seconds."),
    502: ("The cluster refused", "cluster-error", "The cluster answered 500 to GET logs.", "Try again."),
    503: ("The cluster or the record cannot be reached", "cluster-unreachable", "The cluster does not answer.", "arcops keeps trying."),
}
_EVERYWHERE = (401, 403, 422, 503)


def answers(shape: Any, about: str, example: Any, *problems: int) -> dict[int | str, Schema]:
    """The ``responses`` of a route: what it gives, an example, and the problems it may answer beside the usual ones."""
    ok = {"description": about, "content": {"application/json": {"schema": schema_of(shape), "example": example}}}
    return {200: ok, **{status: problem_response(status) for status in sorted({*_EVERYWHERE, *problems})}}


def text_answer(about: str, media_type: str, example: str, *problems: int) -> dict[int | str, Schema]:
    """The same for a route that answers in text."""
    ok = {"description": about, "content": {media_type: {"schema": {"type": "string"}, "example": example}}}
    return {200: ok, **{status: problem_response(status) for status in problems}}


def event_answer(about: str, media_type: str, example: str, shape: Any, *problems: int) -> dict[int | str, Schema]:
    """The same for a route that answers with server-sent events; ``shape`` is what the data of each is JSON of."""
    data = {"type": "string", "contentMediaType": "application/json", "contentSchema": schema_of(shape)}
    each = {"type": "object", "properties": {"event": {"type": "string"}, "data": data}, "required": ["event", "data"]}
    ok = {"description": about, "content": {media_type: {"schema": each, "example": example}}}
    return {200: ok, **{status: problem_response(status) for status in sorted({*_EVERYWHERE, *problems})}}


def problem_response(status: int) -> Schema:
    """A problem in a route's responses, with an example."""
    about, code, detail, hint = _PROBLEMS[status]
    example = msgspec.to_builtins(problem(status, code, detail, hint))
    return {"description": about, "content": {MEDIA_TYPE: {"schema": schema_of(Problem), "example": example}}}


def schema_of(shape: Any) -> Schema:
    """The JSON Schema of a shape, Structs by reference."""
    (schema,), _ = msgspec.json.schema_components((shape,), ref_template=_REF)
    return schema


@cache
def components() -> Schema:
    """The schemas of every Struct that can be in an answer."""
    _, found = msgspec.json.schema_components(ANSWERS, ref_template=_REF)
    return dict(sorted(found.items()))


def describe(app: FastAPI) -> Schema:
    """The OpenAPI 3.1 document."""
    found: Schema = get_openapi(
        title="arcops",
        version=arcops.__version__,
        summary="What is wrong in a Kubernetes cluster, why, and since when.",
        description=_ABOUT,
        routes=app.routes,
        tags=[{"name": name, "description": about} for name, about in TAGS.items()],
    )
    schemas = found.setdefault("components", {}).setdefault("schemas", {})
    schemas.update(components())
    found["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer", "description": "Wanted only if one is set."}}
    found["security"] = [{}, {"token": []}]
    return found


TAGS = {
    "cluster": "Pods and events at a glance; the first version's endpoints, with its fields.",
    "diagnosis": "What is wrong, why and since when: incidents, findings, how objects hang together, the rules, decisions.",
    "objects": "Objects of any kind, as the API server gives them.",
    "events": "Kubernetes Events, as far back as the record reaches.",
    "history": "How objects came to be as they are.",
    "context": "The context buffer: the recent window of the record.",
    "chat": "Questions in words, answered by rule and worded by a local model if there is one.",
    "model": "The language model: how it is doing; loading, fetching and freeing models.",
    "service": "How arcops itself is doing.",
}
"""Groups of endpoints."""
