"""Finds out once what a model can do beyond talking: whether its server enforces a JSON schema, whether it calls tools.

Two short requests in spare time. Both may fail without harm: then the model only talks.
"""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec

from arcops.chat.backends.asking import schema_format
from arcops.chat.backends.base import ModelFailure
from arcops.chat.backends.server import Server
from arcops.chat.backends.transport import decoded
from arcops.chat.settings import ModelSettings
from arcops.queries.services import ModelKeeping

_WORD = "arcops"
_SCHEMA = {
    "type": "object",
    "properties": {"word": {"type": "string", "enum": [_WORD]}, "works": {"type": "boolean"}},
    "required": ["word", "works"],
    "additionalProperties": False,
}
_TOOL = {
    "type": "function",
    "function": {
        "name": "look",
        "description": "Look something up",
        "parameters": {
            "type": "object",
            "properties": {"word": {"type": "string", "enum": [_WORD]}},
            "required": ["word"],
            "additionalProperties": False,
        },
    },
}
_MAX_TOKENS = 80


async def probe(server: Server, model: str, keeping: ModelKeeping, settings: ModelSettings) -> None:
    """Note in ``keeping`` what the model can do; a request that fails means that it cannot."""
    body = {"model": model, "max_tokens": _MAX_TOKENS, "temperature": 0}
    asked = {**body, "messages": [_user("Say no more than the word hello.")], "response_format": schema_format(_SCHEMA)}
    keeping.has_schema = obeys(_said(await _ask(server, asked, settings)))
    messages = [_user(f"Call the tool look with the word {_WORD}.")]
    asked = {**body, "messages": messages, "tools": [_TOOL], "tool_choice": "required", "parallel_tool_calls": False}
    keeping.has_tools = calls_rightly(_message(await _ask(server, asked, settings)))


async def _ask(server: Server, body: dict[str, Any], settings: ModelSettings) -> Any:
    """One answer in one piece; None where the server would not give it."""
    try:
        async with asyncio.timeout(settings.total_timeout_s), server.transport.open(server.chat_url, body=body) as reply:
            text = await reply.body()
    except (TimeoutError, ModelFailure):
        return None
    return decoded(text)


def obeys(text: str) -> bool:
    """Whether an answer that was asked for in plain words came in the schema all the same."""
    try:
        value = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeEncodeError):
        return False
    return isinstance(value, dict) and set(value) == {"word", "works"} and value["word"] == _WORD and isinstance(value["works"], bool)


def calls_rightly(message: dict[str, Any]) -> bool:
    """Whether a message holds one call of the tool with arguments that obey its schema."""
    calls = message.get("tool_calls")
    if not isinstance(calls, list) or len(calls) != 1 or not isinstance(calls[0], dict):
        return False
    function = calls[0].get("function")
    if not isinstance(function, dict) or function.get("name") != "look":
        return False
    try:
        return bool(msgspec.json.decode(str(function.get("arguments"))) == {"word": _WORD})
    except (msgspec.DecodeError, UnicodeEncodeError):
        return False


def _user(text: str) -> dict[str, str]:
    return {"role": "user", "content": text}


def _message(answer: Any) -> dict[str, Any]:
    try:
        message = answer["choices"][0]["message"]
    except (KeyError, IndexError, TypeError):
        return {}
    return message if isinstance(message, dict) else {}


def _said(answer: Any) -> str:
    content = _message(answer).get("content")
    return content if isinstance(content, str) else ""
