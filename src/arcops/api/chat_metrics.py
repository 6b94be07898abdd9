"""The chat in ``GET /metrics``: what is asked, who words it, and what did not pass the check."""

from __future__ import annotations

from arcops.api.exposition import NONE, Exposition
from arcops.chat.answer import ChatMeter
from arcops.queries.services import ModelKeeping

_STATES = ("off", "starting", "ready", "unloaded", "unreachable")


def expose_chat(out: Exposition, meter: ChatMeter, model: ModelKeeping) -> None:
    """Counters of the chat and the state of its model."""
    asked = [({"intent": intent, "model": who}, float(count)) for (intent, who), count in sorted(meter.questions.items())]
    out.family("arcops_chat_questions_total", "counter", "Questions answered, by what they want and who worded the answer.", asked)
    spent = [({"model": who}, seconds) for who, seconds in sorted(meter.seconds.items())]
    out.family("arcops_chat_answer_seconds_total", "counter", "Time until the answers were whole.", spent)
    dropped = [({"reason": reason}, float(count)) for reason, count in sorted(meter.dropped.items())]
    out.family("arcops_chat_dropped_sentences_total", "counter", "Sentences of the model that did not pass the check.", dropped)
    failures = [({"kind": kind}, float(count)) for kind, count in sorted(meter.failures.items())]
    out.family("arcops_chat_model_failures_total", "counter", "Answers the model did not give.", failures)
    out.counter("arcops_chat_stopped_total", "Answers whose reader went away.", meter.stopped)
    out.family(
        "arcops_chat_model_state", "gauge", "1 for the state of the model.", [({"state": s}, float(s == model.state)) for s in _STATES]
    )
    out.family("arcops_chat_waiting_questions", "gauge", "Questions that wait for the model.", [(NONE, float(model.waiting))])
    out.gauge("arcops_chat_model_tokens_per_second", "Pace of the model's last answer.", model.tokens_per_s)
    out.gauge("arcops_chat_model_first_token_seconds", "Until the first token of its last answer.", model.first_token_ms / 1000)
