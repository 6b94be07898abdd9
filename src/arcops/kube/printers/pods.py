"""Columns of pods and nodes."""

from __future__ import annotations

from arcops.kube.conditions import condition_of, is_true
from arcops.kube.objects.node import Node, NodeSystemInfo
from arcops.kube.objects.pod import Pod
from arcops.kube.podstate import pod_state
from arcops.kube.printers.base import NONE, UNKNOWN, Column, age, columns_of, joined, plain

_ROLE = "node-role.kubernetes.io/"
_OLD_ROLE = "kubernetes.io/role"
_NO_INFO = NodeSystemInfo()


def _pod_ip(pod: Pod) -> str:
    first = pod.status.pod_ips[0].ip if pod.status and pod.status.pod_ips else ""
    return first or (pod.status.pod_ip if pod.status else None) or NONE


def _readiness_gates(pod: Pod) -> str:
    gates = pod.spec.readiness_gates if pod.spec else None
    if not gates:
        return NONE
    conditions = pod.status.conditions if pod.status else None
    return f"{sum(is_true(conditions, gate.condition_type) for gate in gates)}/{len(gates)}"


def _node_status(node: Node) -> str:
    ready = condition_of(node.status.conditions if node.status else None, "Ready")
    status = "Unknown" if ready is None else "Ready" if ready.status == "True" else "NotReady"
    return f"{status},SchedulingDisabled" if node.spec and node.spec.unschedulable else status


def roles_of(node: Node) -> list[str]:
    """A node's roles by its labels, sorted: ``["control-plane", "etcd"]``."""
    labels = node.metadata.labels or {}
    roles = {key.removeprefix(_ROLE) for key in labels if key.startswith(_ROLE)} | {labels.get(_OLD_ROLE, "")}
    return sorted(roles - {""})


def _address(node: Node, type_: str) -> str:
    addresses = node.status.addresses if node.status else None
    return next((a.address for a in addresses or () if a.type == type_), NONE)


def _info(node: Node) -> NodeSystemInfo:
    return (node.status.node_info if node.status else None) or _NO_INFO


def _kernel(node: Node) -> str:
    info = _info(node)
    return (info.kernel_version or UNKNOWN) + (f" ({info.architecture})" if info.architecture else "")


COLUMNS = dict((
    columns_of(
        Pod,
        plain("READY", lambda pod: pod_state(pod).ready_text),
        plain("STATUS", lambda pod: pod_state(pod).status),
        Column("RESTARTS", lambda pod, now_ms: pod_state(pod).restarts_text(now_ms)),
        age(),
        plain("IP", _pod_ip, wide=True),
        plain("NODE", lambda pod: (pod.spec.node_name if pod.spec else None) or NONE, wide=True),
        plain("NOMINATED NODE", lambda pod: (pod.status.nominated_node_name if pod.status else None) or NONE, wide=True),
        plain("READINESS GATES", _readiness_gates, wide=True),
    ),
    columns_of(
        Node,
        plain("STATUS", _node_status),
        plain("ROLES", lambda node: joined(roles_of(node))),
        age(),
        plain("VERSION", lambda node: _info(node).kubelet_version),
        plain("INTERNAL-IP", lambda node: _address(node, "InternalIP"), wide=True),
        plain("EXTERNAL-IP", lambda node: _address(node, "ExternalIP"), wide=True),
        plain("OS-IMAGE", lambda node: _info(node).os_image or UNKNOWN, wide=True),
        plain("KERNEL-VERSION", _kernel, wide=True),
        plain("CONTAINER-RUNTIME", lambda node: _info(node).container_runtime_version or UNKNOWN, wide=True),
    ),
))  # fmt: skip
