"""The agents that every node runs for its pods: the network plug-in and the storage drivers. Where one is down, its node suffers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from arcops.findings.placement import Obstacle, blocks
from arcops.findings.pods import has_owner, is_ready
from arcops.findings.speaker import speaker_of
from arcops.findings.view import RuleView
from arcops.inventory.base import Entry
from arcops.inventory.podspecs import template_of
from arcops.kube.objects.meta import ObjectMeta
from arcops.kube.objects.pod import Pod
from arcops.kube.objects.workloads import DaemonSet
from arcops.kube.refs import ObjectRef

_NETWORK = re.compile(r"\b(?:cilium|calico|flannel|weave|multus|antrea|canal|azure-c?n[ips]s?|aws-node|kube-router|kube-ovn|ovnkube)\b")
"""Names of network plug-ins as their pods bear them: ``kube-flannel-ds-x``, ``calico-node-x``, ``azure-cns-x``."""
_OF_NODES = (Obstacle.SELECTOR, Obstacle.AFFINITY, Obstacle.TAINT)
"""What keeps a DaemonSet's pod off a node for good."""
_REGISTRATION = re.compile(r"/plugins_registry\b|/plugins/")


def network_plugin_down(view: RuleView, node: str) -> ObjectRef | None:
    """The workload of the node's network plug-in, if its pod there is not ready."""
    return next((_speaker(entry, view) for entry in _down(view, node) if _NETWORK.search(entry.ref.name)), None)


def storage_driver_down(view: RuleView, node: str, driver: str) -> ObjectRef | None:
    """The workload of a CSI driver's node plug-in, if its pod there is not ready.

    The pod that names the driver in a path, argument or variable is it; else the only one that registers a driver at all.
    """
    found = [entry for entry in _down(view, node) if isinstance(entry.obj, Pod) and _registers(entry.obj)]
    named = [entry for entry in found if isinstance(entry.obj, Pod) and driver in words_of(entry.obj)]
    chosen = named or (found if len(found) == 1 else [])
    return _speaker(chosen[0], view) if chosen else None


class AbsentDriver(NamedTuple):
    """The DaemonSet that would bring a driver to a node and has no pod there; ``why`` tells what keeps it off, "" if nothing is seen."""

    maker: ObjectRef
    why: str


def storage_driver_absent(view: RuleView, node: str, driver: str) -> AbsentDriver | None:
    """The DaemonSet whose pods register the driver, where none of them is on the node."""
    kind = DaemonSet.GROUP_KIND
    for entry in view.list(kind) if view.sees(kind) else ():
        template = template_of(entry.obj)
        pod = Pod(metadata=ObjectMeta(name=entry.ref.name, namespace=entry.ref.namespace), spec=template.spec) if template else None
        if pod is None or not _registers(pod) or driver not in words_of(pod):
            continue
        if not any(_speaker(one, view) == entry.ref for one in view.on_node(node)):
            return AbsentDriver(entry.ref, "; ".join(one.said for one in blocks(pod, view).get(node, ()) if one.obstacle in _OF_NODES))
    return None


def _down(view: RuleView, node: str) -> Iterator[Entry]:
    """The agents of a node that are not ready."""
    for entry in view.on_node(node):
        if isinstance(entry.obj, Pod) and has_owner(entry.obj, "DaemonSet") and not is_ready(entry.obj):
            yield entry


def _registers(pod: Pod) -> bool:
    """Whether it puts a driver's socket where the kubelet looks for it, or has the usual registrar beside it."""
    containers = (pod.spec.containers if pod.spec else None) or ()
    return any("registrar" in f"{one.name} {one.image}" for one in containers) or bool(_REGISTRATION.search(_paths(pod)))


def _paths(pod: Pod) -> str:
    return " ".join(one.host_path.path or "" for one in (pod.spec.volumes if pod.spec else None) or () if one.host_path)


def words_of(pod: Pod) -> str:
    """Paths, arguments and plain variables of a pod, in which a driver's name may stand."""
    said = [_paths(pod)]
    for one in (pod.spec.containers if pod.spec else None) or ():
        said += [*(one.command or ()), *(one.args or ()), *(var.value or "" for var in one.env or ())]
    return " ".join(said)


def _speaker(entry: Entry, view: RuleView) -> ObjectRef:
    return speaker_of(entry.ref, entry.obj, view)
