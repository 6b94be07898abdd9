"""Where a pod may run: node selection, affinity, spread, tolerations."""

from __future__ import annotations

import msgspec

from arcops.kube.objects.selector import LabelSelector, LabelSelectorRequirement


class NodeSelectorTerm(msgspec.Struct, gc=False, rename="camel"):
    """Expressions over labels and fields of one node, all of which must hold."""

    match_expressions: tuple[LabelSelectorRequirement, ...] | None = None
    match_fields: tuple[LabelSelectorRequirement, ...] | None = None


class NodeSelector(msgspec.Struct, gc=False, rename="camel"):
    """Terms of which one must hold."""

    node_selector_terms: tuple[NodeSelectorTerm, ...] | None = None


class NodeAffinity(msgspec.Struct, gc=False, rename="camel"):
    """Nodes a pod must run on (preferences bind nobody and are left out)."""

    required: NodeSelector | None = msgspec.field(default=None, name="requiredDuringSchedulingIgnoredDuringExecution")


class PodAffinityTerm(msgspec.Struct, gc=False, rename="camel"):
    """Pods to be near to, or away from, per value of a node label."""

    label_selector: LabelSelector | None = None
    topology_key: str = ""
    namespaces: tuple[str, ...] | None = None
    namespace_selector: LabelSelector | None = None


class PodAffinity(msgspec.Struct, gc=False, rename="camel"):
    """Required affinity or anti-affinity to other pods."""

    required: tuple[PodAffinityTerm, ...] | None = msgspec.field(default=None, name="requiredDuringSchedulingIgnoredDuringExecution")


class Affinity(msgspec.Struct, gc=False, rename="camel"):
    """All required affinities of a pod."""

    node_affinity: NodeAffinity | None = None
    pod_affinity: PodAffinity | None = None
    pod_anti_affinity: PodAffinity | None = None


class Toleration(msgspec.Struct, gc=False, rename="camel"):
    """A taint the pod puts up with; an empty key with ``Exists`` means every taint."""

    key: str | None = None
    operator: str | None = None
    value: str | None = None
    effect: str | None = None
    toleration_seconds: int | None = None


class TopologySpreadConstraint(msgspec.Struct, gc=False, rename="camel"):
    """How unevenly pods may lie over the values of a node label."""

    max_skew: int = 1
    topology_key: str = ""
    when_unsatisfiable: str = ""
    label_selector: LabelSelector | None = None
    min_domains: int | None = None
