"""The volume and the node that a VolumeAttachment joins."""

from __future__ import annotations

from collections.abc import Iterator

from arcops.inventory.base import Entry, Reader
from arcops.inventory.links._kinds import ATTACHMENT, NODE, VOLUME
from arcops.inventory.links.base import Link, scanned
from arcops.kube.objects.storage import VolumeAttachment
from arcops.kube.refs import ObjectRef

NAME = "attaches"


def outgoing(entry: Entry, _reader: Reader) -> Iterator[Link]:
    """From an attachment to its volume and node."""
    obj = entry.obj
    if not isinstance(obj, VolumeAttachment) or obj.spec is None:
        return
    if obj.spec.source and obj.spec.source.persistent_volume_name:
        target = ObjectRef.of(VOLUME, "", obj.spec.source.persistent_volume_name)
        yield Link(NAME, entry.ref, target, "spec.source.persistentVolumeName")
    if obj.spec.node_name:
        yield Link(NAME, entry.ref, ObjectRef.of(NODE, "", obj.spec.node_name), "spec.nodeName")


RELATION = scanned(NAME, outgoing, sources=(ATTACHMENT,), targets=(VOLUME, NODE))
