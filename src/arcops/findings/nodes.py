"""Nodes as others see them: whether the node of a pod is there and ready."""

from __future__ import annotations

from arcops.findings.view import RuleView
from arcops.kube.conditions import condition_of
from arcops.kube.objects.condition import NodeCondition
from arcops.kube.objects.node import Node
from arcops.kube.refs import ObjectRef


def node_ref(name: str) -> ObjectRef:
    """The ref of a node."""
    return ObjectRef.of(Node.GROUP_KIND, "", name)


def every_node(view: RuleView) -> tuple[ObjectRef, ...]:
    """The nodes there are, for facts about all of them: it stays the same while nodes only change. Raises ``CannotLook``."""
    return view.fact(_every_node)


def _every_node(view: RuleView) -> tuple[ObjectRef, ...]:
    return tuple(entry.ref for entry in view.list(Node.GROUP_KIND))


def node_of(view: RuleView, name: str | None) -> Node | None:
    """A node by name; None where it is absent, unnamed or nodes cannot be seen."""
    entry = view.get(node_ref(name)) if name and view.sees(Node.GROUP_KIND) else None
    return entry.obj if entry is not None and isinstance(entry.obj, Node) else None


def not_ready(node: Node | None) -> NodeCondition | None:
    """The Ready condition of a node that is not ready; None for one that is, or does not say."""
    found = condition_of(node.status.conditions, "Ready") if node is not None and node.status else None
    return found if found is not None and found.status != "True" else None


def is_lost(view: RuleView, name: str | None) -> bool:
    """Whether a pod's node is gone from a cluster that has others."""
    if not name or not view.sees(Node.GROUP_KIND) or view.get(node_ref(name)) is not None:
        return False
    return bool(view.list(Node.GROUP_KIND))
