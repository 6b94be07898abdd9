"""One request for an answer: what is sent, and the answer listened to as it comes."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

from arcops.chat.backends.base import FailureKind, JsonSchema, ModelFailure, Prompt, Usage
from arcops.chat.backends.failures import complaint_in, failure_of
from arcops.chat.backends.listener import Listener
from arcops.chat.backends.patience import Patience
from arcops.chat.backends.server import Server
from arcops.chat.backends.tool_calls import message_fields, tool_fields
from arcops.chat.backends.transport import Reply, decoded

_OPTIONAL = ("stream_options", "temperature", "response_format", "parallel_tool_calls")
_OK = 200


@dataclass(slots=True)
class Mending:
    """What was put right already during one question: each kind of failure once, and nothing after the first token."""

    has_begun: bool = False
    tried: set[FailureKind] = field(default_factory=set)

    def may_try(self, failure: ModelFailure) -> bool:
        """Whether this failure may be put right."""
        if self.has_begun or failure.kind in self.tried:
            return False
        self.tried.add(failure.kind)
        return True


class Asking:
    """How one model is asked; learns what its server does not take."""

    def __init__(self, model: str) -> None:
        """``model`` is the id that is sent."""
        self.model = model
        self._left_out: set[str] = set()
        self._thinks_first = False

    def body(self, prompt: Prompt) -> dict[str, Any]:
        """The request."""
        body: dict[str, Any] = {
            "model": self.model,
            "messages": [message_fields(message) for message in prompt.messages],
            "max_tokens": prompt.max_tokens,
            "temperature": 0,
            "stream": True,
            "stream_options": {"include_usage": True},
            **tool_fields(prompt),
        }
        if prompt.schema is not None:
            body["response_format"] = schema_format(prompt.schema)
        if "max_tokens" in self._left_out:
            body["max_completion_tokens"] = prompt.max_tokens
        return {name: value for name, value in body.items() if name not in self._left_out}

    def leave_out_refused(self, complaint: str) -> bool:
        """Leave out a field that the server names in its complaint; whether there was one that can be left out."""
        for name in (*_OPTIONAL, "max_tokens"):
            if name not in self._left_out and re.search(rf"\b{name}\b", complaint):
                self._left_out.add(name)
                return True
        return False

    async def answer(self, server: Server, prompt: Prompt, usage: Usage, patience: Patience) -> AsyncGenerator[str, None]:
        """The text of one generation. Raises ``ModelFailure``."""
        async with AsyncExitStack() as stack:
            reply = await patience.wait(stack.enter_async_context(server.transport.open(server.chat_url, body=self.body(prompt))))
            if reply.status != _OK:
                raise self._refusal(reply.status, await patience.wait(reply.body()))
            listener = self._listener(reply, prompt, usage)
            while not listener.is_done and (chunk := await patience.wait(anext(reply.chunks, None))) is not None:
                before = listener.tokens
                for text in listener.take(chunk):
                    if listener.tokens > before:
                        patience.heard()
                    if text:
                        yield text
                if listener.tokens > before:
                    patience.heard()  # again: how long the reader took is not the model's time
            for text in listener.end():
                if text:
                    patience.heard()
                    yield text
            self._thinks_first = listener.thoughts.began_inside

    def _listener(self, reply: Reply, prompt: Prompt, usage: Usage) -> Listener:
        if "html" in reply.content_type:
            raise ModelFailure(kind=FailureKind.STRANGER, why="a web page is at this address, no model server")
        is_stream = "json" not in reply.content_type
        return Listener(
            usage, prompt.max_tokens, self.model, is_stream=is_stream, begins_with_thought=self._thinks_first,
            may_call=prompt.offers_tools,
        )  # fmt: skip

    def _refusal(self, status: int, body: bytes) -> ModelFailure:
        return failure_of(status, complaint_in(decoded(body)) or "", self.model)


def schema_format(schema: JsonSchema) -> dict[str, Any]:
    """One payload for every server: most read ``.schema``, Foundry Local 2.x takes the object itself for the schema."""
    return {"type": "json_schema", "json_schema": {"name": "answer", "strict": True, "schema": schema, **schema}}
