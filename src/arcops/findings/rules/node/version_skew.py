"""A kubelet's version does not go with the control plane's.

Found: a kubelet is newer than those of the control plane's nodes, or more than 3 minor versions older than the newest kubelet there is,
for 15 minutes. The server's own version is not an object; its nodes' kubelets stand for it.

Quiet: for patch versions, and for up to 3 minor versions behind, as in an upgrade.

Do: upgrade the control plane first, then the nodes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from arcops.findings import evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.nodes import every_node
from arcops.findings.view import RuleView
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.node import Node

_VERSION = re.compile(r"v?(\d+)\.(\d+)")
_CONTROL = ("node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master")
_MOST_BEHIND = 3
Version = tuple[int, int]


@rule(Node, severity=Severity.WARNING, for_minutes=15, mixin="VersionMismatch")
def check(node: Node, view: RuleView) -> Iterator[Hit]:
    """One hit."""
    own = _version(node)
    if own is None:
        return
    server, newest = view.fact(_newest)
    if server is not None and own > server:
        told = f"newer than the control plane's {server[0]}.{server[1]}"
    elif own[0] == newest[0] and newest[1] - own[1] > _MOST_BEHIND:
        told = f"{newest[1] - own[1]} minor versions older than {newest[0]}.{newest[1]}, the newest in the cluster"
    else:
        return
    text = node.status.node_info.kubelet_version if node.status and node.status.node_info else ""
    yield Hit(
        title=f"The kubelet of {view.subject} is {text}, {told}",
        evidence=(evidence.field(view.subject, "status.nodeInfo.kubeletVersion", text),),
        next=("kubectl get nodes", "Upgrade the control plane first, then its nodes."),
    )


def _newest(view: RuleView) -> tuple[Version | None, Version]:
    """The newest version of the control plane's nodes, if there are any, and of all nodes."""
    nodes = [found for ref in every_node(view) if (found := view.fact(_own, ref)) is not None]
    return max((version for version, is_server in nodes if is_server), default=None), max((version for version, _ in nodes), default=(0, 0))


def _own(view: RuleView) -> tuple[Version, bool] | None:
    """A node's version, and whether it is of the control plane."""
    entry = view.get(view.subject)
    version = _version(entry.obj) if entry is not None else None
    if entry is None or version is None:
        return None
    return version, any(role in (entry.obj.metadata.labels or {}) for role in _CONTROL)


def _version(obj: KubeObject) -> Version | None:
    info = obj.status.node_info if isinstance(obj, Node) and obj.status else None
    found = _VERSION.match(info.kubelet_version) if info else None
    return (int(found[1]), int(found[2])) if found else None
