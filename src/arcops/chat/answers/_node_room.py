"""Room on nodes: how much is free, where a pod fits and why not elsewhere, what an object asks for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from arcops.chat.answers._node_parts import node_table
from arcops.chat.answers._said import listed, many, step, told
from arcops.chat.asked import Asked
from arcops.chat.base import Block, FactType, Said, Table
from arcops.chat.selecting.amounts import cells
from arcops.chat.selecting.nodes import Guest, NodeRoom, judged, places_for
from arcops.chat.selecting.wellness import of_node
from arcops.findings.amounts import shown
from arcops.findings.placement import Block as Obstruction
from arcops.inventory.podspecs import spec_of

_SEVERAL = re.compile(
    r"\b(?:another|further|more|additional|extra) (\d{1,4})\b|\b(\d{1,4}) (?:more |additional |further |extra |new )?(?:pods?|"
    r"replicas|copies|instances)\b"
)


def usable_rooms(all_rooms: Sequence[NodeRoom]) -> list[NodeRoom]:
    """The nodes that take pods: reporting and not cordoned."""
    return [room for room in all_rooms if of_node(room.node).word != "NotReady" and not (room.node.spec and room.node.spec.unschedulable)]


ASKS_USED = re.compile(r"\b(?:using|uses?|used|usage|consum\w+|eat(?:s|ing)|utili[sz]ation|footprint|tak(?:es|ing))\b")
"""Of what is really used, which nothing records."""


def usage_note(asked: Asked) -> Said:
    text = "This is by requests, which decide what fits; what is really used is not recorded (kubectl top nodes shows it)."
    return told(asked, FactType.COVERAGE, text, rank=5)


def own_amounts(asked: Asked) -> list[Block]:
    """What the objects of the question request and may use, where they run pods."""
    entries = [entry for ref in asked.reading.objects if (entry := asked.inventory.get(ref)) is not None and spec_of(entry.obj) is not None]
    blocks: list[Block] = []
    for entry in entries:
        (cpu, cpu_limit), (memory, memory_limit) = cells(entry, "cpu"), cells(entry, "memory")
        each = "" if entry.ref.kind == "Pod" else " for each pod"
        text = (
            f"{entry.ref} requests CPU {_plain(cpu)} and memory {_plain(memory)}{each}; its limits are CPU {_plain(cpu_limit)} "
            f"and memory {_plain(memory_limit)}."
        )
        blocks.append(told(asked, FactType.FIELD, text, ref=entry.ref, path="spec.containers.resources"))
    if blocks and ASKS_USED.search(asked.reading.question.lower()):
        text = f"What {entries[0].ref} really uses is not recorded, so I cannot tell; what its pods request and may use is known."
        settle = step(asked, "This shows it now", f"kubectl -n {entries[0].ref.namespace} top pods", ref=entries[0].ref)
        return [told(asked, FactType.COVERAGE, text, ref=entries[0].ref), *blocks, *settle]
    return [*blocks, usage_note(asked)] if blocks else []


def _plain(cell: str) -> str:
    return "none" if cell == "<none>" else cell


def room_left(asked: Asked, all_rooms: Sequence[NodeRoom]) -> list[Block]:
    """How much is free altogether and on the emptiest node."""
    usable = usable_rooms(all_rooms)
    cpu, memory = (sum(room.free(resource) for room in usable) for resource in ("cpu", "memory"))
    text = (
        f"On {many(len(usable), 'schedulable node')} {shown('cpu', cpu)} CPU and {shown('memory', memory)} of memory are not "
        "requested by any pod"
    )
    blocks: list[Block] = [told(asked, FactType.COUNT, f"{text}.")]
    if usable:
        best = max(usable, key=lambda room: (room.free("memory"), room.free("cpu")))
        free = f"{shown('cpu', best.free('cpu'))} CPU and {shown('memory', best.free('memory'))} memory free"
        blocks.append(told(asked, FactType.FIELD, f"The most memory is free on node {best.entry.ref.name}: {free}.", ref=best.entry.ref))
    return [*blocks, usage_note(asked), node_table(asked, all_rooms)]


def room_for(asked: Asked, all_rooms: Sequence[NodeRoom], guest: Guest, named: Sequence[NodeRoom] = ()) -> list[Block]:
    """Where a pod fits, and why not elsewhere; first whether it fits on the nodes that are named."""
    verdicts = judged(asked, guest)
    fits = [name for name, found in verdicts.items() if not found]
    total = many(len(verdicts), "node")
    if fits:
        text = f"Yes: {guest.said} fits on {len(fits):,} of {total}: {listed(fits, 5)}."
    else:
        text = (
            f"No: {guest.said} fits on none of {total}."
            if len(verdicts) > 1
            else f"No: {guest.said} does not fit on the one node there is."
        )
    blocks: list[Block] = [_fits_on(asked, guest, room, verdicts.get(room.entry.ref.name, [])) for room in named]
    if not named or len(verdicts) > len(named):
        blocks.append(told(asked, FactType.COUNT, _plain_begun(text) if named else text))
    several = _SEVERAL.search(asked.reading.question.lower())
    if several:
        blocks.insert(
            0, _many_more(asked, guest, [room for room in named or all_rooms if room.entry.ref.name in fits], int(several[1] or several[2]))
        )
    reasons = Counter(reason_of(found) for found in verdicts.values() if found)
    for reason, count in reasons.most_common(5):
        blocks.append(told(asked, FactType.FIELD, f"{many(count, 'node')}: {reason}", rank=1, is_item=True))
    rows = [(name, "yes" if not found else "; ".join(block.said for block in found)) for name, found in sorted(verdicts.items())]
    rows.sort(key=lambda row: row[1] != "yes")
    by_name = {room.entry.ref.name: room for room in all_rooms}
    facts = []
    for name, why in rows[:20]:
        free = f"{shown('cpu', by_name[name].free('cpu'))} CPU and {shown('memory', by_name[name].free('memory'))} memory free"
        said = f"node {name}: {free}; fits: {why}"
        facts.append(asked.book.add(FactType.FIELD, said, ref=by_name[name].entry.ref, rank=1))
    cells = tuple(
        (name, shown("cpu", by_name[name].free("cpu")), shown("memory", by_name[name].free("memory")), why) for name, why in rows[:20]
    )
    blocks.append(Table(("NODE", "CPU FREE", "MEMORY FREE", "FITS"), cells, len(rows), tuple(facts)))
    return blocks


def _plain_begun(text: str) -> str:
    """The sentence without its yes or no, which another one says."""
    rest = text.partition(": ")[2]
    return rest[:1].upper() + rest[1:]


def _fits_on(asked: Asked, guest: Guest, room: NodeRoom, found: Sequence[Obstruction]) -> Said:
    """Whether a pod fits on one node."""
    name = room.entry.ref.name
    text = f"No: {guest.said} does not fit on node {name}: {'; '.join(one.said for one in found)}."
    return told(asked, FactType.FIELD, text if found else f"Yes: {guest.said} fits on node {name}.", ref=room.entry.ref)


def _many_more(asked: Asked, guest: Guest, fitting: Sequence[NodeRoom], wanted: int) -> Said:
    """Whether so many fit, by what they request of the nodes that take one."""
    places = sum(places_for(guest, room) for room in fitting)
    head = f"Yes: {wanted:,} of them fit" if places >= wanted else f"No: {wanted:,} of them do not fit"
    return told(asked, FactType.COUNT, f"{head}; by requests there is room for {places:,} on {many(len(fitting), 'node')} ({guest.said}).")


def reason_of(found: Sequence[Obstruction]) -> str:
    """What keeps a pod off a node, without the node's own numbers, so that like reasons are counted together."""
    return ", ".join(dict.fromkeys(f"{one.obstacle.value}{f' ({one.detail})' if one.detail else ''}" for one in found))
