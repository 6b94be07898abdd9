"""One event of a chat completion as what it says: text, a thought, an end, a complaint. Reads every dialect we met."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import msgspec

from arcops.chat.backends.failures import complaint_in
from arcops.chat.backends.tool_calls import CallPiece, pieces_in

DONE = b"[DONE]"


@dataclass(slots=True)
class ChatEvent:
    """``is_chat`` is false for JSON that has nothing of a chat completion. Bytes that are no UTF-8 are surrogates in ``text``."""

    is_chat: bool = False
    text: str = ""
    has_thought: bool = False
    finish: str = ""
    complaint: str | None = None
    prompt_tokens: int = 0
    answer_tokens: int = 0
    calls: list[CallPiece] = field(default_factory=list)


def read_event(data: bytes) -> ChatEvent | None:
    """The event in a piece of JSON; None if it is none."""
    body = _decoded(data)
    if not isinstance(body, dict):
        return None
    event = ChatEvent(complaint=complaint_in(body))
    choices = body.get("choices")
    event.is_chat = isinstance(choices, list) or isinstance(body.get("usage"), dict)
    if isinstance(usage := body.get("usage"), dict):
        event.prompt_tokens = _count(usage.get("prompt_tokens"))
        event.answer_tokens = _count(usage.get("completion_tokens"))
    for choice in choices if isinstance(choices, list) else ():
        if isinstance(choice, dict):
            _read_choice(choice, event)
    return event


def _read_choice(choice: dict[str, Any], event: ChatEvent) -> None:
    # Foundry Local 1.x sends both in every choice; answers that are not streamed have the message alone.
    said = choice.get("delta") or choice.get("message")
    if isinstance(said, dict):
        event.text += _text(said.get("content"))
        event.has_thought = event.has_thought or bool(said.get("reasoning_content") or said.get("reasoning"))
        event.calls += pieces_in(said.get("tool_calls"))
    elif isinstance(choice.get("text"), str):
        event.text += choice["text"]
    if finish := choice.get("finish_reason"):
        event.finish = str(finish)


def _text(content: Any) -> str:
    """The text of a content that is a string or a list of parts."""
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else ()
    return "".join(part["text"] for part in parts if isinstance(part, dict) and isinstance(part.get("text"), str))


def _decoded(data: bytes) -> Any:
    try:
        return msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError):
        pass
    try:
        return json.loads(data.decode("utf-8", "surrogateescape"), strict=False)
    except (ValueError, RecursionError):
        return None


def _count(value: Any) -> int:
    return value if isinstance(value, int) and value > 0 else 0
