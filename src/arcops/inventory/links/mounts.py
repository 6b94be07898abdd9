"""The ConfigMaps, Secrets and claims that volumes name."""

from __future__ import annotations

from collections.abc import Iterator

from arcops.inventory.base import Entry, Reader
from arcops.inventory.links._kinds import CLAIM, CONFIG_MAP, POD_MAKERS, SECRET
from arcops.inventory.links.base import Link, scanned
from arcops.inventory.podspecs import own_spec_of
from arcops.kube.objects.pod import Pod
from arcops.kube.objects.volume import ConfigMapVolume, Volume
from arcops.kube.refs import GroupKind, ObjectRef

NAME = "mounts"


def outgoing(entry: Entry, _reader: Reader) -> Iterator[Link]:
    """From a pod or template to what its volumes need, once per key where keys are picked."""
    at = own_spec_of(entry)
    for position, volume in enumerate(at.spec.volumes or () if at else ()):
        yield from _of_volume(entry, volume, f"{at.path if at else ''}.volumes[{position}]")


def _of_volume(entry: Entry, volume: Volume, path: str) -> Iterator[Link]:
    if volume.config_map:
        yield from _keys(entry, CONFIG_MAP, volume.config_map, f"{path}.configMap.name")
    elif volume.secret:
        source = ConfigMapVolume(volume.secret.secret_name, volume.secret.items, volume.secret.optional)
        yield from _keys(entry, SECRET, source, f"{path}.secret.secretName")
    elif volume.persistent_volume_claim:
        yield _link(entry, CLAIM, volume.persistent_volume_claim.claim_name, f"{path}.persistentVolumeClaim.claimName")
    elif volume.ephemeral and isinstance(entry.obj, Pod):
        yield _link(entry, CLAIM, f"{entry.ref.name}-{volume.name}", f"{path}.ephemeral")
    elif volume.projected:
        yield from _projected(entry, volume, path)
    elif volume.csi and volume.csi.node_publish_secret_ref:
        yield _link(entry, SECRET, volume.csi.node_publish_secret_ref.name, f"{path}.csi.nodePublishSecretRef.name")


def _projected(entry: Entry, volume: Volume, path: str) -> Iterator[Link]:
    for position, source in enumerate(volume.projected.sources or () if volume.projected else ()):
        at = f"{path}.projected.sources[{position}]"
        if source.config_map:
            yield from _keys(entry, CONFIG_MAP, source.config_map, f"{at}.configMap.name")
        if source.secret:
            yield from _keys(entry, SECRET, source.secret, f"{at}.secret.name")


def _keys(entry: Entry, kind: GroupKind, source: ConfigMapVolume, field: str) -> Iterator[Link]:
    if not source.name:
        return
    target = ObjectRef.of(kind, entry.ref.namespace, source.name)
    for key in [item.key for item in source.items or ()] or [""]:
        yield Link(NAME, entry.ref, target, field, source.optional or False, key)


def _link(entry: Entry, kind: GroupKind, name: str, field: str) -> Link:
    return Link(NAME, entry.ref, ObjectRef.of(kind, entry.ref.namespace, name), field)


RELATION = scanned(NAME, outgoing, sources=POD_MAKERS, targets=(CONFIG_MAP, SECRET, CLAIM))
