"""Questions in words."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from arcops.api import examples
from arcops.api.encode import plain
from arcops.api.openapi import answers
from arcops.api.state import Asked
from arcops.chat.plain import ChatAnswer, answer_directly

router = APIRouter(prefix="/api/chat", tags=["chat"])


class ChatRequest(BaseModel):
    """A question. Fields there are not are an error."""

    model_config = ConfigDict(extra="forbid", strict=True, json_schema_extra={"examples": [{"message": "Why is checkout restarting?"}]})

    message: str = Field(min_length=1, max_length=4000, description="The question, in plain words.")
    include_context: bool = Field(default=True, description="Look at the cluster for the answer.")


@router.post("/query", summary="Ask", responses=answers(ChatAnswer, "The answer.", examples.CHAT, 413))
async def query(services: Asked, asked: ChatRequest) -> Response:
    """An answer by rule from what is known (`model` is then `direct-mode`): counts, what is not well, warnings, log lines."""
    return plain(await answer_directly(services, asked.message, include_context=asked.include_context))
