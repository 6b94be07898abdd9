"""The words of links: an edge, a relation, and the registry of all relations."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import msgspec

from arcops.base.registry import discover
from arcops.inventory.base import Entry, Reader
from arcops.kube.refs import GroupKind, ObjectRef


class Link(msgspec.Struct, frozen=True, gc=False):
    """``source`` names ``target`` in its field ``field``. The target need not exist: that is often the fault.

    ``optional``: the source gets along without it. ``key``: the key of a ConfigMap or Secret that must be there.
    """

    relation: str
    source: ObjectRef
    target: ObjectRef
    field: str
    optional: bool = False
    key: str = ""


class Dependence(enum.StrEnum):
    """Which way a fault travels over a relation."""

    ON_TARGET = "on target"
    """The source cannot do without the target: a pod and its ConfigMap."""
    ON_SOURCE = "on source"
    """The source bears on the target: a NetworkPolicy and the pods it guards."""
    MUTUAL = "mutual"
    """Both: a Deployment is as well as its pods, and they are as it makes them."""


Outgoing = Callable[[Entry, Reader], Iterator[Link]]
Incoming = Callable[[ObjectRef, Reader], Iterator[Link]]


@dataclass(frozen=True, slots=True)
class Relation:
    """One kind of edge. ``outgoing`` gives the edges from one object, ``incoming`` those to a name, existing or not.

    ``sources`` and ``targets`` are the kinds an edge may join; None means any kind. ``climbs`` tells of relations between
    a whole and its parts: True if an edge leads from part to whole (owner), False if from whole to part.
    """

    name: str
    sources: tuple[GroupKind, ...] | None
    targets: tuple[GroupKind, ...] | None
    dependence: Dependence
    outgoing: Outgoing
    incoming: Incoming
    climbs: bool | None = None


def scanned(
    name: str,
    outgoing: Outgoing,
    *,
    sources: tuple[GroupKind, ...],
    targets: tuple[GroupKind, ...] | None,
    dependence: Dependence = Dependence.ON_TARGET,
    everywhere: bool = False,
    climbs: bool | None = None,
) -> Relation:
    """A relation whose edges are fields of the source, and whose other direction is found by looking at every source.

    Sources lie in the target's namespace (in any, if it has none), or, with ``everywhere``, in any at all.
    """

    def incoming(target: ObjectRef, reader: Reader) -> Iterator[Link]:
        namespace = None if everywhere else target.namespace or None
        for kind in sources:
            for entry in reader.list(kind, namespace):
                yield from (link for link in outgoing(entry, reader) if link.target == target)

    return Relation(name, sources, targets, dependence, outgoing, incoming, climbs)


@cache
def registry() -> tuple[Relation, ...]:
    """Every relation, sorted by file name."""
    from arcops.inventory import links

    return tuple(module.RELATION for module in discover(links))


def links_from(entry: Entry, reader: Reader) -> Iterator[Link]:
    """Every edge from an object."""
    kind = entry.ref.group_kind
    for relation in registry():
        if relation.sources is None or kind in relation.sources:
            yield from relation.outgoing(entry, reader)


def links_to(target: ObjectRef, reader: Reader) -> Iterator[Link]:
    """Every edge to a name, whether such an object exists or not."""
    kind = target.group_kind
    for relation in registry():
        if relation.targets is None or kind in relation.targets:
            yield from relation.incoming(target, reader)
