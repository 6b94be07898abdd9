"""The class of an Ingress."""

from __future__ import annotations

from collections.abc import Iterator

from arcops.inventory.base import Entry, Reader
from arcops.inventory.links._kinds import INGRESS, INGRESS_CLASS
from arcops.inventory.links.base import Link, scanned
from arcops.kube.objects.network import Ingress
from arcops.kube.refs import ObjectRef

NAME = "ingress class"
ANNOTATION = "kubernetes.io/ingress.class"
"""The old way to name a class. A controller may honour it without an IngressClass object, hence optional."""
DEFAULT_ANNOTATION = "ingressclass.kubernetes.io/is-default-class"


def outgoing(entry: Entry, reader: Reader) -> Iterator[Link]:
    """From an Ingress to the class it names, or, naming none, to the cluster's default."""
    obj = entry.obj
    if not isinstance(obj, Ingress) or obj.spec is None:
        return
    old = (obj.metadata.annotations or {}).get(ANNOTATION)
    if obj.spec.ingress_class_name:
        yield Link(NAME, entry.ref, ObjectRef.of(INGRESS_CLASS, "", obj.spec.ingress_class_name), "spec.ingressClassName")
    elif old:
        yield Link(NAME, entry.ref, ObjectRef.of(INGRESS_CLASS, "", old), f"metadata.annotations['{ANNOTATION}']", optional=True)
    else:
        for found in reader.list(INGRESS_CLASS):
            if (found.obj.metadata.annotations or {}).get(DEFAULT_ANNOTATION) == "true":
                yield Link(NAME, entry.ref, found.ref, "spec.ingressClassName", optional=True)


RELATION = scanned(NAME, outgoing, sources=(INGRESS,), targets=(INGRESS_CLASS,))
