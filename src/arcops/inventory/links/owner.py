"""Owner references: a pod and its ReplicaSet, a ReplicaSet and its Deployment, anything and the custom resource that made it."""

from __future__ import annotations

from collections.abc import Iterator

from arcops.inventory.base import Entry, Reader
from arcops.inventory.links.base import Dependence, Link, Relation
from arcops.kube.owners import owner_ref
from arcops.kube.refs import ObjectRef

NAME = "owner"


def outgoing(entry: Entry, reader: Reader) -> Iterator[Link]:
    """From an object to its owners."""
    for position, owner in enumerate(entry.obj.metadata.owner_references or ()):
        held = reader.by_uid(owner.uid) if owner.uid else None
        target = held.ref if held else owner_ref(owner, entry.ref.namespace)
        yield Link(NAME, entry.ref, target, f"metadata.ownerReferences[{position}]")


def incoming(target: ObjectRef, reader: Reader) -> Iterator[Link]:
    """From all that a live object owns."""
    owner = reader.get(target)
    for entry in reader.owned_by(owner.uid) if owner and owner.uid else ():
        yield from (link for link in outgoing(entry, reader) if link.target == target)


RELATION = Relation(NAME, None, None, Dependence.MUTUAL, outgoing, incoming, climbs=True)
