"""How much of a node is really used: nothing records it, so what its pods request is told instead."""

from __future__ import annotations

import re

from arcops.chat.answers._said import listed, told
from arcops.chat.asked import Asked
from arcops.chat.base import Block, FactType
from arcops.chat.selecting.nodes import NodeRoom

_USED = re.compile(
    r"\b(?:cpu|processor|memory|mem|ram|node|resource) (?:usage|use|load|utili[sz]ation|consumption)\b|"
    r"\b(?:usage|load|utili[sz]ation|consumption) (?:of|on|at) "
)
_BY_REQUESTS = re.compile(r"\brequest|\blimits?\b|\bfree\b|\bleft\b")


def used(asked: Asked, room: NodeRoom, text: str) -> list[Block]:
    """That it is not recorded, and what is requested."""
    if not _USED.search(text) or _BY_REQUESTS.search(text):
        return []
    parts = [f"{'CPU' if name == 'cpu' else name} {room.cell(name)}" for name in ("cpu", "memory") if name in room.offered]
    asks = f"; its pods request {listed(parts)}" if parts else ""
    name = room.entry.ref.name
    said = f"How much node {name} really uses is not recorded, so I cannot tell (`kubectl top node {name}` shows it){asks}."
    return [told(asked, FactType.COVERAGE, said, ref=room.entry.ref)]
