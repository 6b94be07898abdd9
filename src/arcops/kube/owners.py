"""Who owns an object, and where an owner or a named object lives."""

from __future__ import annotations

from arcops.kube.builtin import BUILTIN
from arcops.kube.objects.meta import KubeObject, OwnerReference
from arcops.kube.refs import GroupKind, ObjectRef

CLUSTER_SCOPED = frozenset(
    {resource.group_kind for resource in BUILTIN if not resource.namespaced} | {GroupKind("gateway.networking.k8s.io", "GatewayClass")}
)
"""Well-known kinds without a namespace: for references that do not say (owner references, involved objects)."""


def ref_in(group_kind: GroupKind, namespace: str, name: str) -> ObjectRef:
    """The ref of an object named from within ``namespace``: kinds without namespaces get none."""
    return ObjectRef.of(group_kind, "" if group_kind in CLUSTER_SCOPED else namespace, name)


def controller_of(obj: KubeObject) -> OwnerReference | None:
    """The owner that manages the object, or None."""
    for owner in obj.metadata.owner_references or ():
        if owner.controller:
            return owner
    return None


def owner_ref(owner: OwnerReference, namespace: str) -> ObjectRef:
    """The owner's name; an owner lives in its object's namespace or in none."""
    return ref_in(owner.group_kind, namespace, owner.name)
