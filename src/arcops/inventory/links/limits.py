"""The namespace that a quota or limit range bounds."""

from __future__ import annotations

from collections.abc import Iterator

from arcops.inventory.base import Entry, Reader
from arcops.inventory.links._kinds import LIMIT_RANGE, NAMESPACE, QUOTA
from arcops.inventory.links.base import Dependence, Link, Relation
from arcops.kube.refs import ObjectRef

NAME = "limits namespace"
SOURCES = (QUOTA, LIMIT_RANGE)


def outgoing(entry: Entry, _reader: Reader) -> Iterator[Link]:
    """From a quota or limit range to its namespace."""
    yield Link(NAME, entry.ref, ObjectRef.of(NAMESPACE, "", entry.ref.namespace), "metadata.namespace")


def incoming(target: ObjectRef, reader: Reader) -> Iterator[Link]:
    """From the quotas and limit ranges of a namespace."""
    for kind in SOURCES:
        for entry in reader.list(kind, target.name):
            yield from outgoing(entry, reader)


RELATION = Relation(NAME, SOURCES, (NAMESPACE,), Dependence.ON_SOURCE, outgoing, incoming)
