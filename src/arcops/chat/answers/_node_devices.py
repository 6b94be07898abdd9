"""GPUs and other devices of nodes: what is offered beside CPU, memory and pods."""

from __future__ import annotations

import re
from collections.abc import Sequence

from arcops.chat.answers._said import listed, many, told
from arcops.chat.asked import Asked
from arcops.chat.base import Block, FactType
from arcops.chat.selecting.nodes import NodeRoom

ASKS_DEVICES = re.compile(r"\bgpus?\b|\bnvidia\b|\baccelerators?\b|\bfpgas?\b|\bdevices?\b")


def devices(asked: Asked, all_rooms: Sequence[NodeRoom]) -> list[Block]:
    """Which nodes offer devices, how many; or that none does."""
    offers = {room.entry.ref: _devices(room) for room in all_rooms}
    having = {ref: found for ref, found in offers.items() if found}
    if not having:
        none = f"none of {many(len(all_rooms), 'node')} offers a" if len(all_rooms) > 1 else f"node {all_rooms[0].entry.ref.name} offers no"
        text = f"No: {none} GPU or {'another' if len(all_rooms) > 1 else 'other'} device (extended resource)."
        return [told(asked, FactType.COUNT, text)]
    blocks: list[Block] = [told(asked, FactType.COUNT, f"{len(having):,} of {many(len(all_rooms), 'node')} offer devices.")]
    for ref, found in having.items():
        text = f"Node {ref.name} offers {listed([f'{amount} {name}' for name, amount in found.items()])}."
        blocks.append(told(asked, FactType.FIELD, text, ref=ref, path="status.allocatable", is_item=True))
    return blocks


def _devices(room: NodeRoom) -> dict[str, str]:
    amounts = (room.node.status.allocatable if room.node.status else None) or {}
    return {name: str(amount) for name, amount in amounts.items() if "/" in name and str(amount) != "0"}
