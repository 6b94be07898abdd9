"""Nodes and their capacity: which are ready, what is asked of each, where a pod fits and why not elsewhere, what runs where."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from arcops.chat.answers._claims import claim_sizes
from arcops.chat.answers._node_asked import asked_of
from arcops.chat.answers._node_devices import ASKS_DEVICES, devices
from arcops.chat.answers._node_parts import describe_node, node_table, running_on, states_text, taints_of
from arcops.chat.answers._node_room import ASKS_USED, own_amounts, room_for, room_left, usable_rooms, usage_note
from arcops.chat.answers._node_sums import offered_sums, quota_room, sums
from arcops.chat.answers._node_versions import versions
from arcops.chat.answers._said import listed, many, step, told
from arcops.chat.answers._unknown import check_exists, unknown_names
from arcops.chat.answers.list import answer as listed_answer
from arcops.chat.asked import Asked
from arcops.chat.base import Block, Draft, FactType, Intent, Said, Table
from arcops.chat.selecting.chosen import blindness, chosen
from arcops.chat.selecting.groups import group_of
from arcops.chat.selecting.marks import pair_checks
from arcops.chat.selecting.nodes import NodeRoom, guest_of, pool_label, pool_of, rooms
from arcops.chat.selecting.wellness import of_node, pressures_of
from arcops.chat.telling.objects.bounds import tell_bounds
from arcops.chat.telling.objects.restless import ASKS_RESTLESS, tell_restless
from arcops.chat.telling.page import Page
from arcops.findings.amounts import shown
from arcops.kube.objects.node import Node
from arcops.kube.printers.pods import roles_of

_ROOM = re.compile(
    r"\bwhere (?:could|can|would|will|should)\b|\b(?:room|fits?|space|capacity (?:for|left|available)|schedul\w*|place for|accommodate|"
    r"enough|headroom|free|left|"
    r"remain\w*|how much|available|"
    r"spare|squeeze)\b"
)
_POOLS = re.compile(r"\b(?:node ?)?pools?\b|\bnode ?groups?\b")
_PRESSURE = re.compile(r"\bpressures?\b|\bunder (?:memory|disk|pid)\b")
_TAINTS = re.compile(r"\btaint\w*\b|\bcordon\w*\b|\bunschedulable\b|\bdrain\w*\b|\bscheduling ?disabled\b")
_CORDONED = re.compile(r"\bcordon|\bunschedulable|\bdrain|\bdisabled")
_SUMS = re.compile(
    r"\brequest\w*\b.*\b(?:allocatable|capacity)\b|\b(?:allocatable|capacity)\b.*\brequest\w*\b|"
    r"\b(?:in total|altogether|overall|total|whole cluster)\b"
)
_FITS = re.compile(r"\b(?:room|fits?|space|capacity|enough|schedul\w*|another|more)\b")
_FULL = re.compile(
    r"\b(?:full(?:est)?|busiest|busy|most (?:loaded|used|utili[sz]ed|packed|crowded|pods)|highest|overloaded|overcommit\w*|"
    r"hottest|tight(?:est)?)\b"
)
_EMPTY = re.compile(
    r"\b(?:emptiest|empty|idle|least (?:loaded|used|utili[sz]ed|busy|pods)|most (?:free|room|space|headroom)|lowest|underused|"
    r"underutili[sz]ed)\b"
)
_TIGHT = re.compile(
    r"\b(?:least|lowest|fewest)\b[\w ]{0,12}\b(?:memory|ram|cpus?|cores?|room|space)[\w ]{0,12}\b(?:left|free|available|remaining)\b|"
    r"\bleast (?:free|room|space|headroom)\b"
)
_RUNS = re.compile(r"\b(?:runs?|running|pods?|workloads?|scheduled|hosted|hosts|placed|lives?|sits?)\b")
_OWN = re.compile(
    r"\bhow much\b|\bwhat (?:does|did|do) \b|\b(?:cpu|memory|ram|resource) (?:usage|use|consumption|utili[sz]ation|footprint)\b|"
    r"\brequests?\b|\blimits?\b"
)
_AMOUNTS = re.compile(r"\b(?:allocatable|capacity|how much|memory|cpus?|cores|free|full|size|big|requests?|requested)\b")
_VERSIONS = re.compile(
    r"\b(?:outdated|behind|up to date|versions?|kubelets?|os|operating system|"
    r"kernel|runtime|containerd|arch(?:itecture)?|arm64|amd64)\b"
)
_HEALTH = frozenset(("{are} well", "{are} not well", "{are} ready", "{are} not ready"))
"""Checks that the overview answers better: it tells what each has."""
Part = Callable[[Asked, list[NodeRoom]], Awaitable[list[Block]]]


async def answer(asked: Asked) -> Draft:
    """What is asked of nodes; an overview where nothing in particular is."""
    if asked.reading.unknown and _is_said_of_nodes(asked):
        return await listed_answer(replace(asked, reading=replace(asked.reading, intent=Intent.LIST, kind=Node.GROUP_KIND)))
    unknown = await unknown_names(asked)
    if unknown is not None:
        return unknown
    all_rooms = rooms(asked)
    if not all_rooms:
        said = told(asked, FactType.COVERAGE, blindness(asked, Node.GROUP_KIND) or "No node is known.")
        return Draft((said, *step(asked, "This shows whether nodes may be read", "kubectl auth can-i list nodes")), can_tell=False)
    text = " ".join(asked.reading.question.lower().split())
    draft = claim_sizes(asked, text) or await _restless(asked, all_rooms, text) or tell_bounds(asked, text)
    draft = draft or await _counted_apart(asked, all_rooms, text)
    if draft is not None:
        return draft
    own = (
        offered_sums(asked, all_rooms, text)
        or sums(asked, text)
        or (own_amounts(asked) if _OWN.search(text) and not _FITS.search(text) else [])
    )
    return Draft(tuple(own or [*quota_room(asked, text), *_told(asked, all_rooms, text)]), can_tell=not (own and ASKS_USED.search(text)))


def _is_said_of_nodes(asked: Asked) -> bool:
    """Whether what no object is called says which nodes are meant: ``arm``, ``zone b``."""
    text = " ".join(asked.reading.question.lower().split())
    is_pair = any(pair_checks(text, asked.inventory.list(Node.GROUP_KIND)))
    return is_pair or all(check_exists(name, asked, Node.GROUP_KIND) for name in asked.reading.unknown)


async def _restless(asked: Asked, all_rooms: Sequence[NodeRoom], text: str) -> Draft | None:
    """Whether the nodes stay up, where that is asked."""
    if not ASKS_RESTLESS.search(text):
        return None
    page = Page(asked.book)
    entries = [room.entry for room in all_rooms]
    await tell_restless(asked, page, [entry for entry in entries if entry.ref in asked.reading.objects] or entries)
    return page.draft()


async def _counted_apart(asked: Asked, all_rooms: Sequence[NodeRoom], text: str) -> Draft | None:
    """Nodes per zone or any other label, or those of a sort, where no part of its own tells that."""
    if asked.reading.objects or guest_of(asked) is not None or any(words.search(text) for words, _ in _PARTS):
        return None
    group = group_of(text, [room.entry for room in all_rooms])
    is_apart = group is not None and group.word != "node"
    of_nodes = replace(asked, reading=replace(asked.reading, intent=Intent.LIST, kind=Node.GROUP_KIND))
    is_of_sort = any(check.said not in _HEALTH for check in (await chosen(of_nodes)).checks)
    return await listed_answer(of_nodes) if is_apart or is_of_sort else None


def _told(asked: Asked, all_rooms: list[NodeRoom], text: str) -> list[Block]:
    """The part that is asked for."""
    named = _named(asked, all_rooms)
    if named and ASKS_DEVICES.search(text) and not _ROOM.search(text):
        return devices(asked, named)
    guest = guest_of(asked)
    if guest is not None and (_ROOM.search(text) or not _RUNS.search(text)):
        return room_for(asked, all_rooms, guest, named)
    if named and not _POOLS.search(text):
        return [block for room in named for block in _one(asked, room, text)]
    for words, part in _PARTS:
        if words.search(text):
            return part(asked, all_rooms)
    return _overview(asked, all_rooms)


def _named(asked: Asked, all_rooms: Sequence[NodeRoom]) -> list[NodeRoom]:
    """The nodes that are asked about: as objects, or as the place that objects are on."""
    places = {one.value for one in asked.reading.conditions if one.field == "node" and one.op == "="}
    return [room for room in all_rooms if room.entry.ref in asked.reading.objects or room.entry.ref.name in places]


def _one(asked: Asked, room: NodeRoom, text: str) -> list[Block]:
    """One node: how it is, and what runs there where that is asked."""
    blocks = describe_node(asked, room)
    answers = asked_of(asked, room, text)
    if answers:
        return [*answers, *blocks, *running_on(asked, room)]
    if _AMOUNTS.search(text) and room.offered:
        offered = ", ".join(f"{resource} {shown(resource, amount)}" for resource, amount in sorted(room.offered.items()))
        blocks.insert(
            0, told(asked, FactType.FIELD, f"Node {room.entry.ref.name} offers {offered}.", ref=room.entry.ref, path="status.allocatable")
        )
    if _RUNS.search(text):
        return [*running_on(asked, room), *blocks]
    return [*blocks, *running_on(asked, room)]


def _overview(asked: Asked, all_rooms: Sequence[NodeRoom]) -> list[Block]:
    head = told(asked, FactType.COUNT, f"{many(len(all_rooms), 'node')}: {states_text(all_rooms)}.")
    fullest = max(all_rooms, key=lambda room: room.fullness)
    unwell = [room for room in all_rooms if not of_node(room.node).is_well]
    blocks: list[Block] = [head, *(block for room in unwell[:3] for block in describe_node(asked, room, in_short=True))]
    if fullest.fullness:
        blocks.append(told(asked, FactType.FIELD, f"{_fullness_text(fullest)}.", ref=fullest.entry.ref, rank=1))
    return [*blocks, node_table(asked, all_rooms)]


def _fullness_text(room: NodeRoom, word: str = "Fullest") -> str:
    cpu, memory = room.cell("cpu"), room.cell("memory")
    return f"{word} by what pods request: node {room.entry.ref.name}, CPU {cpu}, memory {memory}, pods {room.cell('pods')}"


def _full(asked: Asked, all_rooms: Sequence[NodeRoom]) -> list[Block]:
    ranked = sorted(all_rooms, key=lambda room: (-room.fullness, room.entry.ref.name))
    blocks: list[Block] = [told(asked, FactType.FIELD, f"{_fullness_text(ranked[0])}.", ref=ranked[0].entry.ref)]
    if "cluster" in asked.reading.question.lower():
        blocks.insert(0, _altogether(asked, all_rooms))
    return [*blocks, usage_note(asked), node_table(asked, ranked, keep_order=True)]


def _sums(asked: Asked, all_rooms: Sequence[NodeRoom]) -> list[Block]:
    """What is requested against what there is, and node by node."""
    return [_altogether(asked, all_rooms), usage_note(asked), node_table(asked, all_rooms)]


def _altogether(asked: Asked, all_rooms: Sequence[NodeRoom]) -> Said:
    """What all pods request of what all nodes offer."""
    parts = []
    for resource in ("cpu", "memory", "pods"):
        used, offered = (sum(getattr(room, side).get(resource, 0) for room in all_rooms) for side in ("used", "offered"))
        share = f" ({used / offered:.0%})" if offered else ""
        parts.append(f"{'CPU' if resource == 'cpu' else resource} {shown(resource, used)} of {shown(resource, offered)}{share}")
    return told(asked, FactType.COUNT, f"Altogether, by what pods request of {many(len(all_rooms), 'node')}: {', '.join(parts)}.")


def _empty(asked: Asked, all_rooms: Sequence[NodeRoom]) -> list[Block]:
    """The emptiest of the nodes that take pods; by CPU or memory that is free, where one of them is named."""
    text = asked.reading.question.lower()
    usable = usable_rooms(all_rooms)
    resource = "memory" if re.search(r"\bmemory|\bram\b", text) else "cpu" if re.search(r"\bcpu|\bcores?\b", text) else ""
    sign = 1 if _TIGHT.search(text) else -1
    key: Callable[[NodeRoom], float] = (lambda room: sign * room.free(resource)) if resource else (lambda room: -sign * room.fullness)
    ranked = sorted(usable or all_rooms, key=lambda room: (key(room), room.entry.ref.name))
    best = ranked[0]
    name = "CPU" if resource == "cpu" else resource
    word = f"{'Least' if sign > 0 else 'Most'} free {name}" if resource else "Fullest" if sign > 0 else "Emptiest"
    free = f", free {name} {shown(resource, best.free(resource))}" if resource else ""
    head = told(asked, FactType.FIELD, f"{_fullness_text(best, word)}{free}.", ref=best.entry.ref)
    return [head, usage_note(asked), node_table(asked, [*ranked, *(room for room in all_rooms if room not in ranked)], keep_order=True)]


def _pools(asked: Asked, all_rooms: Sequence[NodeRoom]) -> list[Block]:
    label = pool_label([room.node for room in all_rooms])
    named = {ref.name for ref in asked.reading.objects} | {one.value for one in asked.reading.conditions if one.field == "node"}
    for room in all_rooms:
        if label and room.entry.ref.name in named:
            text = f"Node {room.entry.ref.name} is in pool {pool_of(room.node) or 'none'} (label {label})."
            return [told(asked, FactType.FIELD, text, ref=room.entry.ref, path="metadata.labels")]
    if not label:
        roles = Counter(", ".join(roles_of(room.node)) or "worker" for room in all_rooms)
        said = ", ".join(f"{many(count, 'node')} {role}" for role, count in roles.most_common())
        text = f"No label of the nodes names a pool (such as msft.microsoft/nodepool-name or agentpool); by role there are {said}."
        return [told(asked, FactType.COVERAGE, text), node_table(asked, all_rooms)]
    pools: dict[str, list[NodeRoom]] = {}
    for room in all_rooms:
        pools.setdefault(pool_of(room.node) or "none", []).append(room)
    said = listed([f"{name} ({many(len(found), 'node')})" for name, found in sorted(pools.items())], 8)
    blocks: list[Block] = [told(asked, FactType.COUNT, f"{many(len(pools), 'node pool')} by label {label}: {said}.")]
    rows, facts = [], []
    for name, found in sorted(pools.items()):
        ready = sum(of_node(room.node).is_well for room in found)
        rows.append((name, str(len(found)), str(ready), *(_pool_cell(found, resource) for resource in ("cpu", "memory", "pods"))))
        cells = ", ".join(rows[-1][1:])
        facts.append(asked.book.add(FactType.COUNT, f"pool {name} (nodes, well, CPU, memory, pods): {cells}", rank=1))
    blocks.append(Table(("POOL", "NODES", "WELL", "CPU REQUESTED", "MEMORY REQUESTED", "PODS"), tuple(rows), len(rows), tuple(facts)))
    return blocks


def _pool_cell(found: Sequence[NodeRoom], resource: str) -> str:
    used, offered = (sum(getattr(room, side).get(resource, 0) for room in found) for side in ("used", "offered"))
    return f"{shown(resource, used)} of {shown(resource, offered)}"


def _pressures(asked: Asked, all_rooms: Sequence[NodeRoom]) -> list[Block]:
    pressed = [room for room in all_rooms if pressures_of(room.node)]
    text = f"{len(pressed):,} of {many(len(all_rooms), 'node')} {'is' if len(pressed) == 1 else 'are'} under pressure"
    parts = [f"{room.entry.ref.name} ({', '.join(pressures_of(room.node))})" for room in pressed]
    blocks: list[Block] = [told(asked, FactType.COUNT, f"{text}{f': {listed(parts, 6)}' if parts else ''}.")]
    for room in pressed[:3]:
        blocks += describe_node(asked, room)
    return [*blocks, node_table(asked, all_rooms)]


def _taints(asked: Asked, all_rooms: Sequence[NodeRoom]) -> list[Block]:
    tainted = [room for room in all_rooms if room.node.spec and (room.node.spec.taints or room.node.spec.unschedulable)]
    cordoned = [room.entry.ref.name for room in tainted if room.node.spec and room.node.spec.unschedulable]
    have = "has" if len(tainted) == 1 else "have"
    text = f"{len(tainted):,} of {many(len(all_rooms), 'node')} {have} taints or {'is' if len(tainted) == 1 else 'are'} cordoned"
    blocks: list[Block] = [told(asked, FactType.COUNT, f"{text}.")]
    which = (
        f"{len(cordoned):,} of {many(len(all_rooms), 'node')} {'is' if len(cordoned) == 1 else 'are'} "
        f"cordoned{f': {listed(cordoned, 6)}' if cordoned else ''}."
    )
    blocks.insert(0 if _CORDONED.search(asked.reading.question.lower()) else 1, told(asked, FactType.COUNT, which))
    for room in tainted[:10]:
        said = f"{room.entry.ref.name}: {', '.join(taints_of(room.node)) or 'no taint but the cordon'}"
        blocks.append(told(asked, FactType.FIELD, said, ref=room.entry.ref, path="spec.taints", rank=1, is_item=True))
    return blocks


_PARTS: tuple[tuple[re.Pattern[str], Callable[[Asked, Sequence[NodeRoom]], list[Block]]], ...] = (
    (_POOLS, _pools), (ASKS_DEVICES, devices),
    (_SUMS, _sums), (_PRESSURE, _pressures), (_TAINTS, _taints), (_TIGHT, _empty), (_EMPTY, _empty), (_FULL, _full), (_VERSIONS, versions),
    (_ROOM, room_left),
)  # fmt: skip
