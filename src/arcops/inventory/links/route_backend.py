"""The Services a route leads to."""

from __future__ import annotations

from collections.abc import Iterator

from arcops.inventory.base import Entry, Reader
from arcops.inventory.links._kinds import HTTP_ROUTE, SERVICE
from arcops.inventory.links.base import Link, scanned
from arcops.kube.objects.gateway import HTTPRoute
from arcops.kube.refs import ObjectRef

NAME = "route backend"


def outgoing(entry: Entry, _reader: Reader) -> Iterator[Link]:
    """From a route to the Services of its rules."""
    obj = entry.obj
    for i, rule in enumerate(obj.spec.rules or () if isinstance(obj, HTTPRoute) and obj.spec else ()):
        for k, backend in enumerate(rule.backend_refs or ()):
            if (backend.kind or "Service") == "Service":
                target = ObjectRef.of(SERVICE, backend.namespace or entry.ref.namespace, backend.name)
                yield Link(NAME, entry.ref, target, f"spec.rules[{i}].backendRefs[{k}]")


RELATION = scanned(NAME, outgoing, sources=(HTTP_ROUTE,), targets=(SERVICE,), everywhere=True)
