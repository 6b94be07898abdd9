"""Fits a question and its facts into the window of a model: measured, never hoped for.

Tokens are taken to be three bytes long, or as short as the server's own count of an earlier prompt showed them to be. The order is
always the same: system prompt, facts by rank, at most two turns in short, the question.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from arcops.base.guard import safe_line
from arcops.chat.backends.base import Message, Prompt, Tool
from arcops.chat.base import Fact
from arcops.chat.checking.json_sentences import schema_of
from arcops.chat.prompts import Form, system_prompt

BYTES_PER_TOKEN = 3.0
"""English is about four; names and numbers of a cluster are shorter."""
SMALL_WINDOW = 8_192
SMALL_BUDGET, LARGE_BUDGET = 1_500, 3_000
"""Tokens of a prompt in a window below and from ``SMALL_WINDOW``: what is longer makes small models slow and no better."""
TOOLS_BUDGET = 2_500
"""Tokens for tools, on top: what offers them, and what they give."""
PROTOCOL_TOKENS = 500
"""What a server writes around tools: Foundry Local some 450."""
DEFAULT_WINDOW = 4_096
FEWEST_ANSWER_TOKENS = 64
_PER_MESSAGE = 6
"""What a chat template puts around a message."""
_MARGIN = 16
_QUESTION_SHARE = 0.4
_TURNS_SHARE = 0.2
_MOST_TURNS = 2
_TURN_CHARS = 240
MOST_QUESTION_CHARS = 4_000
_CUT = " […] "


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier question and its answer."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Fitted:
    """A prompt that fits, and the facts it shows as they stand in it, by id."""

    prompt: Prompt
    shown: dict[str, str]


@dataclass(frozen=True, slots=True)
class Room:
    """How much there is: the window and the most tokens of an answer, and how short the server's tokens are."""

    window: int = DEFAULT_WINDOW
    answer_tokens: int = 500
    bytes_per_token: float = BYTES_PER_TOKEN

    def tokens(self, text: str) -> int:
        """The tokens of a text, rather too many than too few."""
        return math.ceil(len(text.encode()) / self.bytes_per_token)

    def cost(self, message: Message) -> int:
        """The tokens of a message."""
        calls = "".join(f"{call.id}{call.name}{call.arguments}" for call in message.calls)
        return self.tokens(message.content + calls + message.call_id) + _PER_MESSAGE * (1 + len(message.calls))

    def tools_cost(self, tools: Sequence[Tool]) -> int:
        """The tokens it takes to offer tools."""
        return self.tokens(msgspec.json.encode(tools).decode()) + PROTOCOL_TOKENS if tools else 0

    @property
    def answer(self) -> int:
        """The tokens left to the answer: those wanted, but never more than a third of the window."""
        return min(self.answer_tokens, max(FEWEST_ANSWER_TOKENS, self.window // 3))

    @property
    def budget(self) -> int:
        """The most tokens of the prompt."""
        usual = SMALL_BUDGET if self.window < SMALL_WINDOW else LARGE_BUDGET
        return min(usual, self.window - self.answer - _MARGIN)

    @property
    def lookup_budget(self) -> int:
        """The most tokens of a prompt with tools and what they gave; for windows from ``SMALL_WINDOW``."""
        return min(self.budget + TOOLS_BUDGET, self.window - self.answer - _MARGIN)


def fit(
    question: str, facts: Sequence[Fact], turns: Sequence[Turn], room: Room, *, form: Form = Form.TEXT, tools: Sequence[Tool] = ()
) -> Fitted | None:
    """The prompt; None where the window holds not even the system prompt, a short question and one fact. ``tools`` come on top."""
    system = system_prompt(form)
    left = room.budget - room.tokens(system) - 2 * _PER_MESSAGE
    asked = _shortened(safe_line(question, MOST_QUESTION_CHARS), room, int(left * _QUESTION_SHARE))
    if not asked:
        return None
    tail = f"\nQuestion: {asked}"
    left -= room.tokens(tail)
    earlier = _earlier(turns, room, int(left * _TURNS_SHARE))
    left -= room.tokens(earlier)
    shown = chosen(facts, room, left - room.tokens(_head(len(facts), len(facts), shortened=True)))
    if not shown:
        return None
    head = _head(len(shown), len(facts), shortened=len(shown) < len(facts))
    content = "\n".join((head, *(f"{identity} {line}" for identity, line in shown.items()))) + f"\n{earlier}{tail}"
    messages = (Message("system", system), Message("user", content))
    tokens = sum(map(room.cost, messages)) + room.tools_cost(tools)
    schema = schema_of(tuple(shown)) if form is Form.JSON else None
    return Fitted(Prompt(messages, room.answer, tokens, schema, tuple(tools)), shown)


def _head(shown: int, total: int, *, shortened: bool) -> str:
    return f"Facts (showing {shown} of {total} facts, the most important first):" if shortened else "Facts:"


def chosen(facts: Sequence[Fact], room: Room, budget: int) -> dict[str, str]:
    """Lines by id, by rank and then by number, as many as there is room for; a long one makes room for shorter ones."""
    chosen: dict[str, str] = {}
    left = budget
    for fact in sorted(facts, key=lambda one: one.rank):
        line = line_of(fact)
        cost = room.tokens(f"\n{fact.id} {line}")
        if cost <= left:
            chosen[fact.id] = line
            left -= cost
    return chosen


def line_of(fact: Fact) -> str:
    """A fact as the model reads it: ``pod shop/web-0: app killed OOMKilled, 12 times (field, 2026-11-24T14:29:12Z)``."""
    name = fact.object.partition("/")[2].removeprefix("/")
    about = "" if not name or name.rpartition("/")[2] in fact.text else f"{safe_line(fact.object)}: "
    at = f", {fact.at}" if fact.at and fact.at[11:16] not in fact.text else ""
    return f"{about}{fact.text} ({fact.type.value}{at})"


def _earlier(turns: Sequence[Turn], room: Room, budget: int) -> str:
    """The last turns in short, oldest first; the newest alone, or none, where there is no room."""
    told = [
        f"\nEarlier question: {safe_line(turn.question, _TURN_CHARS)}\nEarlier answer: {safe_line(turn.answer, _TURN_CHARS)}"
        for turn in turns[-_MOST_TURNS:]
    ]
    while told and room.tokens("".join(told)) > budget:
        told.pop(0)
    return "".join(told)


def _shortened(question: str, room: Room, budget: int) -> str:
    """The question, its middle left out if it is too long: what is asked stands at one of the ends. Empty for no room."""
    if room.tokens(question) <= budget:
        return question
    size = int(budget * room.bytes_per_token) - len(_CUT.encode())
    if size < len(_CUT):
        return ""
    begin, end = size * 2 // 3, size // 3
    content = question.encode()
    return content[:begin].decode("utf-8", "ignore") + _CUT + content[len(content) - end :].decode("utf-8", "ignore")
