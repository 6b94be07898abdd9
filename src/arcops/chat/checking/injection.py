"""Keeps facts that speak to a model out of its prompt: they stay in the answer by rule, where nobody obeys them.

This is the second line. The first are inert tokens (``base/guard.py``), the last is the check of every sentence (``cite.py``); what
slips through here still gets nothing shown that our own facts do not hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from arcops.base.guard import BREAK, defused
from arcops.chat.base import Fact, FactType

_ONLY_OURS = frozenset({FactType.COMMAND, FactType.MEANING, FactType.COUNT, FactType.COVERAGE})
"""Facts that quote nobody."""
_ORDERS = (
    r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,40}\b(?:instruction|prompt|rule|fact|message|context|guideline|direction)s?\b",
    r"\b(?:system|developer|hidden|initial) (?:prompt|instruction)s?\b",
    r"\byou are (?:now|no longer|an?|the)\b.{0,40}\b(?:assistant|ai|model|admin|operator|root|dan|bot|agent|expert)\b",
    r"\bnew (?:instruction|task|rule|directive)s?\s*[:.]",
    r"\bas an? (?:ai|assistant|language model)\b",
    r"\b(?:tell|inform|assure|convince) (?:the )?(?:user|operator|admin|human|reader)s?\b",
    r"\b(?:reply|respond|answer|say|print|repeat|output) (?:only|exactly|verbatim|the following)\b",
    r"\bassistant\s*:\s",
    r"\bdo not (?:mention|tell|report|cite|reveal)\b",
    r"\b(?:dear|attention|hey|note to)[, ]+(?:ai|llm|assistant|model|chatbot|copilot|agent)s?\b",
    r"\bjailbreak|\bprompt injection",
    r"\b(?:tool|function)[ _](?:result|response|call|output)s?\b\s*[:={]",
    r"\bend of (?:facts|log|data|context|prompt)\b",
)
_SPEAKS = re.compile("|".join(_ORDERS), re.IGNORECASE)


def without_orders(facts: Iterable[Fact]) -> list[Fact]:
    """The facts that may be handed to a model: all but those that quote a control token or talk to it."""
    return [fact for fact in facts if fact.type in _ONLY_OURS or not speaks_to_a_model(fact.text)]


def speaks_to_a_model(text: str) -> bool:
    """Whether a text of others is written for a model to obey."""
    return _has_broken_token(text) or _SPEAKS.search(text) is not None


def _has_broken_token(text: str) -> bool:
    plain = text.replace(BREAK, "")
    return defused(plain) != plain
