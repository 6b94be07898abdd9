"""What the model is told before every question: stable, so that servers keep it ready."""

from __future__ import annotations

import enum
from functools import cache
from importlib.resources import files


class Form(enum.StrEnum):
    """How an answer is to be given; each has a file ``form_….md`` that says so to the model."""

    TEXT = "text"
    """Sentences that end with the facts they rest on."""
    JSON = "json"
    """The same as JSON, for servers that enforce a schema."""
    TOOLS = "tools"
    """Sentences again, after tools were called where that is needed."""


@cache
def system_prompt(form: Form = Form.TEXT) -> str:
    """The first message: at most 220 tokens, the same for every question of a form."""
    return _text("system").replace("{form}", _text(f"form_{form}"))


def _text(name: str) -> str:
    return (files(__name__) / f"{name}.md").read_text(encoding="utf-8").strip()
