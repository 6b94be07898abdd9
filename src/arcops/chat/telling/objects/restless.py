"""Nodes that were rebooted, flapped or went away: by findings, by what the cluster reported, by when Ready last turned."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from arcops.chat.answers._said import listed, many
from arcops.chat.asked import Asked
from arcops.chat.base import FactType
from arcops.chat.selecting.scope import NODE, POD, pods_of
from arcops.chat.telling.events import events_of
from arcops.chat.telling.page import Page
from arcops.chat.telling.words import dated, stopped
from arcops.findings.pods import boxes
from arcops.inventory.base import Entry
from arcops.kube.conditions import condition_of
from arcops.kube.objects.node import Node
from arcops.kube.objects.pod import Pod
from arcops.kube.refs import ObjectRef
from arcops.kube.times import time_ms

ASKS_RESTLESS = re.compile(
    r"\b(?:re-?boot\w*|flap\w*|unstable|instable|stable|stability|bounc\w*|restless|power[- ]?cycled?|flak[ey]\w*|unreliable|reliable)\b"
)
"""Questions whether nodes stay up, not how they are at this moment."""
_REASONS = ("Rebooted", "NodeNotReady", "NodeReady", "NodeStatusUnknown", "KubeletSetupFailed", "Shutdown", "NodeShutdown")
_MOST_NODES = 50
_MOST_EVENTS = 4
_MOST_PODS = 20
_NEAR_MS = 10 * 60_000
"""A container that ended this near to a reboot of its node ended with it."""


async def tell_restless(asked: Asked, page: Page, nodes: Sequence[Entry]) -> None:
    """Which of the nodes did not stay up, each with what says so; that none is known not to have."""
    told = [entry.ref.name for entry in nodes[:_MOST_NODES] if await _tell_node(asked, page, entry)]
    quiet = [entry.ref.name for entry in nodes if entry.ref.name not in told]
    if quiet:
        names = listed(quiet, 5)
        whom = f"the other {many(len(quiet), 'node')}" if told else many(len(quiet), "node")
        text = f"No event or finding tells of a reboot or of flapping of {whom} ({names})."
        page.tell(FactType.COVERAGE, text, rank=1 if told else 0)
        for entry in nodes:
            if entry.ref.name in quiet[:_MOST_EVENTS]:
                _tell_ready(asked, page, entry)


async def _tell_node(asked: Asked, page: Page, entry: Entry) -> bool:
    found = asked.current.report.findings if asked.current else ()
    about = [one for one in found if one.subject == entry.ref and one.is_problem]
    for one in about[:2]:
        page.tell(FactType.FINDING, stopped(one.title), ref=entry.ref, path=one.code, rank=0)
    events = [one for one in await events_of(asked, entry.ref, asked.reading.since_ms or 0) if one.reason in _REASONS]
    for event in reversed(events[-_MOST_EVENTS:]):
        ms = time_ms(event.last_seen) or 0
        text = f"Node {entry.ref.name}: {event.reason} at {dated(ms, asked.at_ms, asked.reading.zone)}: {stopped(event.message)}"
        page.tell(FactType.EVENT, text, ref=entry.ref, path=event.reason, at_ms=ms, rank=0)
    if about or events:
        _tell_ready(asked, page, entry)
    return bool(about or events)


def _tell_ready(asked: Asked, page: Page, entry: Entry) -> None:
    status = entry.obj.status if isinstance(entry.obj, Node) else None
    ready = condition_of(status.conditions if status else None, "Ready")
    ms = time_ms(ready.last_transition_time) if ready is not None else None
    if ready is not None and ms is not None:
        text = f"Node {entry.ref.name}: Ready is {ready.status} since {dated(ms, asked.at_ms, asked.reading.zone)}."
        page.tell(FactType.FIELD, text, ref=entry.ref, path="status.conditions", rank=1, item=True)


def tell_reboots_behind(asked: Asked, page: Page, refs: Sequence[ObjectRef]) -> None:
    """Of pods whose containers ended about when their node was rebooted, that it was."""
    said: set[ObjectRef] = set()
    for entry in _pods(asked, refs):
        node = ObjectRef.of(NODE, "", entry.obj.spec.node_name or "") if isinstance(entry.obj, Pod) and entry.obj.spec else None
        if node is None or node in said:
            continue
        ended = [ms for ms in _ended(entry) if ms is not None]
        for event in asked.inventory.events_of(node) if ended and node.name else ():
            ms = time_ms(event.last_seen)
            if event.reason == "Rebooted" and ms is not None and any(abs(ms - one) <= _NEAR_MS for one in ended):
                when = dated(ms, asked.at_ms, asked.reading.zone)
                text = f"Its node {node.name} was rebooted at {when}, about when the container ended: {stopped(event.message)}"
                page.tell(FactType.EVENT, text, ref=node, path="Rebooted", at_ms=ms, rank=0)
                said.add(node)
                break


def _pods(asked: Asked, refs: Sequence[ObjectRef]) -> list[Entry]:
    if not refs:
        return []
    entry = asked.inventory.get(refs[0])
    if refs[0].group_kind == POD:
        return [entry] if entry is not None else []
    return list(pods_of(refs[0], asked.inventory))[:_MOST_PODS]


def _ended(entry: Entry) -> Iterator[int | None]:
    for box in boxes(entry.obj) if isinstance(entry.obj, Pod) else ():
        last = box.status.last_state.terminated if box.status and box.status.last_state else None
        if last is not None:
            yield time_ms(last.finished_at)
