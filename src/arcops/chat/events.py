"""What a listener is told while a question is answered: the answer by rule at once, then how the model's wording comes along.

Unchecked text of the model is never among it: a wrong name on a screen is read before it can be taken back. Of the model's tokens only
their number and time are told (docs/adr/0007-checked-sentences-only.md).
"""

from __future__ import annotations

import msgspec

from arcops.chat.base import Answer


class Direct(msgspec.Struct, frozen=True, gc=False, tag="direct", tag_field="event"):
    """The answer by rule; it stands until ``done`` says otherwise."""

    answer: Answer


class Token(msgspec.Struct, frozen=True, gc=False, tag="token", tag_field="event"):
    """The model is at work: so many pieces of text in so many seconds."""

    count: int
    seconds: float


class Worded(msgspec.Struct, frozen=True, gc=False, tag="sentence", tag_field="event"):
    """A sentence of the model that passed the check, with the facts it rests on."""

    text: str
    facts: tuple[str, ...]


class Dropped(msgspec.Struct, frozen=True, gc=False, tag="dropped", tag_field="event"):
    """A sentence did not pass, why, and how many there were so far."""

    reason: str
    count: int


class Failed(msgspec.Struct, frozen=True, gc=False, tag="error", tag_field="event"):
    """The model gave no whole answer: the kind of failure, and why in a sentence. ``done`` follows with the answer by rule."""

    kind: str
    message: str


class Done(msgspec.Struct, frozen=True, gc=False, tag="done", tag_field="event"):
    """The whole answer; the last event."""

    answer: Answer


ChatEvent = Direct | Token | Worded | Dropped | Failed | Done


def name_of(event: ChatEvent) -> str:
    """The event's word on the wire."""
    return str(event.__struct_config__.tag)
