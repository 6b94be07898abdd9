"""A node is cordoned: it takes no new pods.

Found: spec.unschedulable is set, for an hour; at once, and critical, when pods without a node would fit nowhere else.

Quiet: for the first hour of a cordon that keeps nobody waiting: it is somebody's work.

Do: `kubectl uncordon` when the work is done.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Evidence, Hit, Severity, rule
from arcops.findings.past import FieldChange
from arcops.findings.placement import Block, Obstacle, blocks
from arcops.findings.pods import is_unscheduled
from arcops.findings.text.counts import counted
from arcops.findings.view import RuleView
from arcops.inventory.base import Entry
from arcops.kube.conditions import condition_of
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.node import Node
from arcops.kube.objects.pod import Pod
from arcops.kube.times import time_ms

_MOST = 20
_LISTED = 3
_TAINT = "node.kubernetes.io/unschedulable"


def _is_cordoned(obj: KubeObject) -> bool:
    return isinstance(obj, Node) and obj.spec is not None and bool(obj.spec.unschedulable)


@rule(Node, severity=Severity.INFO, for_minutes=60, gate=_is_cordoned)
def check(node: Node, view: RuleView) -> Iterator[Hit]:
    """One hit."""
    waiting = [entry for entry in view.list(Pod.GROUP_KIND) if is_unscheduled(entry.obj) and _is_refused(entry.obj)][:_MOST]
    kept = [entry for entry in waiting if isinstance(entry.obj, Pod) and _is_only_place(entry.obj, view)]
    changes = [one for one in view.changes(view.subject) if one.path == "spec.unschedulable"]
    names = ", ".join(f"{entry.ref.namespace}/{entry.ref.name}" for entry in kept[:_LISTED])
    more = f" and {len(kept) - _LISTED} more" if len(kept) > _LISTED else ""
    told = f"; {counted(len(kept), 'pod')} {'waits' if len(kept) == 1 else 'wait'} that could only run there: {names}{more}" if kept else ""
    yield Hit(
        title=f"{view.subject} is cordoned and takes no new pods{told}",
        severity=Severity.CRITICAL if kept else None,
        for_minutes=2 if kept else None,
        evidence=tuple(_evidence(view, changes, kept)),
        next=(advice.look(view.subject), f"kubectl uncordon {view.subject.name}  # when the work on it is done"),
        since_ms=changes[-1].at_ms if changes else _since(node),
    )


def _is_refused(obj: KubeObject) -> bool:
    told = condition_of(obj.status.conditions, "PodScheduled") if isinstance(obj, Pod) and obj.status else None
    return told is not None and told.reason == "Unschedulable"


def _is_only_place(pod: Pod, view: RuleView) -> bool:
    """Whether nothing but the cordon keeps the pod off this node, and every other node is barred to it."""
    found = blocks(pod, view)
    own = found.pop(view.subject.name, [])
    return bool(own) and all(_is_cordon(block) for block in own) and all(found.values())


def _is_cordon(block: Block) -> bool:
    return block.obstacle is Obstacle.CORDONED or block.detail.startswith(_TAINT)


def _since(node: Node) -> int | None:
    taints = (node.spec.taints if node.spec else None) or ()
    return next((time_ms(taint.time_added) for taint in taints if taint.key == _TAINT), None)


def _evidence(view: RuleView, changes: list[FieldChange], kept: list[Entry]) -> Iterator[Evidence]:
    yield evidence.field(view.subject, "spec.unschedulable", "true")
    for change in changes[-1:]:
        yield evidence.change(change)
    for entry in kept[:_LISTED]:
        yield evidence.field(entry.ref, "spec.nodeName", "", f"{entry.ref} has no node")
