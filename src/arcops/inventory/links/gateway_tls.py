"""The Secrets a Gateway's listeners take their certificates from."""

from __future__ import annotations

from collections.abc import Iterator

from arcops.inventory.base import Entry, Reader
from arcops.inventory.links._kinds import GATEWAY, SECRET
from arcops.inventory.links.base import Link, scanned
from arcops.kube.objects.gateway import Gateway
from arcops.kube.refs import ObjectRef

NAME = "gateway TLS"


def outgoing(entry: Entry, _reader: Reader) -> Iterator[Link]:
    """From a Gateway to its certificates."""
    obj = entry.obj
    for i, listener in enumerate(obj.spec.listeners or () if isinstance(obj, Gateway) and obj.spec else ()):
        for k, secret in enumerate(listener.tls.certificate_refs or () if listener.tls else ()):
            if (secret.kind or "Secret") == "Secret":
                target = ObjectRef.of(SECRET, secret.namespace or entry.ref.namespace, secret.name)
                yield Link(NAME, entry.ref, target, f"spec.listeners[{i}].tls.certificateRefs[{k}]")


RELATION = scanned(NAME, outgoing, sources=(GATEWAY,), targets=(SECRET,), everywhere=True)
