"""The ConfigMaps and Secrets, and their keys, that environment variables come from."""

from __future__ import annotations

from collections.abc import Iterator

from arcops.inventory.base import Entry, Reader
from arcops.inventory.links._kinds import CONFIG_MAP, POD_MAKERS, SECRET
from arcops.inventory.links.base import Link, scanned
from arcops.inventory.podspecs import containers_of, own_spec_of
from arcops.kube.objects.container import Container, KeySelector, NamedSource
from arcops.kube.refs import GroupKind, ObjectRef

NAME = "env"


def outgoing(entry: Entry, _reader: Reader) -> Iterator[Link]:
    """From a pod or template to what its containers' variables name."""
    at = own_spec_of(entry)
    for container, path in containers_of(at) if at else ():
        yield from _whole(entry, container, path)
        yield from _single(entry, container, path)


def _single(entry: Entry, container: Container, path: str) -> Iterator[Link]:
    for position, variable in enumerate(container.env or ()):
        source = variable.value_from
        if source is None:
            continue
        at = f"{path}.env[{position}].valueFrom"
        if source.config_map_key_ref:
            yield from _link(entry, CONFIG_MAP, source.config_map_key_ref, f"{at}.configMapKeyRef")
        if source.secret_key_ref:
            yield from _link(entry, SECRET, source.secret_key_ref, f"{at}.secretKeyRef")


def _whole(entry: Entry, container: Container, path: str) -> Iterator[Link]:
    for position, source in enumerate(container.env_from or ()):
        at = f"{path}.envFrom[{position}]"
        if source.config_map_ref:
            yield from _link(entry, CONFIG_MAP, source.config_map_ref, f"{at}.configMapRef")
        if source.secret_ref:
            yield from _link(entry, SECRET, source.secret_ref, f"{at}.secretRef")


def _link(entry: Entry, kind: GroupKind, source: KeySelector | NamedSource, field: str) -> Iterator[Link]:
    if source.name:
        key = source.key if isinstance(source, KeySelector) else ""
        target = ObjectRef.of(kind, entry.ref.namespace, source.name)
        yield Link(NAME, entry.ref, target, f"{field}.name", source.optional or False, key)


RELATION = scanned(NAME, outgoing, sources=POD_MAKERS, targets=(CONFIG_MAP, SECRET))
