"""Walking the links: what an object depends on, and what depends on it."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from arcops.inventory.base import Reader
from arcops.inventory.links.base import Dependence, Link, links_from, links_to, registry
from arcops.kube.refs import GroupKind, ObjectRef


@dataclass(frozen=True, slots=True)
class Step:
    """An object reached on a walk: over which link, from where, how many links from the start. It need not exist."""

    ref: ObjectRef
    came_from: ObjectRef
    link: Link
    depth: int


def neighbours(ref: ObjectRef, reader: Reader) -> list[Link]:
    """Every link of an object, out of it and into it, in the order of the relations' names; each edge once."""
    entry = reader.get(ref)
    found = dict.fromkeys(links_from(entry, reader) if entry else ())
    found.update(dict.fromkeys(links_to(ref, reader)))
    return list(found)


def upstream(ref: ObjectRef, reader: Reader, depth: int = 4, relations: Collection[str] | None = None) -> list[Step]:
    """What may be to blame: all that ``ref`` depends on, nearest first, each object once; over ``relations`` only, if they are named.

    Between a whole and its parts (owner and owned) a walk climbs or descends, never both: it does not go from a pod up
    to its owner and down again to the other pods, which would reach the whole cluster.
    """
    return list(_walk(ref, reader, depth, up=True, relations=relations))


def downstream(ref: ObjectRef, reader: Reader, depth: int = 4) -> list[Step]:
    """What may suffer: all that depends on ``ref``, nearest first, each object once. The blast radius."""
    return list(_walk(ref, reader, depth, up=False))


class _Edge(NamedTuple):
    there: ObjectRef
    link: Link
    climbs: bool | None


def _walk(start: ObjectRef, reader: Reader, depth: int, *, up: bool, relations: Collection[str] | None = None) -> Iterator[Step]:
    seen = {start}
    queue: deque[tuple[ObjectRef, int, bool | None]] = deque([(start, 0, None)])
    while queue:
        here, so_far, climbing = queue.popleft()
        if so_far == depth:
            continue
        for there, link, climbs in _edges(here, reader, up=up, relations=relations):
            if there in seen or (climbing is not None and climbs is not None and climbs is not climbing):
                continue
            seen.add(there)
            yield Step(there, here, link, so_far + 1)
            queue.append((there, so_far + 1, climbing if climbs is None else climbs))


def _edges(here: ObjectRef, reader: Reader, *, up: bool, relations: Collection[str] | None) -> Iterator[_Edge]:
    """The next objects of a walk: over links out of ``here``, then over links into it, as each relation bears."""
    entry = reader.get(here)
    forward, backward = (Dependence.ON_TARGET, Dependence.ON_SOURCE) if up else (Dependence.ON_SOURCE, Dependence.ON_TARGET)
    for relation in registry():
        if relations is not None and relation.name not in relations:
            continue
        climbs = relation.climbs
        if entry and relation.dependence is not backward and _joins(relation.sources, here):
            yield from (_Edge(link.target, link, climbs) for link in relation.outgoing(entry, reader))
        if relation.dependence is not forward and _joins(relation.targets, here):
            yield from (_Edge(link.source, link, None if climbs is None else not climbs) for link in relation.incoming(here, reader))


def _joins(kinds: tuple[GroupKind, ...] | None, ref: ObjectRef) -> bool:
    return kinds is None or ref.group_kind in kinds
