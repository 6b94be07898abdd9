"""Recomputes where a pod could run, as the scheduler's filters do, to say for each node what keeps the pod off it.

Sources: kubernetes.io "Scheduling, Preemption and Eviction"; pkg/scheduler/framework/plugins. Only required terms count;
preferences keep no pod off a node.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from arcops.base.errors import BadSelector
from arcops.findings.amounts import Amounts, read_amounts, requests_of, shown, used_on
from arcops.findings.pods import is_over
from arcops.findings.topology import HOSTNAME, Surroundings, is_meant, surroundings, term_text
from arcops.findings.view import RuleView
from arcops.inventory.base import Entry
from arcops.kube.conditions import is_true
from arcops.kube.objects.node import Node, Taint
from arcops.kube.objects.placement import NodeSelector, NodeSelectorTerm, Toleration
from arcops.kube.objects.pod import Pod, PodSpec
from arcops.kube.selectors import Requirement, requirement_of

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
    SPREAD = "topology spread"
    VOLUME = "volume"


class Block(NamedTuple):
    """One obstacle on one node; ``detail`` is the label, taint or resource, ``said`` the fact in words."""

    node: str
    obstacle: Obstacle
    detail: str
    said: str


def blocks(pod: Pod, view: RuleView) -> dict[str, list[Block]]:
    """For each node what keeps the pod off it; an empty list is a node that would take it, by this reckoning."""
    spec = pod.spec or PodSpec()
    wanted = requests_of(spec)
    around = surroundings(pod, spec, view)
    return {
        entry.ref.name: [*_blocks(pod, spec, wanted, entry, view), *_by_surroundings(spec, around, entry)]
        for entry in view.list(Node.GROUP_KIND)
    }


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
        yield Block(name, Obstacle.AFFINITY, terms_text(required), _labels_text(required, labels))


def _labels_text(selector: NodeSelector, labels: Mapping[str, str]) -> str:
    """What a node has of the labels asked for."""
    keys = sorted({one.key for one in requirements(selector)} - {"metadata.name"})
    return ", ".join(f"has {key}={labels[key]}" if key in labels else f"has no label {key}" for key in keys) or "is another node"


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
    offered = read_amounts(node.status.allocatable if node.status else None)
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
        near = [entry for entry in others if is_meant(term, pod, entry)]
        if near and term.topology_key == HOSTNAME:
            yield Block(name, Obstacle.ANTI_AFFINITY, term_text(term), f"has {near[0].ref} already")
    affinity = spec.affinity.pod_affinity if spec.affinity else None
    for term in (affinity.required if affinity else None) or ():
        if term.topology_key == HOSTNAME and not any(is_meant(term, pod, entry) for entry in others):
            yield Block(name, Obstacle.POD_AFFINITY, term_text(term), "has no such pod")


def _by_surroundings(spec: PodSpec, around: Surroundings, entry: Entry) -> Iterator[Block]:
    labels = entry.obj.metadata.labels or {}
    yield from _by_volumes(around, entry.ref.name, labels)
    yield from _by_domains(spec, around, entry.ref.name, labels)


def _by_volumes(around: Surroundings, name: str, labels: Mapping[str, str]) -> Iterator[Block]:
    for claim, selector in around.volumes:
        if not meets_terms(selector, name, labels):
            yield Block(name, Obstacle.VOLUME, claim, f"cannot reach the volume of claim {claim}, which is at {terms_text(selector)}")


def _by_domains(spec: PodSpec, around: Surroundings, name: str, labels: Mapping[str, str]) -> Iterator[Block]:
    """Rules about zones and the like: spread, and affinity over other labels than the host's name."""
    for place, one in enumerate(spec.topology_spread_constraints or ()):
        counts = around.spread[place] if place < len(around.spread) else None
        if counts is None:
            continue
        domain = labels.get(one.topology_key)
        if domain is None:
            yield Block(name, Obstacle.SPREAD, one.topology_key, f"has no label {one.topology_key}")
        elif counts.get(domain, 0) + 1 - min(counts.values(), default=0) > one.max_skew:
            yield Block(
                name, Obstacle.SPREAD, one.topology_key, f"is in {one.topology_key}={domain}, which has {counts.get(domain, 0)} already"
            )
    for key, term, taken in around.apart:
        if labels.get(key) in taken:
            yield Block(name, Obstacle.ANTI_AFFINITY, term, f"is in {key}={labels.get(key)}, which has such a pod already")


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
