"""Metadata that every object has."""

from __future__ import annotations

from typing import Protocol

import msgspec

from arcops.kube.refs import GroupKind, group_of


class OwnerReference(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    """Who owns an object; ``controller`` marks the one that manages it."""

    api_version: str = ""
    kind: str = ""
    name: str = ""
    uid: str = ""
    controller: bool | None = None

    @property
    def group_kind(self) -> GroupKind:
        """The owner's kind."""
        return GroupKind(group_of(self.api_version), self.kind)


class ObjectMeta(msgspec.Struct, gc=False, rename="camel"):
    """The standard metadata, without managedFields. Times are RFC 3339 text as the server wrote them."""

    name: str = ""
    namespace: str = ""
    uid: str = ""
    resource_version: str = ""
    generation: int | None = None
    creation_timestamp: str | None = None
    deletion_timestamp: str | None = None
    deletion_grace_period_seconds: int | None = None
    labels: dict[str, str] | None = None
    annotations: dict[str, str] | None = None
    owner_references: tuple[OwnerReference, ...] | None = None
    finalizers: tuple[str, ...] | None = None


class KubeObject(Protocol):
    """Any typed object."""

    @property
    def metadata(self) -> ObjectMeta:
        """Name, namespace, uid, labels and the rest."""


class PartialObject(msgspec.Struct, gc=False, rename="camel"):
    """Metadata alone: Secrets, and objects that were only named."""

    metadata: ObjectMeta = msgspec.field(default_factory=ObjectMeta)
