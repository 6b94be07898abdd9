"""Not understood: says so, offers questions that fit this cluster, and its state in a sentence; greetings get a kind line."""

from __future__ import annotations

import re

from arcops.chat.answers._examples import examples
from arcops.chat.answers._greeting import greeting
from arcops.chat.answers._measures import measured_list
from arcops.chat.answers._said import told
from arcops.chat.answers._secrets import asks_for_secret, refusal
from arcops.chat.answers._state import state_sentence
from arcops.chat.answers._unknown import unknown_names
from arcops.chat.asked import Asked
from arcops.chat.base import Block, Draft, FactType, Said
from arcops.chat.read.lexicon import ORDINARY
from arcops.chat.telling.incidents.cases import cases_in, cases_of
from arcops.chat.telling.incidents.overview import tell_cases
from arcops.chat.telling.page import Page

_WORD = re.compile(r"[a-z]+")
_FEWEST_WORDS = 2
"""Words of questions about clusters that make a question of what was written."""
_SORRY = "If something else was meant, it is understood in words like these:"


async def answer(asked: Asked) -> Draft:
    """A kind line, or three questions that would be understood; always the state of the cluster."""
    if asks_for_secret(asked.reading.question):
        return refusal(asked)
    kind = greeting(asked)
    if kind is not None:
        return kind
    unknown = await measured_list(asked) or await unknown_names(asked)
    if unknown is not None:
        return unknown
    trouble = await _trouble(asked)
    if trouble:
        return Draft(
            (*trouble, Said(_SORRY), *(told(asked, FactType.MEANING, one, is_item=True) for one in examples(asked))), can_tell=False
        )
    blocks: list[Block] = [Said("I did not understand that. I answer questions about this cluster, for instance:")]
    blocks += [told(asked, FactType.MEANING, question, is_item=True) for question in examples(asked)]
    return Draft((*blocks, state_sentence(asked)), can_tell=False)


async def _trouble(asked: Asked) -> list[Block]:
    """What is wrong now, for whoever asks in words that are not understood while something is."""
    cases = cases_in(cases_of(asked), asked.reading.namespace)
    if not cases or sum(word in ORDINARY for word in _WORD.findall(asked.reading.question.lower())) < _FEWEST_WORDS:
        return []
    page = Page(asked.book)
    page.tell(FactType.COVERAGE, "I did not understand that well; this is what is wrong now.", rank=0)
    await tell_cases(asked, page, cases)
    return list(page.draft().blocks)
