"""Not understood: says so, offers questions that fit this cluster, and its state in a sentence; greetings get a kind line."""

from __future__ import annotations

from arcops.chat.answers._examples import examples
from arcops.chat.answers._greeting import greeting
from arcops.chat.answers._measures import measured_list
from arcops.chat.answers._otherwise import otherwise
from arcops.chat.answers._said import told
from arcops.chat.answers._secrets import asks_for_secret, refusal
from arcops.chat.answers._state import state_sentence
from arcops.chat.answers._unknown import unknown_names
from arcops.chat.asked import Asked
from arcops.chat.base import Block, Draft, FactType, Said


async def answer(asked: Asked) -> Draft:
    """A kind line, or three questions that would be understood; always the state of the cluster."""
    if asks_for_secret(asked.reading.question):
        return refusal(asked)
    kind = greeting(asked)
    if kind is not None:
        return kind
    unknown = await otherwise(asked) or await measured_list(asked) or await unknown_names(asked)
    if unknown is not None:
        return unknown
    blocks: list[Block] = [Said("I did not understand that. I answer questions about this cluster, for instance:")]
    blocks += [told(asked, FactType.MEANING, question, is_item=True) for question in examples(asked)]
    return Draft((*blocks, state_sentence(asked)), can_tell=False)
