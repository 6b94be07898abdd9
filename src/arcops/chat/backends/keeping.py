"""Keeps ``services.model``: what the rest of arcops, health and the page know of the model."""

from __future__ import annotations

from arcops.base.clock import Clock
from arcops.chat.backends.base import FailureKind, ModelFailure, Usage
from arcops.queries.services import ModelKeeping

_STATES = {
    FailureKind.OFF: "off",
    FailureKind.UNREACHABLE: "unreachable",
    FailureKind.STRANGER: "unreachable",
    FailureKind.UNTRUSTED: "unreachable",
    FailureKind.REFUSED: "unreachable",
    FailureKind.UNKNOWN_MODEL: "unloaded",
    FailureKind.NOT_LOADED: "unloaded",
}
"""What a failure says of the model's state; the others say nothing of the next question."""


def note_state(keeping: ModelKeeping, clock: Clock, state: str, detail: str) -> None:
    """The model is in a state since now, unless it was in it already."""
    if keeping.state != state or not keeping.since_ms:
        keeping.state, keeping.since_ms = state, clock.now_ms()
    keeping.detail = detail


def note_trouble(keeping: ModelKeeping, clock: Clock, failure: ModelFailure) -> None:
    """What a failure tells of the state, at a look or at an answer."""
    state = _STATES.get(failure.kind)
    if state is not None:
        note_state(keeping, clock, state, sentence(failure))


def note_failure(keeping: ModelKeeping, clock: Clock, failure: ModelFailure) -> None:
    """A question got no whole answer."""
    keeping.failed += 1
    keeping.last_failure = sentence(failure)
    note_trouble(keeping, clock, failure)


def note_answer(keeping: ModelKeeping, clock: Clock, usage: Usage, pieces: int) -> None:
    """A whole answer came. Its pace is counted from the first token to the last."""
    keeping.answered += 1
    keeping.last_answer_ms = clock.now_ms()
    keeping.first_token_ms = usage.first_token_ms
    tokens, spent_ms = usage.answer_tokens or pieces, usage.total_ms - usage.first_token_ms
    keeping.tokens_per_s = (tokens - 1) * 1000 / spent_ms if tokens > 1 and spent_ms > 0 else 0.0
    note_state(keeping, clock, "ready", f"{keeping.model} answers.")


def sentence(failure: ModelFailure) -> str:
    """Why, as a sentence of its own."""
    return f"{failure.why[:1].upper()}{failure.why[1:]}."
