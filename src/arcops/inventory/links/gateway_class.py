"""The class of a Gateway."""

from __future__ import annotations

from collections.abc import Iterator

from arcops.inventory.base import Entry, Reader
from arcops.inventory.links._kinds import GATEWAY, GATEWAY_CLASS
from arcops.inventory.links.base import Link, scanned
from arcops.kube.objects.gateway import Gateway
from arcops.kube.refs import ObjectRef

NAME = "gateway class"


def outgoing(entry: Entry, _reader: Reader) -> Iterator[Link]:
    """From a Gateway to its class."""
    obj = entry.obj
    if isinstance(obj, Gateway) and obj.spec and obj.spec.gateway_class_name:
        yield Link(NAME, entry.ref, ObjectRef.of(GATEWAY_CLASS, "", obj.spec.gateway_class_name), "spec.gatewayClassName")


RELATION = scanned(NAME, outgoing, sources=(GATEWAY,), targets=(GATEWAY_CLASS,))
