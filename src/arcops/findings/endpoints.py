"""Addresses behind a Service that somebody wrote by hand, and that the node they name does not have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from arcops.findings.view import RuleView
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.node import Node
from arcops.kube.objects.pod import Pod
from arcops.kube.objects.service import EndpointSlice
from arcops.kube.refs import ObjectRef
from arcops.kube.selectors import selector_of_labels

SERVICE_NAME = "kubernetes.io/service-name"
_MANAGED_BY = "endpointslice.kubernetes.io/managed-by"
_CONTROLLERS = ("endpointslice-controller.k8s.io", "endpointslicemirroring-controller.k8s.io")


class Stale(NamedTuple):
    """An address that the node it is said to be on does not have, and those it has."""

    slice_: ObjectRef
    address: str
    node: str
    now: tuple[str, ...]


def is_by_hand(obj: KubeObject) -> bool:
    """Whether a slice is kept by no controller of Kubernetes, and names nodes."""
    if not isinstance(obj, EndpointSlice) or (obj.metadata.labels or {}).get(_MANAGED_BY) in _CONTROLLERS:
        return False
    return any(one.node_name for one in obj.endpoints or ())


def stale_in(view: RuleView, ref: ObjectRef, obj: EndpointSlice) -> Iterator[Stale]:
    """The addresses of a slice that their nodes do not have, nor a pod there. Raises ``CannotLook``."""
    for one in obj.endpoints or ():
        entry = view.get(ObjectRef.of(Node.GROUP_KIND, "", one.node_name)) if one.node_name and view.sees(Node.GROUP_KIND) else None
        node = entry.obj if entry is not None and isinstance(entry.obj, Node) else None
        held = [kept.address for kept in (node.status.addresses if node and node.status else None) or () if kept.type != "Hostname"]
        if one.node_name is None or not held:
            continue
        for address in one.addresses or ():
            if address not in held and not _is_of_pod(view, address):
                yield Stale(ref, address, one.node_name, tuple(held))


def stale_behind(view: RuleView, service: ObjectRef) -> Stale | None:
    """The first stale address of a Service all of whose addresses are, else None. Raises ``CannotLook``."""
    if not view.sees(EndpointSlice.GROUP_KIND):
        return None
    slices = view.select(EndpointSlice.GROUP_KIND, service.namespace, selector_of_labels({SERVICE_NAME: service.name}))
    typed = [(entry.ref, entry.obj) for entry in slices if isinstance(entry.obj, EndpointSlice)]
    stale = [one for ref, obj in typed if is_by_hand(obj) for one in stale_in(view, ref, obj)]
    count = sum(len(one.addresses or ()) for _, obj in typed for one in obj.endpoints or ())
    return stale[0] if stale and len(stale) == count else None


def _is_of_pod(view: RuleView, address: str) -> bool:
    pods = view.list(Pod.GROUP_KIND) if view.sees(Pod.GROUP_KIND) else ()
    return any(isinstance(pod.obj, Pod) and pod.obj.status and pod.obj.status.pod_ip == address for pod in pods)
