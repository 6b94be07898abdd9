"""ConfigMaps with their values, and Secrets without."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from arcops.kube.objects.meta import ObjectMeta
from arcops.kube.refs import GroupKind


class ConfigMap(msgspec.Struct, gc=False, rename="camel"):
    """A ConfigMap; ``binary_data`` is base64 text."""

    GROUP_KIND: ClassVar[GroupKind] = GroupKind("", "ConfigMap")

    metadata: ObjectMeta = msgspec.field(default_factory=ObjectMeta)
    data: dict[str, str] | None = None
    binary_data: dict[str, str] | None = None
    immutable: bool | None = None

    @property
    def keys(self) -> frozenset[str]:
        """The names of all its keys."""
        return frozenset(self.data or ()) | frozenset(self.binary_data or ())


class Secret(msgspec.Struct, gc=False, rename="camel"):
    """A Secret: metadata only. Its values never reach our memory, whatever the body holds."""

    GROUP_KIND: ClassVar[GroupKind] = GroupKind("", "Secret")

    metadata: ObjectMeta = msgspec.field(default_factory=ObjectMeta)
