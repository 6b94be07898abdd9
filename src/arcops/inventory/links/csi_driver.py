"""The CSI driver that a volume, a class or an inline volume needs."""

from __future__ import annotations

from collections.abc import Iterator

from arcops.inventory.base import Entry, Reader
from arcops.inventory.links._kinds import CSI_DRIVER, POD_MAKERS, VOLUME
from arcops.inventory.links.base import Link, scanned
from arcops.inventory.podspecs import own_spec_of
from arcops.kube.objects.storage import PersistentVolume
from arcops.kube.refs import ObjectRef

NAME = "CSI driver"


def outgoing(entry: Entry, _reader: Reader) -> Iterator[Link]:
    """From a volume, or a pod or template with an inline one, to the driver; optional, for a driver may go unregistered."""
    if isinstance(entry.obj, PersistentVolume):
        if entry.obj.spec and entry.obj.spec.csi:
            yield _link(entry, entry.obj.spec.csi.driver, "spec.csi.driver")
        return
    at = own_spec_of(entry)
    for position, volume in enumerate(at.spec.volumes or () if at else ()):
        if volume.csi and at:
            yield _link(entry, volume.csi.driver, f"{at.path}.volumes[{position}].csi.driver")


def _link(entry: Entry, driver: str, field: str) -> Link:
    return Link(NAME, entry.ref, ObjectRef.of(CSI_DRIVER, "", driver), field, optional=True)


RELATION = scanned(NAME, outgoing, sources=(VOLUME, *POD_MAKERS), targets=(CSI_DRIVER,))
