"""Questions in words, conversations, and what readers thought of answers."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from arcops.api import chat_examples as examples
from arcops.api.encode import plain
from arcops.api.gone import while_there
from arcops.api.openapi import answers, event_answer
from arcops.api.sse import MEDIA_TYPE, EventStream, Named, event_stream
from arcops.api.state import Asked, Talk
from arcops.base.clock import rfc3339
from arcops.chat.answer import Chat, Question
from arcops.chat.answered import ChatAnswer, answered
from arcops.chat.backends.base import Message
from arcops.chat.events import ChatEvent, name_of
from arcops.chat.sessions import Feedback, Session, SessionItem
from arcops.queries.times import zone_of

router = APIRouter(prefix="/api/chat", tags=["chat"])
_GONE = 499
"""A status nobody reads: the caller has gone. As nginx writes it down."""
_BLIND = "Without looking at the cluster there is nothing to answer from. Ask again with include_context."
AnswerPath = Annotated[str, Path(max_length=64, description="The `id` of an answer.")]
SessionPath = Annotated[str, Path(max_length=64, description="The `session` of an answer.")]


class ChatRequest(BaseModel):
    """A question. Fields there are not are an error."""

    model_config = ConfigDict(extra="forbid", strict=True, json_schema_extra={"examples": [{"message": "Why is checkout restarting?"}]})

    message: str = Field(min_length=1, max_length=4000, description="The question, in plain words.")
    include_context: bool = Field(default=True, description="Look at the cluster for the answer.")
    session: str = Field(
        default="", max_length=64, pattern="^[A-Za-z0-9_-]*$", description="The conversation to go on with; empty for a new one."
    )
    at: str = Field(default="", max_length=64, description="The moment to take for the present: RFC 3339, an age, or `yesterday 14:00`.")
    namespace: str = Field(default="", max_length=253, description="The namespace that is meant where none is named.")
    tz: str = Field(default="", max_length=64, description="The zone of times that name none; UTC without it.")
    use_model: bool = Field(default=True, description="Let the model word the answer, if there is one.")

    def question(self) -> Question:
        """The question as the chat takes it. Raises ``BadTime`` for a zone there is not."""
        return Question(
            text=self.message, session=self.session, at=self.at, namespace=self.namespace, zone=zone_of(self.tz or None),
            use_model=self.use_model,
        )  # fmt: skip


class FeedbackRequest(BaseModel):
    """What a reader thought of an answer."""

    model_config = ConfigDict(extra="forbid", strict=True, json_schema_extra={"examples": [{"verdict": "up"}]})

    verdict: Literal["up", "down"] = Field(description="Whether it helped.")
    comment: str = Field(default="", max_length=1000, description="Why.")


@router.post("/query", summary="Ask", responses=answers(ChatAnswer, "The answer.", examples.CHAT, 404, 413))
async def query(request: Request, services: Asked, chat: Talk, asked: ChatRequest) -> Response:
    """The whole answer. The rules answer in milliseconds; a model, if there is one, may word it, and `model` says who did.

    Every sentence names the facts it rests on. Whatever happens to the model, the answer by rule stands and `notes` say why.
    """
    if not asked.include_context:
        return plain(ChatAnswer(response=_BLIND, timestamp=_now(services), context_used=False, model="direct-mode", can_tell=False))
    answer = await while_there(request, chat.ask(asked.question()))
    return Response(status_code=_GONE) if answer is None else plain(answered(answer, _now(services)))


@router.post(
    "/prompt",
    summary="See the prompt",
    responses=answers(list[Message], "The messages; none where none would be sent.", examples.PROMPT, 404, 413),
)
async def prompt(chat: Talk, asked: ChatRequest) -> Response:
    """What a model would be sent for a question, word for word, whether there is one or not. Nothing is sent or kept."""
    made = await chat.prompt(asked.question())
    return plain(made.messages if made else ())


@router.post(
    "/stream",
    summary="Ask, and see the answer come",
    response_class=EventStream,
    responses=event_answer("Events.", MEDIA_TYPE, examples.STREAM, ChatEvent, 404, 413),
)
async def stream(chat: Talk, asked: ChatRequest) -> Response:
    """Server-sent events: `direct` is the answer by rule, at once; `done` comes last, with the whole answer.

    Between them `token` tells how far the model is, `sentence` holds one that passed the check, with its facts, `dropped` says why one
    did not, and `error` that the model gave no whole answer. A line that begins with a colon comes when nothing happens for 10 s.
    Closing the connection stops the model. Unchecked text of the model is never sent.
    """
    return await event_stream(_events(chat, asked.question()))


async def _events(chat: Chat, question: Question) -> AsyncGenerator[Named, None]:
    async with aclosing(chat.stream(question)) as events:
        async for event in events:
            yield name_of(event), event


@router.get("/sessions", summary="Conversations", responses=answers(list[SessionItem], "The newest first.", [examples.SESSION_ITEM]))
async def sessions(chat: Talk) -> Response:
    """The newest 200 conversations of the last 30 days. They are kept beside the record and survive a restart."""
    return plain(chat.sessions.items())


@router.get("/sessions/{session}", summary="A conversation", responses=answers(Session, "Oldest question first.", examples.SESSION, 404))
async def session_detail(chat: Talk, session: SessionPath) -> Response:
    """Questions, answers in short, and what was thought of them."""
    return plain(chat.sessions.get(session))


@router.delete("/sessions/{session}", summary="Forget a conversation", responses=answers(Session, "As it was.", examples.SESSION, 404))
async def forget(chat: Talk, session: SessionPath) -> Response:
    """Forgets it, on disk too."""
    was = chat.sessions.get(session)
    await chat.sessions.delete(session)
    return plain(was)


@router.post("/{answer}/feedback", summary="Rate an answer", responses=answers(Feedback, "As it is kept.", examples.FEEDBACK, 404, 413))
async def feedback(chat: Talk, answer: AnswerPath, said: FeedbackRequest) -> Response:
    """Keeps what a reader thought of an answer; the last word counts. It stays here: nothing is sent anywhere."""
    return plain(await chat.sessions.rate(answer, said.verdict, said.comment))


def _now(services: Any) -> str:
    return rfc3339(services.clock.now_ms())
