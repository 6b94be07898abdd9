"""Which processor a node has: nothing but a label tells it."""

from __future__ import annotations

import re

from arcops.chat.answers._said import listed, told
from arcops.chat.asked import Asked
from arcops.chat.base import Block, FactType
from arcops.chat.selecting.nodes import NodeRoom

_PROCESSOR = re.compile(
    r"\b(?:cpu|processor) (?:model|type|brand|vendor|family|generation|name)\b|"
    r"\b(?:model|type|kind|sort|brand|make) of (?:cpu|processor|chip)\b|"
    r"\b(?:what|which|wich) (?:\w+ )?(?:cpu|processor|chip)\b"
    r"(?! (?:arch\w*|usage|use|load|cores?|count|time|limits?|requests?|capacity|pressure|percentage|is (?:left|free)))|"
    r"\bprocessor\?*$"
)
_MODEL = re.compile(r"\b(?:cpu|processor)[-_./]?(?:model|name|brand|vendor|family|type)|\bcpu$", re.IGNORECASE)


def processor(asked: Asked, room: NodeRoom, text: str) -> list[Block]:
    """Which processor it has, by its labels: nothing else tells that."""
    if not _PROCESSOR.search(text):
        return []
    labels = room.node.metadata.labels or {}
    found = [f"{key}={value}" for key, value in sorted(labels.items()) if _MODEL.search(key)]
    name = room.entry.ref.name
    text = (
        f"The labels of node {name} name its processor: {listed(found)}."
        if found
        else f"I cannot tell which processor node {name} has: no label of it names the model."
    )
    return [told(asked, FactType.FIELD, text, ref=room.entry.ref, path="metadata.labels")]
