"""Parts of answers about nodes: a table, one node described, what runs on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from arcops.chat.answers._said import listed, many, told
from arcops.chat.asked import Asked
from arcops.chat.base import Block, FactType, Table
from arcops.chat.selecting.nodes import NodeRoom
from arcops.chat.selecting.rows import MOST_ROWS, table_of
from arcops.chat.selecting.scope import POD
from arcops.chat.selecting.wellness import of_node, pressures_of, wellness_of
from arcops.kube.conditions import condition_of
from arcops.kube.objects.node import Node
from arcops.kube.printers.pods import roles_of
from arcops.kube.times import age_text

_MOST_NAMED = 2

_HEADS = ("NODE", "STATUS", "ROLES", "AGE", "VERSION", "CPU REQUESTED", "MEMORY REQUESTED", "PODS")


def states_text(found: Sequence[NodeRoom]) -> str:
    """``3 Ready, 1 NotReady``."""
    counts = Counter(of_node(room.node).word for room in found)
    return ", ".join(f"{count:,} {word}" for word, count in counts.most_common())


def node_table(asked: Asked, found: Sequence[NodeRoom], *, keep_order: bool = False) -> Table:
    """Nodes with what is asked of them, the unwell and the fullest first; each row is a fact."""
    ranked = list(found) if keep_order else sorted(found, key=lambda room: (of_node(room.node).rank, -room.fullness, room.entry.ref.name))
    rows, facts = [], []
    for room in ranked[:MOST_ROWS]:
        row = _row(asked, room)
        rows.append(row)
        said = ", ".join(f"{head} {cell}" for head, cell in zip(_HEADS[1:], row[1:], strict=True))
        facts.append(asked.book.add(FactType.FIELD, f"Node {room.entry.ref.name}: {said}", ref=room.entry.ref, rank=1))
    return Table(_HEADS, tuple(rows), len(ranked), tuple(facts))


def _row(asked: Asked, room: NodeRoom) -> tuple[str, ...]:
    info = room.node.status.node_info if room.node.status else None
    return (
        room.entry.ref.name, of_node(room.node).word, ",".join(roles_of(room.node)) or "none",
        age_text(room.node.metadata.creation_timestamp, asked.at_ms), (info.kubelet_version if info else "") or "unknown",
        room.cell("cpu"), room.cell("memory"), room.cell("pods"),
    )  # fmt: skip


def describe_node(asked: Asked, room: NodeRoom, *, in_short: bool = False) -> list[Block]:
    """How one node is: its state with the reason, what is asked of it, taints, system, the diagnosis; in short its state alone."""
    blocks = [_state(asked, room), *_pressures(asked, room)]
    if in_short:
        return blocks
    if room.offered:
        said = f"Its pods request CPU {room.cell('cpu')}, memory {room.cell('memory')}, and {room.cell('pods')} pods run there."
        blocks.append(told(asked, FactType.FIELD, said, ref=room.entry.ref, path="status.allocatable", rank=1))
    taints = taints_of(room.node)
    if taints:
        said = f"Taints of {room.entry.ref.name}: {listed(taints)}."
        blocks.append(told(asked, FactType.FIELD, said, ref=room.entry.ref, path="spec.taints", rank=1))
    return [*blocks, *_system(asked, room), *_finding(asked, room)]


def taints_of(node: Node) -> list[str]:
    """The taints of a node as kubectl writes them."""
    taints = (node.spec.taints if node.spec else None) or ()
    return [f"{one.key}{f'={one.value}' if one.value else ''}:{one.effect}" for one in taints]


def _state(asked: Asked, room: NodeRoom) -> Block:
    state = of_node(room.node)
    ready = condition_of(room.node.status.conditions if room.node.status else None, "Ready")
    if ready is None or ready.status == "True":
        word = f"Ready, but under {state.word}" if not state.is_well else state.word
        return told(asked, FactType.FIELD, f"Node {room.entry.ref.name} is {word}.", ref=room.entry.ref, path="status.conditions")
    since = f" since {ready.last_transition_time}" if ready.last_transition_time else ""
    why = f": {ready.message.rstrip('.')} ({ready.reason})" if ready.message and ready.reason else ""
    return told(asked, FactType.FIELD, f"Node {room.entry.ref.name} is NotReady{since}{why}.", ref=room.entry.ref, path="status.conditions")


def _pressures(asked: Asked, room: NodeRoom) -> Iterator[Block]:
    wanted = pressures_of(room.node)
    for condition in (room.node.status.conditions if room.node.status else None) or ():
        if condition.type in wanted:
            since = condition.last_transition_time or "an unknown time"
            text = f"{condition.type} since {since}: {condition.message or condition.reason or 'no message'}"
            yield told(asked, FactType.FIELD, text, ref=room.entry.ref, path="status.conditions", is_item=True)


def _system(asked: Asked, room: NodeRoom) -> list[Block]:
    info = room.node.status.node_info if room.node.status else None
    if info is None:
        return []
    parts = [part for part in (info.kubelet_version, info.os_image, info.container_runtime_version, info.architecture) if part]
    if not parts:
        return []
    return [
        told(
            asked,
            FactType.FIELD,
            f"System of {room.entry.ref.name}: {', '.join(parts)}.",
            ref=room.entry.ref,
            path="status.nodeInfo",
            rank=2,
        )
    ]


def _finding(asked: Asked, room: NodeRoom) -> list[Block]:
    """What the diagnosis says of the node."""
    found = asked.current.report.findings if asked.current else ()
    about = [one for one in found if one.subject == room.entry.ref and one.is_problem]
    return [told(asked, FactType.FINDING, f"{one.code}: {one.title}.", ref=room.entry.ref, rank=0) for one in about[:2]]


def running_on(asked: Asked, room: NodeRoom) -> list[Block]:
    """The pods of a node, the unwell first."""
    pods = sorted(
        asked.inventory.on_node(room.entry.ref.name), key=lambda one: (wellness_of(one).rank, -wellness_of(one).restarts, one.ref)
    )
    states = Counter(wellness_of(one).word for one in pods)
    parts = f": {', '.join(f'{count:,} {word}' for word, count in states.most_common(5))}" if pods else ""
    text = f"{many(len(pods), 'pod')} run{'s' if len(pods) == 1 else ''} on node {room.entry.ref.name}{parts}."
    head = told(asked, FactType.COUNT, text, ref=room.entry.ref)
    return [head, table_of(asked, POD, pods, (), len(pods))] if pods else [head]


def on_nodes(names: Sequence[str], sorts: int) -> str:
    """``3 nodes``; with their names where there are several sorts and few nodes of this one: ``1 node (edge-4)``."""
    count = many(len(names), "node")
    return f"{count} ({listed(sorted(names), _MOST_NAMED)})" if sorts > 1 and len(names) <= _MOST_NAMED else count
