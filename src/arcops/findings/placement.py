"""Recomputes where a pod could run, as the scheduler's filters do, to say for each node what keeps the pod off it.

Sources: kubernetes.io "Scheduling, Preemption and Eviction"; pkg/scheduler/framework/plugins. Only required terms count;
preferences keep no pod off a node.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from arcops.base.errors import BadInput, BadSelector
from arcops.findings.pods import is_over
from arcops.findings.view import RuleView
from arcops.inventory.base import Entry
from arcops.kube.conditions import is_true
from arcops.kube.objects.node import Node, Taint
from arcops.kube.objects.placement import NodeSelector, NodeSelectorTerm, PodAffinityTerm, Toleration
from arcops.kube.objects.pod import Pod, PodSpec
from arcops.kube.quantities import milli
from arcops.kube.selectors import Requirement, requirement_of, selector_of

HOSTNAME = "kubernetes.io/hostname"
_CORE = ("cpu", "memory", "ephemeral-storage", "pods")


class Obstacle(enum.StrEnum):
    """What keeps a pod off a node."""

    NOT_READY = "not ready"
    CORDONED = "cordoned"
    SELECTOR = "node selector"
    AFFINITY = "node affinity"
    TAINT = "taint"
    TOO_LARGE = "too large"
    NO_ROOM = "no room"
    NOT_OFFERED = "not offered"
    HOST_PORT = "host port"
    ANTI_AFFINITY = "anti-affinity"
    POD_AFFINITY = "pod affinity"


class Block(NamedTuple):
    """One obstacle on one node; ``detail`` is the label, taint or resource, ``said`` the fact in words."""

    node: str
    obstacle: Obstacle
    detail: str
    said: str


Amounts = dict[str, int]
"""Thousandths by resource."""


def blocks(pod: Pod, view: RuleView) -> dict[str, list[Block]]:
    """For each node what keeps the pod off it; an empty list is a node that would take it, by this reckoning."""
    spec = pod.spec or PodSpec()
    wanted = requests_of(spec)
    return {entry.ref.name: list(_blocks(pod, spec, wanted, entry, view)) for entry in view.list(Node.GROUP_KIND)}


def _blocks(pod: Pod, spec: PodSpec, wanted: Amounts, entry: Entry, view: RuleView) -> Iterator[Block]:
    node = entry.obj
    if not isinstance(node, Node):
        return
    name, labels = entry.ref.name, node.metadata.labels or {}
    yield from _by_selection(spec, name, labels)
    yield from _by_state(spec, name, node)
    yield from _by_amounts(wanted, name, node, view)
    yield from _by_pods(pod, spec, name, view)


def _by_selection(spec: PodSpec, name: str, labels: Mapping[str, str]) -> Iterator[Block]:
    for key, value in sorted((spec.node_selector or {}).items()):
        if labels.get(key) != value:
            has = f"has {key}={labels[key]}" if key in labels else f"has no label {key}"
            yield Block(name, Obstacle.SELECTOR, f"{key}={value}", has)
    required = spec.affinity.node_affinity.required if spec.affinity and spec.affinity.node_affinity else None
    if required is not None and not meets_terms(required, name, labels):
        yield Block(name, Obstacle.AFFINITY, terms_text(required), "does not have it")


def _by_state(spec: PodSpec, name: str, node: Node) -> Iterator[Block]:
    tolerations = spec.tolerations or ()
    if node.spec and node.spec.unschedulable and not _tolerates(tolerations, Taint("node.kubernetes.io/unschedulable", None, "NoSchedule")):
        yield Block(name, Obstacle.CORDONED, "", "is cordoned")
    if node.status and node.status.conditions and not is_true(node.status.conditions, "Ready"):
        yield Block(name, Obstacle.NOT_READY, "", "is not ready")
    for taint in (node.spec.taints if node.spec else None) or ():
        if taint.effect == "PreferNoSchedule" or _tolerates(tolerations, taint) or taint.key == "node.kubernetes.io/unschedulable":
            continue
        text = f"{taint.key}{f'={taint.value}' if taint.value else ''}:{taint.effect}"
        yield Block(name, Obstacle.TAINT, text, f"has taint {text}")


def _by_amounts(wanted: Amounts, name: str, node: Node, view: RuleView) -> Iterator[Block]:
    offered = _read((node.status.allocatable if node.status else None) or {})
    if not offered:
        return
    used = used_on(name, view)
    for resource, amount in sorted(wanted.items()):
        have = offered.get(resource, 0)
        if resource not in offered and resource not in _CORE:
            yield Block(name, Obstacle.NOT_OFFERED, resource, f"offers no {resource}")
        elif amount > have:
            yield Block(name, Obstacle.TOO_LARGE, resource, f"has {shown(resource, have)} {resource} in all")
        elif amount > have - used.get(resource, 0):
            free = max(0, have - used.get(resource, 0))
            yield Block(name, Obstacle.NO_ROOM, resource, f"has {shown(resource, free)} of {shown(resource, have)} {resource} free")


def _by_pods(pod: Pod, spec: PodSpec, name: str, view: RuleView) -> Iterator[Block]:
    others = [entry for entry in view.on_node(name) if isinstance(entry.obj, Pod) and not is_over(entry.obj) and entry.obj is not pod]
    ports = host_ports(spec)
    for entry in others if ports else ():
        taken = ports & host_ports(entry.obj.spec) if isinstance(entry.obj, Pod) else frozenset()
        if taken:
            port = min(taken)
            yield Block(name, Obstacle.HOST_PORT, f"{port[0]}", f"has port {port[0]} taken by {entry.ref}")
    anti = spec.affinity.pod_anti_affinity if spec.affinity else None
    for term in (anti.required if anti else None) or ():
        near = [entry for entry in others if _is_meant(term, pod, entry)]
        if near and term.topology_key == HOSTNAME:
            yield Block(name, Obstacle.ANTI_AFFINITY, _term_text(term), f"has {near[0].ref} already")
    affinity = spec.affinity.pod_affinity if spec.affinity else None
    for term in (affinity.required if affinity else None) or ():
        if term.topology_key == HOSTNAME and not any(_is_meant(term, pod, entry) for entry in others):
            yield Block(name, Obstacle.POD_AFFINITY, _term_text(term), "has no such pod")


def _is_meant(term: PodAffinityTerm, pod: Pod, entry: Entry) -> bool:
    namespaces = term.namespaces or (() if term.namespace_selector is not None else (pod.metadata.namespace,))
    if namespaces and entry.ref.namespace not in namespaces:
        return False
    return selector_of(term.label_selector).matches(entry.obj.metadata.labels)


def _term_text(term: PodAffinityTerm) -> str:
    return f"{selector_of(term.label_selector)} per {term.topology_key}"


# Amounts


def requests_of(spec: PodSpec) -> Amounts:
    """What a pod asks for: the sum of its containers, or the largest init container if that is more; one of ``pods``."""
    total: Amounts = {}
    sidecars: Amounts = {}
    largest: Amounts = {}
    for container in spec.init_containers or ():
        asked = _read((container.resources.requests if container.resources else None) or {})
        if container.restart_policy == "Always":
            _add(sidecars, asked)
            continue
        for resource, amount in asked.items():
            largest[resource] = max(largest.get(resource, 0), amount + sidecars.get(resource, 0))
    for container in spec.containers or ():
        _add(total, _read((container.resources.requests if container.resources else None) or {}))
    _add(total, sidecars)
    for resource, amount in largest.items():
        total[resource] = max(total.get(resource, 0), amount)
    _add(total, _read(spec.overhead or {}))
    return {**{resource: amount for resource, amount in total.items() if amount}, "pods": 1000}


def used_on(node: str, view: RuleView) -> Amounts:
    """What the pods of a node ask for together."""
    used: Amounts = {}
    for entry in view.on_node(node):
        if isinstance(entry.obj, Pod) and entry.obj.spec and not is_over(entry.obj):
            _add(used, requests_of(entry.obj.spec))
    return used


def shown(resource: str, amount: int) -> str:
    """Thousandths of a resource as people write them: ``500m``, ``2``, ``512Mi``."""
    if resource == "cpu":
        return f"{amount}m" if amount % 1000 else str(amount // 1000)
    size = amount // 1000
    if resource in ("memory", "ephemeral-storage") or resource.startswith("hugepages-"):
        for unit, factor in (("Gi", 1 << 30), ("Mi", 1 << 20), ("Ki", 1 << 10)):
            if size >= factor:
                return f"{size // factor}{unit}" if size % factor == 0 else f"{size / factor:.1f}{unit}"
    return str(size)


def _read(resources: Mapping[str, object]) -> Amounts:
    found: Amounts = {}
    for resource, quantity in resources.items():
        if isinstance(quantity, str | int | float):
            try:
                found[resource] = milli(quantity)
            except BadInput:
                continue
    return found


def _add(total: Amounts, more: Amounts) -> None:
    for resource, amount in more.items():
        total[resource] = total.get(resource, 0) + amount


# Labels, taints, ports


def meets_terms(selector: NodeSelector, name: str, labels: Mapping[str, str]) -> bool:
    """Whether a node fits one of the terms; a term without expressions fits none."""
    return any(_meets(term, name, labels) for term in selector.node_selector_terms or ())


def _meets(term: NodeSelectorTerm, name: str, labels: Mapping[str, str]) -> bool:
    if not term.match_expressions and not term.match_fields:
        return False
    try:
        by_labels = all(requirement_of(one).matches(labels) for one in term.match_expressions or ())
        return by_labels and all(requirement_of(one).matches({"metadata.name": name}) for one in term.match_fields or ())
    except BadSelector:
        return False


def requirements(selector: NodeSelector) -> list[Requirement]:
    """Every single demand of the terms that can be read."""
    found: list[Requirement] = []
    for term in selector.node_selector_terms or ():
        for one in (*(term.match_expressions or ()), *(term.match_fields or ())):
            try:
                found.append(requirement_of(one))
            except BadSelector:
                continue
    return found


def terms_text(selector: NodeSelector) -> str:
    """The terms as text: ``disktype in (ssd) or zone=a``."""
    found = []
    for term in selector.node_selector_terms or ():
        demands = requirements(NodeSelector((term,)))
        found.append(" and ".join(str(one) for one in demands))
    return " or ".join(text for text in found if text)


def _tolerates(tolerations: Iterable[Toleration], taint: Taint) -> bool:
    return any(_tolerates_one(one, taint) for one in tolerations)


def _tolerates_one(one: Toleration, taint: Taint) -> bool:
    if one.effect and one.effect != taint.effect:
        return False
    if one.key and one.key != taint.key:
        return False
    if one.operator == "Exists":
        return True
    return bool(one.key) and (one.value or "") == (taint.value or "")


def host_ports(spec: PodSpec | None) -> frozenset[tuple[int, str]]:
    """The ports a pod takes on its node, with their protocols."""
    containers = ((spec.containers or ()) + (spec.init_containers or ())) if spec else ()
    return frozenset((port.host_port, port.protocol) for one in containers for port in one.ports or () if port.host_port)
