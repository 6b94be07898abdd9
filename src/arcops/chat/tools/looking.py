"""Answers the calls of a model: by rule, with facts, for a few rounds, within the tokens there are."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from arcops.base.errors import ArcopsError
from arcops.base.guard import safe_line
from arcops.chat.backends.base import Message, Prompt, ToolCall
from arcops.chat.base import Fact
from arcops.chat.budget import Room, chosen
from arcops.chat.checking.cite import cited
from arcops.chat.checking.injection import without_orders
from arcops.chat.direct import ByRule
from arcops.chat.tools.offered import BadCall, question_of

MOST_ROUNDS = 3
"""So often may a model call before it must answer."""
MOST_CALLS = 3
"""Calls of one round; further ones are not answered."""
_MOST_ERROR_CHARS = 300
_TOOL_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_FEWEST_TOKENS = 100
"""Less room than that is not worth a call."""
_REMARK_TOKENS = 40
"""Kept for what is said beside facts."""
_MOST_KNOWN = 12


@dataclass(slots=True)
class Looking:
    """What one answer of a model looks up. ``look`` answers a question by rule, into the book of the answer's facts.

    ``shown`` are the lines given so far, by the ids of their facts: at first those of the prompt. ``facts`` are those looked up.
    """

    look: Callable[[str], Awaitable[ByRule]]
    room: Room
    shown: dict[str, str]
    facts: dict[str, Fact] = field(default_factory=dict)
    rounds: int = 0
    made: int = 0

    async def following(self, prompt: Prompt, calls: Sequence[ToolCall]) -> Prompt:
        """The prompt after these calls: they and what they gave are told. After the last round, or without room, it offers none."""
        sent = tuple(self._sent(call) for call in calls[:MOST_CALLS])
        asked = Message("assistant", "", calls=sent)
        left = (self.room.lookup_budget - prompt.tokens) // (MOST_ROUNDS - self.rounds) - self.room.cost(asked)
        share = left // len(sent) - self.room.cost(Message("tool", "", call_id=sent[0].id))
        if share < _FEWEST_TOKENS:
            self.rounds = MOST_ROUNDS
            return replace(prompt, may_call=False)
        messages = [asked]
        for call, told in zip(calls, sent, strict=False):
            lines = await self._given(call, share - _REMARK_TOKENS)
            if len(messages) == 1 and len(calls) > MOST_CALLS:
                lines.insert(0, f"error: at most {MOST_CALLS} calls at once, {len(calls) - MOST_CALLS} were left out")
            messages.append(Message("tool", self._cut("\n".join(lines), share), call_id=told.id))
        return self._next(prompt, (*prompt.messages, *messages), sum(map(self.room.cost, messages)))

    def corrected(self, prompt: Prompt, why: str) -> Prompt:
        """The prompt after a call that the server itself refused: the model is told why, where it reads last."""
        note = f"\nerror: {safe_line(why, _MOST_ERROR_CHARS)}"
        cost = self.room.tokens(note)
        if prompt.tokens + cost > self.room.lookup_budget:
            self.rounds = MOST_ROUNDS
            return replace(prompt, may_call=False)
        last = prompt.messages[-1]
        return self._next(prompt, (*prompt.messages[:-1], replace(last, content=last.content + note)), cost)

    def _next(self, prompt: Prompt, messages: tuple[Message, ...], more: int) -> Prompt:
        self.rounds += 1
        return replace(prompt, messages=messages, tokens=prompt.tokens + more, may_call=self.rounds < MOST_ROUNDS)

    def _cut(self, text: str, tokens: int) -> str:
        return text.encode()[: int(tokens * self.room.bytes_per_token)].decode("utf-8", "ignore")

    def _sent(self, call: ToolCall) -> ToolCall:
        """A call as it is told back. Servers refuse names and arguments that are none; nine letters are an id to every one of them."""
        self.made += 1
        identity = f"call{self.made:05d}"
        try:
            question_of(call)
        except BadCall:
            return ToolCall(call.name if _TOOL_NAME.fullmatch(call.name) else "unknown", "{}", identity)
        return ToolCall(call.name, call.arguments or "{}", identity)

    async def _given(self, call: ToolCall, tokens: int) -> list[str]:
        """What a call gives: lines of facts, or an error."""
        try:
            found = await self.look(question_of(call))
        except ArcopsError as error:
            return [f"error: {safe_line(error.message, _MOST_ERROR_CHARS)}"]
        ids = set(cited(found.answer.answer))
        facts = without_orders(fact for fact in found.answer.facts if fact.id in ids)
        known = [fact.id for fact in facts if fact.id in self.shown]
        new = [fact for fact in facts if fact.id not in self.shown]
        lines = chosen(new, self.room, tokens)
        self.shown.update(lines)
        self.facts.update((fact.id, fact) for fact in new if fact.id in lines)
        told = [f"{identity} {line}" for identity, line in lines.items()]
        if len(new) > len(lines):
            told.append(f"There was no room for {len(new) - len(lines)} further facts.")
        if known:
            told.append(f"Given before: {', '.join(known[:_MOST_KNOWN])}.")
        return told or ["Nothing is known about it."]
