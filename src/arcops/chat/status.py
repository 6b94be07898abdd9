"""How the model is doing, in the form of an answer."""

from __future__ import annotations

import asyncio

import msgspec

from arcops.chat.answer import Chat
from arcops.chat.backends.base import ModelFailure, ModelInfo
from arcops.chat.jobs import Job
from arcops.queries.answers import stamp
from arcops.queries.services import ModelKeeping

_LIST_S = 10.0
"""An offline catalog is asked in vain for four to five seconds."""


class ModelStatus(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """The model. ``state``: ``off``, ``starting``, ``ready``, ``unloaded`` or ``unreachable``, ``detail`` why; times are RFC 3339.

    ``is_local``: the server is on this machine or in the cluster, so that nothing leaves the site. ``window`` is in tokens, 0 while
    unknown; the rates are those of the last answer. ``models`` are those to choose from, with ``list_error`` where they cannot be
    listed. ``job`` is the last load or download.
    """

    state: str
    detail: str
    since: str | None
    backend: str
    url: str
    is_local: bool
    model: str
    window: int
    has_schema: bool
    has_tools: bool
    last_answer: str | None
    last_failure: str
    first_token_ms: float
    tokens_per_s: float
    waiting: int
    answered: int
    failed: int
    models: list[ModelInfo] = []
    list_error: str = ""
    job: Job | None = None


async def model_status(chat: Chat, keeping: ModelKeeping, *, downloadable: bool = False) -> ModelStatus:
    """The state, and what models there are; with ``downloadable`` also those that could be fetched, which may ask outside."""
    models: list[ModelInfo] = []
    error = ""
    if keeping.state != "off":
        try:
            async with asyncio.timeout(_LIST_S):
                models = await chat.backend.models(downloadable=downloadable)
        except ModelFailure as failure:
            error = failure.message
        except TimeoutError:
            error = f"The models were not listed within {_LIST_S:g} s."
    return ModelStatus(
        state=keeping.state, detail=keeping.detail, since=stamp(keeping.since_ms), backend=keeping.backend, url=keeping.url,
        is_local=keeping.is_local, model=keeping.model, window=keeping.window, has_schema=keeping.has_schema, has_tools=keeping.has_tools,
        last_answer=stamp(keeping.last_answer_ms or 0), last_failure=keeping.last_failure, first_token_ms=round(keeping.first_token_ms, 1),
        tokens_per_s=round(keeping.tokens_per_s, 1), waiting=keeping.waiting, answered=keeping.answered, failed=keeping.failed,
        models=models, list_error=error, job=chat.jobs.last,
    )  # fmt: skip
