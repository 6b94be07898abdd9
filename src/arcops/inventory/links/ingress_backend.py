"""The Services an Ingress leads to."""

from __future__ import annotations

from collections.abc import Iterator

from arcops.inventory.base import Entry, Reader
from arcops.inventory.links._kinds import INGRESS, SERVICE
from arcops.inventory.links.base import Link, scanned
from arcops.kube.objects.network import Ingress, IngressBackend
from arcops.kube.refs import ObjectRef

NAME = "ingress backend"


def outgoing(entry: Entry, _reader: Reader) -> Iterator[Link]:
    """From an Ingress to the Service behind its default backend and each path."""
    if isinstance(entry.obj, Ingress):
        for backend, path in backends_of(entry.obj):
            name = backend.service.name if backend.service else backend.service_name
            if name:
                field = f"{path}.service.name" if backend.service else f"{path}.serviceName"
                yield Link(NAME, entry.ref, ObjectRef.of(SERVICE, entry.ref.namespace, name), field)


def backends_of(ingress: Ingress) -> Iterator[tuple[IngressBackend, str]]:
    """Every backend with its path."""
    if ingress.spec is None:
        return
    if ingress.spec.default_backend:
        yield ingress.spec.default_backend, "spec.defaultBackend"
    for i, rule in enumerate(ingress.spec.rules or ()):
        for k, path in enumerate(rule.http.paths or () if rule.http else ()):
            if path.backend:
                yield path.backend, f"spec.rules[{i}].http.paths[{k}].backend"


RELATION = scanned(NAME, outgoing, sources=(INGRESS,), targets=(SERVICE,))
