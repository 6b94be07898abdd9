"""What phrases about pods, nodes, Services, budgets and quotas test on an object."""

from __future__ import annotations

import re

from arcops.chat.selecting.amounts import containers_of
from arcops.chat.selecting.check import Check
from arcops.chat.selecting.conditions import Grounds
from arcops.chat.selecting.marks import is_control_plane
from arcops.chat.selecting.quotas import quota_room
from arcops.chat.selecting.scope import pods_of
from arcops.chat.selecting.wellness import of_node, pressures_of
from arcops.findings.replicas import replicas_of
from arcops.inventory.base import Entry
from arcops.kube.objects.autoscaling import HorizontalPodAutoscaler
from arcops.kube.objects.cluster import Namespace
from arcops.kube.objects.node import Node
from arcops.kube.objects.pod import Pod
from arcops.kube.objects.policy import PodDisruptionBudget, ResourceQuota
from arcops.kube.objects.service import Service


def exits(_grounds: Grounds, match: re.Match[str]) -> Check:
    """Pods of which a container ended, now or before, with an exit code."""
    code = int(match["code"] or match["other"])

    def holds(entry: Entry) -> bool:
        status = entry.obj.status if isinstance(entry.obj, Pod) else None
        states = (*(status.init_container_statuses or ()), *(status.container_statuses or ())) if status else ()
        ended = (state.terminated for one in states for state in (one.state, one.last_state) if state is not None)
        return any(one is not None and one.exit_code == code for one in ended)

    return Check(f"{{have}} a container that ended with exit code {code}", holds)


def pressed(entry: Entry) -> bool:
    """A node that is short of memory, disk or processes."""
    return isinstance(entry.obj, Node) and bool(pressures_of(entry.obj))


def open_to_pods(entry: Entry) -> bool:
    """A node that reports, is not cordoned and bears no taint that turns away every pod without a toleration."""
    obj = entry.obj
    if not isinstance(obj, Node) or of_node(obj).word == "NotReady" or cordoned(entry):
        return False
    return not any(one.effect in ("NoSchedule", "NoExecute") for one in (obj.spec.taints if obj.spec else None) or ())


def port(_grounds: Grounds, match: re.Match[str]) -> Check:
    """Services that offer a port or lead to it; runners of which a container opens it."""
    port = match["port"]

    def holds(entry: Entry) -> bool:
        if isinstance(entry.obj, Service):
            ports = (entry.obj.spec.ports if entry.obj.spec else None) or ()
            return any(port in (str(one.port), str(one.target_port), str(one.node_port)) for one in ports)
        return any(str(one.container_port) == port for box in containers_of(entry) for one in box.ports or ())

    return Check(f"{{have}} port {port}", holds)


def allows_none(entry: Entry) -> bool:
    """A disruption budget that lets no pod go now."""
    status = entry.obj.status if isinstance(entry.obj, PodDisruptionBudget) else None
    return status is not None and not status.disruptions_allowed


def without_own_pods(grounds: Grounds, match: re.Match[str]) -> Check:
    """Workloads of which no pod is there; with ``running`` or ``ready`` said, those of which none is ready."""
    if re.search(r"\b(?:running|ready|healthy|working)\b", match[0]):
        return Check("{have} no ready pod", lambda entry: not (counts.ready if (counts := replicas_of(entry.obj)) else 0))
    return Check("{have} no pods", lambda entry: not pods_of(entry.ref, grounds.inventory))


def out_of_quota(grounds: Grounds, _match: re.Match[str]) -> Check:
    """Quotas that are used up, and namespaces with such a quota."""
    kind = ResourceQuota.GROUP_KIND

    def holds(entry: Entry) -> bool:
        found = grounds.inventory.list(kind, entry.ref.name) if isinstance(entry.obj, Namespace) else (entry,)
        return any(not left for one in found for _, left, _ in quota_room(one))

    return Check("{have} a quota that is used up", holds)


def cordoned(entry: Entry) -> bool:
    """A node that takes no new pods by somebody's word."""
    return isinstance(entry.obj, Node) and bool(entry.obj.spec and entry.obj.spec.unschedulable)


def of_control_plane(entry: Entry) -> bool:
    """A node that bears the role of the control plane."""
    return is_control_plane(entry.obj) if isinstance(entry.obj, Node) else False


def at_maximum(entry: Entry) -> bool:
    """An autoscaler that wants as many pods as it may have."""
    obj = entry.obj
    if not isinstance(obj, HorizontalPodAutoscaler) or obj.spec is None or obj.status is None:
        return False
    return (obj.status.desired_replicas or 0) >= (obj.spec.max_replicas or 0)
