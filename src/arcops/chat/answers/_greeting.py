"""Greetings, thanks and goodbyes: one kind line and the state of the cluster."""

from __future__ import annotations

import re

from arcops.chat.answers._state import state_sentence
from arcops.chat.asked import Asked
from arcops.chat.base import Draft, Said

_POLITE = r"(?: (?:arcops|there|bot|you|all|everyone|again|so much|a lot|very much|please|ok|okay|for (?:your|the) help|friend|team))*"
_THANKS = r"thanks?|thank you|thx|ty|cheers|great|perfect|awesome|nice(?: one)?|cool|good job|well done|danke|merci|gracias"
_BYE = r"bye|goodbye|bye bye|good night|see (?:you|ya)(?: later)?|ciao"
_HELLO = r"hi|hey|hello|hallo|moin|good (?:morning|afternoon|evening|day)|greetings|yo|howdy|servus|hola|ping"
_LINES = (
    (rf"(?:ok(?:ay)? )?(?:many )?(?:{_THANKS}){_POLITE}", "You are welcome."),
    (rf"(?:{_BYE}){_POLITE}", "Until next time; I keep watching."),
    (rf"(?:{_HELLO}){_POLITE}", "Hello."),
)


def greeting(asked: Asked) -> Draft | None:
    """The kind line, where the question is nothing but a greeting; else None."""
    text = re.sub(r"[^a-z ]+", " ", asked.reading.question.lower())
    text = " ".join(text.split())
    for words, line in _LINES:
        if re.fullmatch(words, text):
            return Draft((Said(line), state_sentence(asked, rank=0)))
    return None
