"""Where a term shows in the cluster now: pods in that state, events of that reason, findings of that code, objects of that kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from arcops.chat.answers._said import listed, many, named
from arcops.chat.asked import Asked
from arcops.chat.meanings.terms import plain
from arcops.chat.selecting.conditions import state_words
from arcops.chat.selecting.scope import NODE, POD
from arcops.chat.selecting.wellness import pressures_of
from arcops.findings.pods import is_unwell
from arcops.kube.objects.node import Node
from arcops.kube.refs import ObjectRef

_PATIENT = 500


class Seen(NamedTuple):
    """A sentence, and an object that shows it."""

    text: str
    ref: ObjectRef | None


async def seen_now(asked: Asked, names: Iterable[str]) -> list[Seen]:
    """Where the cluster shows a term by one of its names."""
    keys = {plain(name) for name in names}
    found = [*await _pods(asked, keys), *_nodes(asked, keys), *_findings(asked, keys), *_events(asked, keys)]
    return found or list(_kinds(asked, keys))


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
            f"{last.involved}."
        )
        yield Seen(text, last.involved)


def _kinds(asked: Asked, keys: set[str]) -> Iterator[Seen]:
    for kind in asked.inventory.kinds():
        count = asked.inventory.count(kind)
        if count and (plain(kind.kind) in keys):
            yield Seen(f"This cluster has {many(count, kind.kind)}.", None)
            return
