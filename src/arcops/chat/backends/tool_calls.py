"""Tools on the wire: how they are offered, how calls come in pieces, how their answers go back. OpenAI's shape, which all servers read."""

from __future__ import annotations

from typing import Any

import msgspec

from arcops.chat.backends.base import Message, Prompt, ToolCall

MOST_KEPT = 16
"""Some models repeat a call until they are stopped."""


def tool_fields(prompt: Prompt) -> dict[str, Any]:
    """The fields of a request that offer a prompt's tools, or only tell what was called before. No ``strict``: Foundry Local refuses it."""
    if not prompt.tools:
        return {}
    tools = [
        {"type": "function", "function": {"name": tool.name, "description": tool.description, "parameters": tool.parameters}}
        for tool in prompt.tools
    ]
    return {"tools": tools, "tool_choice": "auto" if prompt.may_call else "none", "parallel_tool_calls": False}


def message_fields(message: Message) -> dict[str, Any]:
    """A message as it is sent. Lone surrogates would make the server refuse all of it; ``content`` may not be null."""
    fields: dict[str, Any] = {"role": message.role, "content": message.content.encode("utf-8", "replace").decode()}
    if message.calls:
        fields["tool_calls"] = [
            {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}} for call in message.calls
        ]
    if message.call_id:
        fields["tool_call_id"] = message.call_id
    return fields


class CallPiece(msgspec.Struct, frozen=True, gc=False):
    """A piece of a call: a name begins it, arguments follow. ``index`` is None where the server does not count."""

    name: str
    arguments: str
    index: int | None = None


def pieces_in(calls: Any) -> list[CallPiece]:
    """The pieces in a ``tool_calls`` field; what is none is left out. Ollama gives arguments as an object."""
    pieces: list[CallPiece] = []
    for call in calls if isinstance(calls, list) else ():
        function = call.get("function") if isinstance(call, dict) else None
        if isinstance(function, dict):
            name, arguments, index = function.get("name"), function.get("arguments"), call.get("index")
            if isinstance(arguments, dict):
                arguments = msgspec.json.encode(arguments).decode()
            pieces.append(CallPiece(_text(name), _text(arguments), index if isinstance(index, int) else None))
    return pieces


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


class CallCollector:
    """Puts calls together from their pieces, at most ``MOST_KEPT``."""

    def __init__(self) -> None:
        """None yet."""
        self._calls: dict[int, tuple[str, list[str]]] = {}

    def add(self, piece: CallPiece) -> None:
        """Take in a piece."""
        index = piece.index
        if index is None:
            index = len(self._calls) - (0 if piece.name or not self._calls else 1)
        if index in self._calls:
            name, arguments = self._calls[index]
            self._calls[index] = (name or piece.name, [*arguments, piece.arguments])
        elif len(self._calls) < MOST_KEPT:
            self._calls[index] = (piece.name, [piece.arguments])

    @property
    def calls(self) -> list[ToolCall]:
        """The calls in the order they were begun."""
        return [ToolCall(name, "".join(arguments)) for name, arguments in self._calls.values()]
