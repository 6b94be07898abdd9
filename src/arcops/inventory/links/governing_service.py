"""The Service that gives a StatefulSet's pods their names."""

from __future__ import annotations

from collections.abc import Iterator

from arcops.inventory.base import Entry, Reader
from arcops.inventory.links._kinds import SERVICE, STATEFUL_SET
from arcops.inventory.links.base import Link, scanned
from arcops.kube.objects.workloads import StatefulSet
from arcops.kube.refs import ObjectRef

NAME = "governing service"


def outgoing(entry: Entry, _reader: Reader) -> Iterator[Link]:
    """From a StatefulSet to the Service it names, if it does."""
    obj = entry.obj
    if isinstance(obj, StatefulSet) and obj.spec and obj.spec.service_name:
        yield Link(NAME, entry.ref, ObjectRef.of(SERVICE, entry.ref.namespace, obj.spec.service_name), "spec.serviceName")


RELATION = scanned(NAME, outgoing, sources=(STATEFUL_SET,), targets=(SERVICE,))
