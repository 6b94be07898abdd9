"""The EndpointSlices of a Service."""

from __future__ import annotations

from collections.abc import Iterator

from arcops.inventory.base import Entry, Reader
from arcops.inventory.links._kinds import SERVICE, SLICE
from arcops.inventory.links.base import Dependence, Link, Relation
from arcops.kube.refs import ObjectRef
from arcops.kube.selectors import selector_of_labels

NAME = "service has slices"
LABEL = "kubernetes.io/service-name"


def outgoing(entry: Entry, reader: Reader) -> Iterator[Link]:
    """From a Service to its slices."""
    for found in reader.select(SLICE, entry.ref.namespace, selector_of_labels({LABEL: entry.ref.name})):
        yield Link(NAME, entry.ref, found.ref, f"metadata.labels['{LABEL}']")


def incoming(target: ObjectRef, reader: Reader) -> Iterator[Link]:
    """From the Service a slice names, existing or not."""
    found = reader.get(target)
    name = (found.obj.metadata.labels or {}).get(LABEL) if found else None
    if name:
        yield Link(NAME, ObjectRef.of(SERVICE, target.namespace, name), target, f"metadata.labels['{LABEL}']")


RELATION = Relation(NAME, (SERVICE,), (SLICE,), Dependence.ON_TARGET, outgoing, incoming)
