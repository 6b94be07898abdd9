"""Questions that were read as one thing and are answered better by another: pools and parts in a list, warnings in what was unclear."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from importlib import import_module

from arcops.base.errors import UnknownKind
from arcops.chat.asked import Asked
from arcops.chat.base import Draft, Intent
from arcops.chat.selecting.scope import EVENTS
from arcops.kube.refs import GroupKind

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
_ABOUT = re.compile(r"\b(?:you|your|arcops|talking to)\b")
_SHORTEST = 3
_EVENTS = re.compile(r"\bwarnings?\b|\bevents?\b")


async def otherwise(asked: Asked) -> Draft | None:
    """The better answer, or None. What it is read as then is never read as something else again."""
    text = " ".join(asked.reading.question.lower().split())
    intent = asked.reading.intent
    if intent in _READ_AS and _HOW.search(text):
        return await _answer(Intent.COMMAND, asked)
    if intent in (Intent.LIST, Intent.COUNT, Intent.UNCLEAR) and _PARTS.search(text):
        return await _answer(Intent.PLATFORM, asked)
    if intent in (Intent.LIST, Intent.COUNT, Intent.UNCLEAR) and _POOLS.search(text):
        return await _answer(Intent.NODES, asked)
    if intent is not Intent.UNCLEAR:
        return None
    if _ABOUT.search(text):
        return await _answer(Intent.ABOUT, asked)
    kind = EVENTS[0] if _EVENTS.search(text) else _kind_in(asked, text)
    return await _answer(Intent.LIST, asked, kind) if kind is not None else None


def _kind_in(asked: Asked, text: str) -> GroupKind | None:
    """The first kind that a word of a question names in the plural."""
    for word in re.findall(r"[a-z.]+", text):
        if word.endswith("s") and len(word) > _SHORTEST:
            try:
                return asked.services.source.catalog.find(word).group_kind
            except UnknownKind:
                continue
    return None


async def _answer(intent: Intent, asked: Asked, kind: GroupKind | None = None) -> Draft:
    answer: Callable[[Asked], Awaitable[Draft]] = import_module(f"arcops.chat.answers.{intent.value}").answer
    reading = replace(asked.reading, intent=intent, kind=kind or asked.reading.kind)
    return await answer(replace(asked, reading=reading))
