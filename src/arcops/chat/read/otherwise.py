"""Questions that were read as one thing and are asked of another: pools and parts in a list, warnings in what was unclear."""

from __future__ import annotations

import re
from dataclasses import replace

from arcops.base.errors import UnknownKind
from arcops.chat.base import Intent, Reading
from arcops.chat.read.kinds import EVENT
from arcops.kube.kinds import KindCatalog
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


def otherwise(reading: Reading, catalog: KindCatalog) -> Reading:
    """The reading with the intent and the kind that its words ask for rather; mostly the same one."""
    text = " ".join(reading.question.lower().split())
    intent = reading.intent
    if intent in _READ_AS and _HOW.search(text):
        return replace(reading, intent=Intent.COMMAND)
    if intent in (Intent.LIST, Intent.COUNT, Intent.UNCLEAR) and _PARTS.search(text):
        return replace(reading, intent=Intent.PLATFORM)
    if intent in (Intent.LIST, Intent.COUNT, Intent.UNCLEAR) and _POOLS.search(text):
        return replace(reading, intent=Intent.NODES)
    if intent is not Intent.UNCLEAR:
        return reading
    if _ABOUT.search(text):
        return replace(reading, intent=Intent.ABOUT)
    kind = EVENT if _EVENTS.search(text) else _kind_in(catalog, text)
    return replace(reading, intent=Intent.LIST, kind=kind) if kind is not None else reading


def _kind_in(catalog: KindCatalog, text: str) -> GroupKind | None:
    """The first kind that a word of a question names in the plural."""
    for word in re.findall(r"[a-z.]+", text):
        if word.endswith("s") and len(word) > _SHORTEST:
            try:
                return catalog.find(word).group_kind
            except UnknownKind:
                continue
    return None
