"""What surrounds a pod that looks for a node: how its like are spread over zones, and where its volumes are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from arcops.findings.pods import is_over
from arcops.findings.view import RuleView
from arcops.inventory.base import Entry
from arcops.kube.objects.node import Node
from arcops.kube.objects.placement import NodeSelector, PodAffinityTerm, TopologySpreadConstraint
from arcops.kube.objects.pod import Pod, PodSpec
from arcops.kube.objects.storage import PersistentVolume, PersistentVolumeClaim
from arcops.kube.refs import ObjectRef
from arcops.kube.selectors import selector_of

HOSTNAME = "kubernetes.io/hostname"


class Surroundings(NamedTuple):
    """What is looked up once for all nodes.

    ``volumes``: the claims of the pod whose volumes can be reached from some nodes only. ``spread``: for each constraint the number
    of such pods by domain, None for one that only prefers. ``apart``: topology key, term in words, domains taken.
    """

    volumes: tuple[tuple[str, NodeSelector], ...]
    spread: tuple[Mapping[str, int] | None, ...]
    apart: tuple[tuple[str, str, frozenset[str]], ...]


def surroundings(pod: Pod, spec: PodSpec, view: RuleView) -> Surroundings:
    """Looked up once for all nodes."""
    anti = spec.affinity.pod_anti_affinity if spec.affinity else None
    zoned = [term for term in (anti.required if anti else None) or () if term.topology_key != HOSTNAME]
    return Surroundings(
        tuple(_volumes(pod, spec, view)),
        tuple(_counts(one, spec, pod, view) for one in spec.topology_spread_constraints or ()),
        tuple((term.topology_key, term_text(term), _taken(term, pod, view)) for term in zoned),
    )


def is_meant(term: PodAffinityTerm, pod: Pod, entry: Entry) -> bool:
    """Whether a pod is one that an affinity term speaks of."""
    namespaces = term.namespaces or (() if term.namespace_selector is not None else (pod.metadata.namespace,))
    if namespaces and entry.ref.namespace not in namespaces:
        return False
    return selector_of(term.label_selector).matches(entry.obj.metadata.labels)


def term_text(term: PodAffinityTerm) -> str:
    """A term in words."""
    return f"{selector_of(term.label_selector)} per {term.topology_key}"


def _volumes(pod: Pod, spec: PodSpec, view: RuleView) -> Iterator[tuple[str, NodeSelector]]:
    if not (view.sees(PersistentVolumeClaim.GROUP_KIND) and view.sees(PersistentVolume.GROUP_KIND)):
        return
    for volume in spec.volumes or ():
        name = volume.persistent_volume_claim.claim_name if volume.persistent_volume_claim else ""
        entry = view.get(ObjectRef.of(PersistentVolumeClaim.GROUP_KIND, pod.metadata.namespace, name)) if name else None
        claim = entry.obj if entry is not None and isinstance(entry.obj, PersistentVolumeClaim) else None
        if claim is None or claim.spec is None or not claim.spec.volume_name:
            continue
        found = view.get(ObjectRef.of(PersistentVolume.GROUP_KIND, "", claim.spec.volume_name))
        held = found.obj.spec if found is not None and isinstance(found.obj, PersistentVolume) else None
        if held is not None and held.node_affinity is not None and held.node_affinity.required is not None:
            yield name, held.node_affinity.required


def _counts(one: TopologySpreadConstraint, spec: PodSpec, pod: Pod, view: RuleView) -> Mapping[str, int] | None:
    """Pods like it by domain; domains are those of nodes that its node selector lets it onto."""
    if one.when_unsatisfiable == "ScheduleAnyway":
        return None
    counts: dict[str, int] = {}
    domains: dict[str, str] = {}
    for entry in view.list(Node.GROUP_KIND):
        labels = entry.obj.metadata.labels or {}
        if one.topology_key in labels and all(labels.get(key) == value for key, value in (spec.node_selector or {}).items()):
            domains[entry.ref.name] = labels[one.topology_key]
            counts.setdefault(labels[one.topology_key], 0)
    for found in view.select(Pod.GROUP_KIND, pod.metadata.namespace, selector_of(one.label_selector)):
        domain = domains.get(_node(found))
        if domain is not None and found.obj is not pod:
            counts[domain] += 1
    if one.min_domains and len(counts) < one.min_domains:
        counts[""] = 0
    return counts


def _taken(term: PodAffinityTerm, pod: Pod, view: RuleView) -> frozenset[str]:
    """The domains that have a pod which the term keeps away from."""
    domains = {entry.ref.name: (entry.obj.metadata.labels or {}).get(term.topology_key, "") for entry in view.list(Node.GROUP_KIND)}
    pods = view.select(Pod.GROUP_KIND, None, selector_of(term.label_selector))
    return frozenset(domains.get(_node(one), "") for one in pods if one.obj is not pod and is_meant(term, pod, one)) - {""}


def _node(entry: Entry) -> str:
    pod = entry.obj
    if not isinstance(pod, Pod) or is_over(pod):
        return ""
    return (pod.spec.node_name if pod.spec else None) or ""
