"""Nodes as places to run on: what each offers, what its pods ask for, and what a pod of some size or workload would meet there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from arcops.chat.asked import Asked
from arcops.chat.base import Condition, Reading
from arcops.findings.amounts import Amounts, read_amounts, requested, shown
from arcops.findings.lone import lone_view
from arcops.findings.placement import Block, blocks
from arcops.findings.pods import is_over
from arcops.findings.topology import HOSTNAME
from arcops.inventory.base import Entry
from arcops.inventory.podspecs import spec_of, template_of
from arcops.kube.objects.container import Container, ResourceRequirements
from arcops.kube.objects.meta import ObjectMeta
from arcops.kube.objects.node import Node
from arcops.kube.objects.pod import Pod, PodSpec

POOL_LABELS = (
    "msft.microsoft/nodepool-name",
    "kubernetes.azure.com/agentpool",
    "agentpool",
    "eks.amazonaws.com/nodegroup",
    "cloud.google.com/gke-nodepool",
    "node.kubernetes.io/pool",
    "karpenter.sh/nodepool",
)
"""Labels by which platforms name the pool of a node, those of Azure first."""
_SIZE = {"k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12, "ki": 1 << 10, "mi": 1 << 20, "gi": 1 << 30, "ti": 1 << 40}
_CPU = re.compile(r"\b(\d+(?:\.\d+)?)\s*(m|milli(?:core)?s?|millicpu)?\s*(?:v?cpus?|cores?)\b|\b(\d+)m\b(?! ?(?:b|i|in|em))")
_MEMORY = re.compile(r"\b(\d+(?:\.\d+)?)\s*([kmgt]i?)(?:b|bytes?)?\b(?:\s*(?:of )?(?:memory|ram|mem))?", re.IGNORECASE)


class NodeRoom(NamedTuple):
    """A node, what it offers and what its pods ask for, in thousandths by resource."""

    entry: Entry
    node: Node
    offered: Amounts
    used: Amounts

    def free(self, resource: str) -> int:
        """What no pod has asked for yet."""
        return max(0, self.offered.get(resource, 0) - self.used.get(resource, 0))

    def share(self, resource: str) -> float:
        """Asked for by offered, 0 where nothing is offered."""
        offered = self.offered.get(resource, 0)
        return self.used.get(resource, 0) / offered if offered else 0.0

    @property
    def fullness(self) -> float:
        """The largest share of CPU, memory and pods."""
        return max(self.share(resource) for resource in ("cpu", "memory", "pods"))

    def cell(self, resource: str) -> str:
        """``1500m of 4 (37%)``."""
        if resource not in self.offered:
            return "unknown"
        return f"{shown(resource, self.used.get(resource, 0))} of {shown(resource, self.offered[resource])} ({self.share(resource):.0%})"


def rooms(asked: Asked) -> list[NodeRoom]:
    """Every node by name."""
    found: list[NodeRoom] = []
    for entry in asked.inventory.list(Node.GROUP_KIND):
        node = entry.obj
        if isinstance(node, Node):
            offered = read_amounts(node.status.allocatable if node.status else None)
            found.append(NodeRoom(entry, node, offered, _used(asked, entry.ref.name)))
    return found


def _used(asked: Asked, node: str) -> Amounts:
    used: Amounts = {}
    for entry in asked.inventory.on_node(node):
        if isinstance(entry.obj, Pod) and entry.obj.spec and not is_over(entry.obj):
            for resource, amount in requested(entry.obj.spec).items():
                used[resource] = used.get(resource, 0) + amount
    return used


def pool_of(node: Node) -> str:
    """The pool a node is of, "" where no label says."""
    labels = node.metadata.labels or {}
    return next((labels[name] for name in POOL_LABELS if labels.get(name)), "")


def pool_label(nodes: Sequence[Node]) -> str:
    """The label that names the pools here, "" without one."""
    return next((name for name in POOL_LABELS if any((node.metadata.labels or {}).get(name) for node in nodes)), "")


class Guest(NamedTuple):
    """A pod to be placed, and what it is in words."""

    pod: Pod
    said: str


def guest_of(asked: Asked) -> Guest | None:
    """The pod a question wants room for: one more of a workload, or one of a size; None where it names neither."""
    for ref in asked.reading.objects:
        entry = asked.inventory.get(ref)
        if entry is None or ref.kind == "Node":
            continue
        at, template = spec_of(entry.obj), template_of(entry.obj)
        if at is None:
            continue
        meta = template.metadata if template else entry.obj.metadata
        spec = _unbound(at.spec)
        pod = Pod(ObjectMeta(name=f"one-more-{ref.name}", namespace=ref.namespace, labels=meta.labels), spec)
        return Guest(pod, f"one more pod of {ref} ({size_text(requested(spec))})")
    wanted = wanted_amounts(asked.reading)
    if not wanted:
        return None
    quantities = {resource: f"{amount}m" for resource, amount in wanted.items()}
    container = Container(name="app", resources=ResourceRequirements(requests=dict(quantities)))
    pod = Pod(ObjectMeta(name="guest", namespace=asked.reading.namespace or "default"), PodSpec(containers=(container,)))
    return Guest(pod, f"a pod that requests {size_text(wanted)}")


def _unbound(spec: PodSpec) -> PodSpec:
    """The spec of a pod that has no node yet."""
    return msgspec.structs.replace(spec, node_name=None)


def size_text(amounts: Amounts) -> str:
    """``500m CPU, 1Gi memory``; ``no requests``."""
    parts = [
        f"{shown(resource, amounts[resource])} {'CPU' if resource == 'cpu' else resource}"
        for resource in sorted(amounts)
        if resource != "pods" and amounts[resource]
    ]
    return ", ".join(parts) or "no requests"


def wanted_amounts(reading: Reading) -> Amounts:
    """The size of a pod in a question, in thousandths: ``2 CPU and 4Gi``."""
    found: Amounts = {}
    for condition in reading.conditions:
        amount = _amount_of(condition)
        if amount is not None:
            found[condition.field] = amount
    text = reading.question.lower()
    cpu = _CPU.search(text)
    if cpu and "cpu" not in found:
        found["cpu"] = int(cpu[3]) if cpu[3] else round(float(cpu[1]) * (1 if cpu[2] else 1000))
    for memory in _MEMORY.finditer(text):
        if "memory" not in found and (
            len(memory[2]) > 1 or memory[2] != "m" or "mb" in memory[0] or "mem" in memory[0] or "ram" in memory[0]
        ):
            found["memory"] = round(float(memory[1]) * _SIZE[memory[2].lower()] * 1000)
    gpus = re.search(r"\b(\d+|a|an|one)\s+(?:nvidia\s+)?gpus?\b", text)
    if gpus:
        found["nvidia.com/gpu"] = 1000 * (int(gpus[1]) if gpus[1].isdigit() else 1)
    return found


def _amount_of(condition: Condition) -> int | None:
    if condition.field not in ("cpu", "memory"):
        return None
    try:
        return round(float(condition.value) * 1000)
    except ValueError:
        return None


def places_for(guest: Guest, room: NodeRoom) -> int:
    """How many such pods a node has room for by requests alone; one where they keep apart by host."""
    wanted = requested(guest.pod.spec) if guest.pod.spec else {}
    counts = [room.free(resource) // amount for resource, amount in wanted.items() if amount and resource in room.offered]
    anti = guest.pod.spec.affinity.pod_anti_affinity if guest.pod.spec and guest.pod.spec.affinity else None
    keeps_apart = any(term.topology_key == HOSTNAME for term in (anti.required if anti else None) or ())
    return min(counts, default=1) if not keeps_apart else min(1, *counts)


def judged(asked: Asked, guest: Guest) -> dict[str, list[Block]]:
    """For each node what keeps the guest off it; empty for a node that would take it."""
    return blocks(guest.pod, lone_view(asked.inventory, asked.at_ms))
