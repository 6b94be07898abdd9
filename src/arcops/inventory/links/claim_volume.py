"""A claim and the volume it is bound to, from both ends."""

from __future__ import annotations

from collections.abc import Iterator

from arcops.inventory.base import Entry, Reader
from arcops.inventory.links._kinds import CLAIM, VOLUME
from arcops.inventory.links.base import Dependence, Link, scanned
from arcops.kube.objects.storage import PersistentVolume, PersistentVolumeClaim
from arcops.kube.refs import ObjectRef

NAME = "claim and volume"


def outgoing(entry: Entry, _reader: Reader) -> Iterator[Link]:
    """From a claim to the volume it names, from a volume to the claim it serves."""
    obj = entry.obj
    if isinstance(obj, PersistentVolumeClaim) and obj.spec and obj.spec.volume_name:
        yield Link(NAME, entry.ref, ObjectRef.of(VOLUME, "", obj.spec.volume_name), "spec.volumeName")
    elif isinstance(obj, PersistentVolume) and obj.spec and obj.spec.claim_ref:
        claim = obj.spec.claim_ref
        yield Link(NAME, entry.ref, ObjectRef.of(CLAIM, claim.namespace, claim.name), "spec.claimRef")


RELATION = scanned(NAME, outgoing, sources=(CLAIM, VOLUME), targets=(CLAIM, VOLUME), dependence=Dependence.MUTUAL, everywhere=True)
