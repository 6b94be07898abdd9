"""The pods behind the endpoints of a slice."""

from __future__ import annotations

from collections.abc import Iterator

from arcops.inventory.base import Entry, Reader
from arcops.inventory.links._kinds import POD, SLICE
from arcops.inventory.links.base import Link, scanned
from arcops.kube.objects.service import EndpointSlice
from arcops.kube.refs import ObjectRef

NAME = "slice leads to pods"


def outgoing(entry: Entry, _reader: Reader) -> Iterator[Link]:
    """From a slice to its pods, ready or not."""
    obj = entry.obj
    for position, endpoint in enumerate(obj.endpoints or () if isinstance(obj, EndpointSlice) else ()):
        target = endpoint.target_ref
        if target and target.kind == "Pod":
            ref = ObjectRef.of(POD, target.namespace or entry.ref.namespace, target.name)
            yield Link(NAME, entry.ref, ref, f"endpoints[{position}].targetRef")


RELATION = scanned(NAME, outgoing, sources=(SLICE,), targets=(POD,))
