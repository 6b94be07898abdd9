"""Not understood: says so, offers questions that fit this cluster, and its state in a sentence; greetings get a kind line."""

from __future__ import annotations

import re

from arcops.chat.answers._examples import examples
from arcops.chat.answers._said import told
from arcops.chat.answers._secrets import asks_for_secret, refusal
from arcops.chat.answers._state import state_sentence
from arcops.chat.answers._unknown import unknown_names
from arcops.chat.asked import Asked
from arcops.chat.base import Block, Draft, FactType, Said

_THANKS = re.compile(
    r"\b(?:thanks?|thank you|thx|ty|cheers|great|perfect|awesome|nice|good job|well done|danke|merci|gracias|appreciated)\b"
)
_BYE = re.compile(r"\b(?:bye|goodbye|good night|see (?:you|ya)|ciao|later)\b")
_HELLO = re.compile(r"\b(?:hi|hey|hello|hallo|moin|good (?:morning|afternoon|evening|day)|greetings|yo|howdy|servus|hola)\b")


async def answer(asked: Asked) -> Draft:
    """A kind line, or three questions that would be understood; always the state of the cluster."""
    text = asked.reading.question.lower()
    if asks_for_secret(text):
        return refusal(asked)
    for words, line in ((_THANKS, "You are welcome."), (_BYE, "Until next time; I keep watching."), (_HELLO, "Hello.")):
        if words.search(text):
            return Draft((Said(line), state_sentence(asked, rank=0)))
    unknown = unknown_names(asked)
    if unknown is not None:
        return unknown
    blocks: list[Block] = [Said("I did not understand that. I answer questions about this cluster, for instance:")]
    blocks += [told(asked, FactType.MEANING, question, is_item=True) for question in examples(asked)]
    return Draft((*blocks, state_sentence(asked)), can_tell=False)
