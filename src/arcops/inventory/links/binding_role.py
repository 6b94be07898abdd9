"""The role a binding grants."""

from __future__ import annotations

from collections.abc import Iterator

from arcops.inventory.base import Entry, Reader
from arcops.inventory.links._kinds import CLUSTER_ROLE, CLUSTER_ROLE_BINDING, ROLE, ROLE_BINDING
from arcops.inventory.links.base import Link, scanned
from arcops.kube.objects.access import ClusterRoleBinding, RoleBinding
from arcops.kube.owners import ref_in
from arcops.kube.refs import GroupKind

NAME = "binding grants role"


def outgoing(entry: Entry, _reader: Reader) -> Iterator[Link]:
    """From a binding to its Role or ClusterRole."""
    obj = entry.obj
    if isinstance(obj, RoleBinding | ClusterRoleBinding) and obj.role_ref:
        kind = GroupKind(ROLE.group, obj.role_ref.kind)
        yield Link(NAME, entry.ref, ref_in(kind, entry.ref.namespace, obj.role_ref.name), "roleRef")


RELATION = scanned(NAME, outgoing, sources=(ROLE_BINDING, CLUSTER_ROLE_BINDING), targets=(ROLE, CLUSTER_ROLE))
