"""Where a term shows in the cluster now: pods in that state, events of that reason, findings of that code, objects of that kind."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import NamedTuple

from arcops.chat.answers._said import listed, many, named, quoted
from arcops.chat.asked import Asked
from arcops.chat.meanings.terms import plain
from arcops.chat.selecting.conditions import state_words
from arcops.chat.selecting.scope import NODE, POD
from arcops.chat.selecting.wellness import pressures_of
from arcops.findings.pods import boxes, is_unwell
from arcops.inventory.base import Entry
from arcops.kube.objects.node import Node
from arcops.kube.objects.pod import Pod
from arcops.kube.refs import ObjectRef

_PATIENT = 500
_SHORTEST = 4
"""Letters of a word that is looked for in what others wrote; shorter ones stand everywhere."""


class Seen(NamedTuple):
    """A sentence, and an object that shows it."""

    text: str
    ref: ObjectRef | None


async def seen_now(asked: Asked, names: Iterable[str]) -> list[Seen]:
    """Where the cluster shows a term by one of its names."""
    keys = {plain(name) for name in names}
    found = [*await _pods(asked, keys), *_nodes(asked, keys), *_findings(asked, keys), *_events(asked, keys)]
    return found or await _conditions(asked, keys) or list(_kinds(asked, keys))


async def written_now(asked: Asked, word: str) -> list[Seen]:
    """Where an object or an event says a word that has no meaning of its own here, with what it says."""
    if len(word) < _SHORTEST:
        return []
    pattern = re.compile(rf"(?<![\w-]){re.escape(word)}(?![\w-])", re.IGNORECASE)
    found = [
        Seen(f"{event.involved} has the event {event.reason}: {quoted(event.message)}.", event.involved)
        for event in reversed(asked.inventory.events())
        if pattern.search(f"{event.reason} {event.message}")
    ][:1]
    async for entry in _all(asked):
        said = next((text for text in _said_by(entry) if pattern.search(text)), "")
        if said:
            return [Seen(f"{entry.ref} says: {quoted(said)}.", entry.ref), *found]
    return found


async def _all(asked: Asked) -> AsyncIterator[Entry]:
    """Every object, with a breath between many."""
    place = 0
    for kind in asked.inventory.kinds():
        for entry in asked.inventory.list(kind):
            place += 1
            if place % _PATIENT == 0:
                await asked.services.clock.sleep(0)
            yield entry


def _said_by(entry: Entry) -> Iterator[str]:
    """What the status of an object says in words: its conditions, and why containers wait or ended."""
    for one in getattr(getattr(entry.obj, "status", None), "conditions", None) or ():
        yield ": ".join(part for part in (f"{one.type} is {one.status}", one.reason, one.message) if part)
    for box in boxes(entry.obj) if isinstance(entry.obj, Pod) else ():
        if box.waiting:
            yield ": ".join(part for part in (f"container {box.name} waits", box.waiting, box.waiting_message) if part)


async def _conditions(asked: Asked, keys: set[str]) -> list[Seen]:
    """The first object with a condition of that reason."""
    async for entry in _all(asked):
        for one in getattr(getattr(entry.obj, "status", None), "conditions", None) or ():
            if one.reason and plain(one.reason) in keys:
                said = f": {quoted(one.message)}" if one.message else ""
                return [Seen(f"{entry.ref} shows it now: {one.type} is {one.status}{said}.", entry.ref)]
    return []


async def _pods(asked: Asked, keys: set[str]) -> list[Seen]:
    hits = []
    for place, entry in enumerate(asked.inventory.list(POD), 1):
        if is_unwell(entry.obj) and not keys.isdisjoint(map(plain, state_words(entry))):
            hits.append(entry)
        if place % _PATIENT == 0:
            await asked.services.clock.sleep(0)
    if not hits:
        return []
    shown = listed([named(entry.ref) for entry in hits], 4)
    return [Seen(f"In this cluster {many(len(hits), 'pod')} {'shows' if len(hits) == 1 else 'show'} it now: {shown}.", hits[0].ref)]


def _nodes(asked: Asked, keys: set[str]) -> Iterator[Seen]:
    hits = [
        one for one in asked.inventory.list(NODE) if isinstance(one.obj, Node) and not keys.isdisjoint(map(plain, _node_words(one.obj)))
    ]
    if hits:
        yield Seen(
            f"In this cluster {many(len(hits), 'node')} {'shows' if len(hits) == 1 else 'show'} it now: "
            f"{listed([one.ref.name for one in hits], 4)}.",
            hits[0].ref,
        )


def _node_words(node: Node) -> list[str]:
    words = pressures_of(node)
    if node.spec and node.spec.unschedulable:
        words += ["cordoned", "SchedulingDisabled"]
    return words


def _findings(asked: Asked, keys: set[str]) -> Iterator[Seen]:
    found = [one for one in (asked.current.report.findings if asked.current else ()) if plain(one.code) in keys and one.is_problem]
    if found:
        yield Seen(
            f"{many(len(found), 'finding')} of this sort {'is' if len(found) == 1 else 'are'} open: {found[0].title}.", found[0].subject
        )


def _events(asked: Asked, keys: set[str]) -> Iterator[Seen]:
    found = [event for event in asked.inventory.events() if plain(event.reason) in keys]
    if found:
        last = found[-1]
        times = sum(event.count for event in found)
        objects = len({event.involved for event in found})
        text = (
            f"Events with this reason: {many(times, 'time')} about {many(objects, 'object')}, last at {last.last_seen} about "
            f"{last.involved}{f': {quoted(last.message)}' if last.message else ''}."
        )
        yield Seen(text, last.involved)


def _kinds(asked: Asked, keys: set[str]) -> Iterator[Seen]:
    for kind in asked.inventory.kinds():
        count = asked.inventory.count(kind)
        if count and (plain(kind.kind) in keys):
            yield Seen(f"This cluster has {many(count, kind.kind)}.", None)
            return
