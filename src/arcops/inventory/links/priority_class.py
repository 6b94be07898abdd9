"""The priority class of a pod."""

from __future__ import annotations

from collections.abc import Iterator

from arcops.inventory.base import Entry, Reader
from arcops.inventory.links._kinds import POD_MAKERS, PRIORITY_CLASS
from arcops.inventory.links.base import Link, scanned
from arcops.inventory.podspecs import own_spec_of
from arcops.kube.refs import ObjectRef

NAME = "priority class"


def outgoing(entry: Entry, _reader: Reader) -> Iterator[Link]:
    """From a pod or template to the class it names; optional for pods, which were admitted with it."""
    at = own_spec_of(entry)
    if at and at.spec.priority_class_name:
        target = ObjectRef.of(PRIORITY_CLASS, "", at.spec.priority_class_name)
        yield Link(NAME, entry.ref, target, f"{at.path}.priorityClassName", optional=at.path == "spec")


RELATION = scanned(NAME, outgoing, sources=POD_MAKERS, targets=(PRIORITY_CLASS,))
