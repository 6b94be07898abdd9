"""A node runs low on memory, disk space or process ids.

Found: MemoryPressure, DiskPressure or PIDPressure is True for 2 minutes. Pods that the kubelet evicted for it are counted and named, which
makes it critical, and so are the pods on the node that may use more than they asked for.

Quiet: for a node that is cordoned: somebody is working on it.

Do: find what fills the node; give pods limits; free the disk of images and logs. New pods are kept away until it is over.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.pods import is_over
from arcops.findings.view import RuleView
from arcops.inventory.base import Entry
from arcops.kube.conditions import is_true
from arcops.kube.objects.condition import NodeCondition
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.node import Node
from arcops.kube.objects.pod import Pod
from arcops.kube.times import time_ms

PRESSURES = {"MemoryPressure": "memory", "DiskPressure": "disk space", "PIDPressure": "process ids"}
_RECENT_MS = 60 * 60_000
_MOST = 5


def _is_pressed(obj: KubeObject) -> bool:
    conditions = obj.status.conditions if isinstance(obj, Node) and obj.status else None
    return any(is_true(conditions, pressure) for pressure in PRESSURES)


@rule(Node, severity=Severity.WARNING, for_minutes=2, gate=_is_pressed, mixin="NodePressure")
def check(node: Node, view: RuleView) -> Iterator[Hit]:
    """One hit for all pressures of the node."""
    found = [one for one in (node.status.conditions if node.status else None) or () if one.type in PRESSURES and one.status == "True"]
    if not found or (node.spec and node.spec.unschedulable):
        return
    pods = view.on_node(view.subject.name) if view.sees(Pod.GROUP_KIND) else ()
    evicted = [entry for entry in pods if _was_evicted(entry, view.now_ms)]
    greedy = _greedy(pods) if any(one.type == "MemoryPressure" for one in found) else []
    events = view.events("EvictionThresholdMet", "FreeDiskSpaceFailed", "ImageGCFailed", "SystemOOM")
    told = f"; it evicted {_listed(evicted)}" if evicted else ""
    yield Hit(
        title=f"{view.subject} is low on {', '.join(PRESSURES[one.type] for one in found)} ({', '.join(one.type for one in found)}): "
        f"{_said(found[0])}{told}",
        why=f"Without a memory limit there are {_listed(greedy)}" if greedy else "",
        severity=Severity.CRITICAL if evicted else None,
        evidence=(
            *(evidence.condition(view.subject, one) for one in found),
            *(evidence.event(event) for event in events[-3:]),
            *(evidence.field(entry.ref, "status.reason", "Evicted", _message(entry)) for entry in evicted[:_MOST]),
        ),
        next=(advice.look(view.subject), f"kubectl top pods -A --sort-by=memory  # on node {view.subject.name}"),
        since_ms=min((at for one in found if (at := time_ms(one.last_transition_time)) is not None), default=None),
    )


def _said(one: NodeCondition) -> str:
    return one.message or one.reason or one.type


def _was_evicted(entry: Entry, now_ms: int) -> bool:
    status = entry.obj.status if isinstance(entry.obj, Pod) else None
    if status is None or status.reason != "Evicted":
        return False
    times = [time_ms(one.last_transition_time) for one in status.conditions or ()]
    return max((at for at in times if at is not None), default=now_ms) > now_ms - _RECENT_MS


def _message(entry: Entry) -> str:
    said = entry.obj.status.message if isinstance(entry.obj, Pod) and entry.obj.status else ""
    return f"{entry.ref} was evicted: {(said or '').strip()}"


def _greedy(pods: Sequence[Entry]) -> list[Entry]:
    """Pods that may use as much memory as there is, standing alone or not, system namespaces left out."""
    return [entry for entry in pods if isinstance(entry.obj, Pod) and not is_over(entry.obj) and _is_unlimited(entry)]


def _is_unlimited(entry: Entry) -> bool:
    if entry.ref.namespace.startswith("kube-") or not isinstance(entry.obj, Pod) or entry.obj.spec is None:
        return False
    return any("memory" not in ((one.resources.limits if one.resources else None) or {}) for one in entry.obj.spec.containers or ())


def _listed(entries: Sequence[Entry]) -> str:
    more = f" and {len(entries) - _MOST} more" if len(entries) > _MOST else ""
    return f"{', '.join(f'{entry.ref.namespace}/{entry.ref.name}' for entry in entries[:_MOST])}{more}"
