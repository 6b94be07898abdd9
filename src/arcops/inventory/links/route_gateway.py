"""The Gateways a route hangs on."""

from __future__ import annotations

from collections.abc import Iterator

from arcops.inventory.base import Entry, Reader
from arcops.inventory.links._kinds import GATEWAY, HTTP_ROUTE
from arcops.inventory.links.base import Link, scanned
from arcops.kube.objects.gateway import HTTPRoute
from arcops.kube.refs import ObjectRef

NAME = "route hangs on gateway"


def outgoing(entry: Entry, _reader: Reader) -> Iterator[Link]:
    """From a route to its parents that are Gateways."""
    obj = entry.obj
    for position, parent in enumerate(obj.spec.parent_refs or () if isinstance(obj, HTTPRoute) and obj.spec else ()):
        if (parent.kind or "Gateway") == "Gateway":
            target = ObjectRef.of(GATEWAY, parent.namespace or entry.ref.namespace, parent.name)
            yield Link(NAME, entry.ref, target, f"spec.parentRefs[{position}]")


RELATION = scanned(NAME, outgoing, sources=(HTTP_ROUTE,), targets=(GATEWAY,), everywhere=True)
