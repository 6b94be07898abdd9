"""An answer as it leaves over HTTP: the four fields of the first version, and what has been added since."""

from __future__ import annotations

import msgspec

from arcops.chat.base import Answer, Fact, Scope, Tokens


class ChatAnswer(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """An answer in Markdown whose sentences name their ``facts`` as ``[F3]``.

    ``context_used`` tells whether the cluster was looked at; ``model`` who worded it, ``direct-mode`` for the rules. ``id`` is what
    feedback is given to, ``session`` the conversation to go on with. ``dropped`` counts sentences of the model that did not pass the
    check, ``notes`` say what went wrong on the way to it.
    """

    response: str
    timestamp: str
    context_used: bool
    model: str
    id: str = ""
    session: str = ""
    intent: str = ""
    facts: tuple[Fact, ...] = ()
    dropped: int = 0
    tokens: Tokens = Tokens()
    scope: Scope = Scope()
    notes: tuple[str, ...] = ()
    can_tell: bool = True


def answered(answer: Answer, timestamp: str) -> ChatAnswer:
    """The answer of a question that looked at the cluster."""
    return ChatAnswer(
        response=answer.answer, timestamp=timestamp, context_used=True, model=answer.model, id=answer.id, session=answer.session,
        intent=answer.intent, facts=answer.facts, dropped=answer.dropped, tokens=answer.tokens, scope=answer.scope, notes=answer.notes,
        can_tell=answer.can_tell,
    )  # fmt: skip
