"""What a model server's complaint means: its status and words as a ``ModelFailure``.

Servers agree on little: Foundry Local answers 400 for a model that is not loaded, llama.cpp 503, Ollama 404; once a stream was asked
for, the complaint comes inside a 200. So the words decide first, then the status.
"""

from __future__ import annotations

import re
from typing import Any

from arcops.base.guard import safe_line
from arcops.chat.backends.base import FailureKind, ModelFailure

_MOST_CHARACTERS = 200
_SIGNATURE = re.compile(r"^[\w./-]+\.(?:cc|cpp|h):\d+ [^\n]*?\) (?=\S)")
"""Foundry Local begins with the place in its source, and the function's whole signature."""
_RULES: tuple[tuple[FailureKind, re.Pattern[str]], ...] = (
    (FailureKind.BAD_CALL, re.compile(r"tool_call_plan|(?:invalid|malformed) tool call|tool '[^']{1,80}': instance")),
    (
        FailureKind.TOO_LONG,
        re.compile(
            r"maximum context|context (?:size|length|window)|context_length|exceed_context|exceeds the (?:model|available)|too many tokens"
        ),
    ),
    (FailureKind.NOT_LOADED, re.compile(r"must be loaded|is not loaded|not loaded|loading model|model is loading|no model (?:is )?loaded")),
    (
        FailureKind.UNKNOWN_MODEL,
        re.compile(
            r"model_not_found|model .{0,120}?(?:not found|does not exist|is unknown)|(?:no such|unknown|invalid) model|no model named"
        ),
    ),
    (FailureKind.REFUSED, re.compile(r"rbac_check_unavailable|ambiguous_auth|invalid api key|incorrect api key|unauthorized")),
    (FailureKind.BUSY, re.compile(r"overloaded|queue is full|too many requests|server busy|at capacity")),
)
_BY_STATUS = {401: FailureKind.REFUSED, 403: FailureKind.REFUSED, 429: FailureKind.BUSY}
_LIMIT = re.compile(r"(?:context (?:length|size|window)|n_ctx|limit)\D{0,20}(\d{3,7})|(\d{3,7}) tokens? (?:context|limit|maximum)")


def failure_of(status: int | None, message: str, model: str = "") -> ModelFailure:
    """The failure of a complaint; ``status`` is None where it came inside a stream, ``model`` the one that was asked for."""
    words = message.lower()
    kind = _BY_STATUS.get(status or 0) or next((kind for kind, sign in _RULES if sign.search(words)), None)
    said = safe_line(_SIGNATURE.sub("", message), _MOST_CHARACTERS).rstrip(". ")
    if kind is None:
        kind = FailureKind.STRANGER if status in {301, 302, 303, 307, 308, 404, 405} else FailureKind.ERROR
    window = window_in(words) if kind is FailureKind.TOO_LONG else 0
    why = _long(window) if kind is FailureKind.TOO_LONG else _why(kind, status, said, model)
    return ModelFailure(kind=kind, why=why, status=status or 0, window=window)


def _long(window: int) -> str:
    return f"the prompt is longer than the model's window{f' of {window:,} tokens' if window else ''}"


def _why(kind: FailureKind, status: int | None, said: str, model: str) -> str:
    if "rbac_check_unavailable" in said:
        return "the server cannot check our rights while it does not reach Azure; it takes an API key instead"
    named = f"the model {model}" if model else "the model"
    answered = f"the server answered {status}" if status else "the server broke off"
    return {
        FailureKind.NOT_LOADED: f"{named} is not loaded",
        FailureKind.UNKNOWN_MODEL: f"the server does not know {named}",
        FailureKind.REFUSED: f"the server refuses our key ({status or said})",
        FailureKind.BUSY: "the server has too much to do",
        FailureKind.BAD_CALL: f"the model called a tool wrongly ({said})",
        FailureKind.STRANGER: f"no model server is at this address (it answered {status})",
    }.get(kind) or (f"{answered}: {said}" if said else answered)


def complaint_in(body: Any) -> str | None:
    """The words of an error in a decoded body, None if it holds none. Shapes: OpenAI's, Ollama's, FastAPI's, problem+json."""
    if not isinstance(body, dict):
        return None
    error = body.get("error")
    if isinstance(error, dict):
        code = error.get("code") if isinstance(error.get("code"), str) else error.get("type")
        return " ".join(str(part) for part in (error.get("message"), f"({code})" if code else "") if part) or str(error)
    if error:
        return str(error)
    if body.get("object") == "error" or "detail" in body or "title" in body:
        return str(body.get("message") or body.get("detail") or body.get("title"))
    return None


def window_in(message: str) -> int:
    """The model's window in tokens where a complaint names it, else 0."""
    found = _LIMIT.search(message.lower().replace(",", ""))
    return int(found[1] or found[2]) if found else 0
