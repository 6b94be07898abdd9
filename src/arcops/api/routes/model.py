"""The language model: how it is doing, and loading, fetching and freeing models."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from arcops.api import chat_examples as examples
from arcops.api.encode import plain
from arcops.api.openapi import answers
from arcops.api.state import Asked, Talk
from arcops.chat.status import ModelStatus, model_status

router = APIRouter(prefix="/api/model", tags=["model"])

Downloadable = Annotated[bool, Query(description="List also what could be fetched: asks outside.")]


class ModelRequest(BaseModel):
    """Which model."""

    model_config = ConfigDict(extra="forbid", strict=True, json_schema_extra={"examples": [{"model": "phi-4-mini:1"}]})

    model: str = Field(min_length=1, max_length=200, description="The model's id, as GET /api/model lists it.")


@router.get("", summary="The model", responses=answers(ModelStatus, "Its state and what there is to choose from.", examples.MODEL))
async def status(services: Asked, chat: Talk, *, downloadable: Downloadable = False) -> Response:
    """Whether a model answers, which, how fast, and whether its server is on this site. Without one the rules answer everything."""
    return plain(await model_status(chat, services.model, downloadable=downloadable))


@router.post("/load", summary="Load a model", responses=answers(ModelStatus, "Begun; `job` tells how far.", examples.MODEL, 413, 429))
async def load(services: Asked, chat: Talk, asked: ModelRequest) -> Response:
    """Begins to make a model ready to answer; GET /api/model tells how far it is. One job at a time."""
    chat.jobs.load(asked.model)
    return plain(await model_status(chat, services.model))


@router.post("/download", summary="Fetch a model", responses=answers(ModelStatus, "Begun; `job` tells how far.", examples.MODEL, 413, 429))
async def download(services: Asked, chat: Talk, asked: ModelRequest) -> Response:
    """Begins to fetch a model from the server's catalog: the one thing that needs a way out, and it is never done unasked."""
    chat.jobs.download(asked.model)
    return plain(await model_status(chat, services.model))


@router.post("/unload", summary="Free a model", responses=answers(ModelStatus, "Done.", examples.MODEL, 404, 409, 413, 429, 502))
async def unload(services: Asked, chat: Talk, asked: ModelRequest) -> Response:
    """Frees a model's memory. Questions are answered by rule until one is loaded again."""
    await chat.backend.unload(asked.model)
    return plain(await model_status(chat, services.model))


@router.post("/cancel", summary="Stop a load or download", responses=answers(ModelStatus, "Stopped, if one ran.", examples.MODEL, 413))
async def cancel(services: Asked, chat: Talk) -> Response:
    """Stops the load or download that runs; nothing happens if none does."""
    await chat.jobs.cancel()
    return plain(await model_status(chat, services.model))
