"""The Secrets an Ingress takes its certificates from."""

from __future__ import annotations

from collections.abc import Iterator

from arcops.inventory.base import Entry, Reader
from arcops.inventory.links._kinds import INGRESS, SECRET
from arcops.inventory.links.base import Link, scanned
from arcops.kube.objects.network import Ingress
from arcops.kube.refs import ObjectRef

NAME = "ingress TLS"


def outgoing(entry: Entry, _reader: Reader) -> Iterator[Link]:
    """From an Ingress to its TLS Secrets."""
    obj = entry.obj
    for position, tls in enumerate(obj.spec.tls or () if isinstance(obj, Ingress) and obj.spec else ()):
        if tls.secret_name:
            target = ObjectRef.of(SECRET, entry.ref.namespace, tls.secret_name)
            yield Link(NAME, entry.ref, target, f"spec.tls[{position}].secretName")


RELATION = scanned(NAME, outgoing, sources=(INGRESS,), targets=(SECRET,))
