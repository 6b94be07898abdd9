"""Counts of a moment: for the context buffer's snapshots, the health page and the command line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import msgspec

from arcops.inventory.index import POD, Inventory
from arcops.kube.conditions import is_true
from arcops.kube.objects.node import Node
from arcops.kube.objects.pod import Pod
from arcops.kube.podstate import pod_state
from arcops.kube.times import time_ms

HOUR_MS = 3_600_000


class InventoryStats(msgspec.Struct, frozen=True, gc=False):
    """How much there is and how it is doing. ``restarts`` adds up all containers' as kubectl counts them."""

    objects: int
    by_kind: dict[str, int]
    pods_by_namespace: dict[str, int]
    pods_by_phase: dict[str, int]
    pods_not_ready: int
    restarts: int
    nodes: int
    nodes_ready: int
    warnings_last_hour: int

    @property
    def counts(self) -> Mapping[str, int]:
        """The plain numbers, as a snapshot keeps them: ``objects``, ``pods``, ``pods.Running``, ``kind.Deployment.apps`` and so on."""
        return {
            "objects": self.objects,
            "pods": sum(self.pods_by_phase.values()),
            **{f"pods.{phase}": count for phase, count in self.pods_by_phase.items()},
            "pods_not_ready": self.pods_not_ready,
            "restarts": self.restarts,
            "nodes": self.nodes,
            "nodes_ready": self.nodes_ready,
            "warnings_last_hour": self.warnings_last_hour,
            **{f"kind.{kind}": count for kind, count in self.by_kind.items()},
        }


def stats_of(inventory: Inventory, now_ms: int) -> InventoryStats:
    """The counts now. A pod that has finished (Succeeded) is not "not ready"."""
    phases: Counter[str] = Counter()
    namespaces: Counter[str] = Counter()
    not_ready = restarts = 0
    for entry in inventory.list(POD):
        pod = entry.obj
        if type(pod) is not Pod:
            continue
        phase = (pod.status.phase if pod.status else None) or "Unknown"
        state = pod_state(pod)
        phases[phase] += 1
        namespaces[entry.ref.namespace] += 1
        restarts += state.restarts
        not_ready += phase != "Succeeded" and state.ready < state.total
    nodes = [entry.obj for entry in inventory.list(Node.GROUP_KIND) if type(entry.obj) is Node]
    return InventoryStats(
        objects=len(inventory),
        by_kind={str(kind): count for kind in inventory.kinds() if (count := inventory.count(kind))},
        pods_by_namespace=dict(sorted(namespaces.items())),
        pods_by_phase=dict(sorted(phases.items())),
        pods_not_ready=not_ready,
        restarts=restarts,
        nodes=len(nodes),
        nodes_ready=sum(is_true(node.status.conditions, "Ready") for node in nodes if node.status),
        warnings_last_hour=_warnings(inventory, now_ms),
    )


def _warnings(inventory: Inventory, now_ms: int) -> int:
    since_ms = now_ms - HOUR_MS
    return sum(event.type == "Warning" and (time_ms(event.last_seen) or 0) >= since_ms for event in inventory.events())
