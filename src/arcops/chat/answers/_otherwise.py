"""Questions that were read as one thing and are answered better by another: pools and parts in a list, warnings in what was unclear."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from importlib import import_module

from arcops.chat.asked import Asked
from arcops.chat.base import Draft, Intent
from arcops.chat.selecting.scope import EVENTS

_HOW = re.compile(
    r"^(?:please |hey |so |and )*(?:how (?:do|can|could|would|should|must) (?:i|we|you|one)\b|how to\b|(?:what is |"
    r"which )?(?:the )?command\b)"
)
_READ_AS = (Intent.LIST, Intent.UNCLEAR, Intent.PLATFORM)
_POOLS = re.compile(r"\bpools?\b")
_PARTS = re.compile(
    r"\bingress controllers?\b|\bstorage drivers?\b|\bcsi drivers?\b|\bcni\b|\bnetwork plug-?ins?\b|\bcontainer runtimes?\b"
    r"|\bservice mesh\b|\bconnected to (?:azure )?arc\b|\barc agents?\b"
)
_EVENTS = re.compile(r"\bwarnings?\b|\bevents?\b")


async def otherwise(asked: Asked) -> Draft | None:
    """The better answer, or None."""
    text = " ".join(asked.reading.question.lower().split())
    if asked.reading.intent in _READ_AS and _HOW.search(text):
        return await _answer(Intent.COMMAND, replace(asked, reading=replace(asked.reading, intent=Intent.COMMAND)))
    if _PARTS.search(text) and asked.reading.intent is not Intent.PLATFORM:
        return await _answer(Intent.PLATFORM, asked)
    if _POOLS.search(text) and asked.reading.intent is not Intent.NODES:
        return await _answer(Intent.NODES, asked)
    if asked.reading.intent is Intent.UNCLEAR and _EVENTS.search(text):
        return await _answer(Intent.LIST, replace(asked, reading=replace(asked.reading, intent=Intent.LIST, kind=EVENTS[0])))
    return None


async def _answer(intent: Intent, asked: Asked) -> Draft:
    answer: Callable[[Asked], Awaitable[Draft]] = import_module(f"arcops.chat.answers.{intent.value}").answer
    return await answer(asked)
