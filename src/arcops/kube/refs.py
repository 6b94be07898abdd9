"""What an object is called: the keys that every floor above uses."""

from __future__ import annotations

from typing import NamedTuple


class GroupKind(NamedTuple):
    """A kind without its version: ``("apps", "Deployment")``; the core group is ``""``."""

    group: str
    kind: str

    def __str__(self) -> str:
        """``Deployment.apps``, ``Pod``: as kubectl writes a kind that may be ambiguous."""
        return f"{self.kind}.{self.group}" if self.group else self.kind


class ObjectRef(NamedTuple):
    """The name of one object, whether it exists or not. ``namespace`` is ``""`` for cluster-scoped kinds.

    Two objects that lived one after the other under the same name share a ref; their ``uid`` tells them apart.
    """

    group: str
    kind: str
    namespace: str
    name: str

    @property
    def group_kind(self) -> GroupKind:
        """The ref without namespace and name."""
        return GroupKind(self.group, self.kind)

    def __str__(self) -> str:
        """``Pod shop/web-0``, ``Node edge-1``: for sentences."""
        return f"{self.kind} {self.namespace}/{self.name}" if self.namespace else f"{self.kind} {self.name}"

    @classmethod
    def of(cls, group_kind: GroupKind, namespace: str, name: str) -> ObjectRef:
        """The ref of ``name`` of a kind."""
        return cls(group_kind.group, group_kind.kind, namespace, name)


def group_of(api_version: str) -> str:
    """The group of an apiVersion: ``apps/v1`` gives ``apps``, ``v1`` gives ``""``."""
    return api_version.rpartition("/")[0]


def version_of(api_version: str) -> str:
    """The version of an apiVersion: ``apps/v1`` gives ``v1``."""
    return api_version.rpartition("/")[2]
