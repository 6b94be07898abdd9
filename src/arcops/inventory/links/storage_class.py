"""The class a claim or volume is of."""

from __future__ import annotations

from collections.abc import Iterator

from arcops.inventory.base import Entry, Reader
from arcops.inventory.links._kinds import CLAIM, STORAGE_CLASS, VOLUME
from arcops.inventory.links.base import Link, scanned
from arcops.kube.objects.storage import PersistentVolume, PersistentVolumeClaim
from arcops.kube.refs import ObjectRef

NAME = "storage class"
ANNOTATION = "volume.beta.kubernetes.io/storage-class"
"""The old way to name a class, still honoured by Kubernetes."""


def outgoing(entry: Entry, _reader: Reader) -> Iterator[Link]:
    """From a claim or volume to its class; optional once it is bound, and for volumes, which need none."""
    obj = entry.obj
    if not isinstance(obj, PersistentVolumeClaim | PersistentVolume) or obj.spec is None:
        return
    old = (obj.metadata.annotations or {}).get(ANNOTATION)
    name = old or obj.spec.storage_class_name
    if name:
        field = f"metadata.annotations['{ANNOTATION}']" if old else "spec.storageClassName"
        optional = isinstance(obj, PersistentVolume) or bool(obj.spec.volume_name)
        yield Link(NAME, entry.ref, ObjectRef.of(STORAGE_CLASS, "", name), field, optional)


RELATION = scanned(NAME, outgoing, sources=(CLAIM, VOLUME), targets=(STORAGE_CLASS,))
