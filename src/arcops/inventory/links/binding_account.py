"""The service accounts a binding gives a role to."""

from __future__ import annotations

from collections.abc import Iterator

from arcops.inventory.base import Entry, Reader
from arcops.inventory.links._kinds import CLUSTER_ROLE_BINDING, ROLE_BINDING, SERVICE_ACCOUNT
from arcops.inventory.links.base import Dependence, Link, scanned
from arcops.kube.objects.access import ClusterRoleBinding, RoleBinding
from arcops.kube.refs import ObjectRef

NAME = "binding names account"
SOURCES = (ROLE_BINDING, CLUSTER_ROLE_BINDING)


def outgoing(entry: Entry, _reader: Reader) -> Iterator[Link]:
    """From a binding to the service accounts among its subjects."""
    obj = entry.obj
    if not isinstance(obj, RoleBinding | ClusterRoleBinding):
        return
    for position, subject in enumerate(obj.subjects or ()):
        if subject.kind == "ServiceAccount":
            target = ObjectRef.of(SERVICE_ACCOUNT, subject.namespace or entry.ref.namespace, subject.name)
            yield Link(NAME, entry.ref, target, f"subjects[{position}]")


RELATION = scanned(NAME, outgoing, sources=SOURCES, targets=(SERVICE_ACCOUNT,), dependence=Dependence.ON_SOURCE, everywhere=True)
