"""A DaemonSet does not run on all nodes it should run on.

Found: fewer pods are available than nodes want one, or fewer are updated than there are, for 15 minutes. The nodes are named;
where a node itself is not ready, it is to blame.

Quiet: while the controller has not seen the newest generation, and while pods are started.

Do: look at the pods that are named, or at their nodes.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.replicas import is_seen, living_pods, names, replicas_of, unready, unready_since_ms
from arcops.findings.view import RuleView
from arcops.kube.conditions import condition_of
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.node import Node
from arcops.kube.objects.pod import Pod
from arcops.kube.objects.workloads import DaemonSet
from arcops.kube.refs import ObjectRef

Pods = list[tuple[ObjectRef, Pod]]


def _is_incomplete(obj: KubeObject) -> bool:
    counts = replicas_of(obj) if isinstance(obj, DaemonSet) else None
    return counts is not None and (counts.available < counts.wanted or counts.made < counts.wanted)


@rule(DaemonSet, severity=Severity.WARNING, for_minutes=15, gate=_is_incomplete, is_symptom=True, mixin="DaemonSetRolloutStuck")
def check(workload: DaemonSet, view: RuleView) -> Iterator[Hit]:
    """One hit for each node that is down, one for all that is otherwise missing."""
    counts = replicas_of(workload)
    if counts is None or not is_seen(workload) or workload.metadata.deletion_timestamp:
        return
    bad = unready(living_pods(view, view.uid)) if view.sees(Pod.GROUP_KIND) else []
    down: dict[str, Pods] = {}
    rest: Pods = []
    for ref, pod in bad:
        node = (pod.spec.node_name if pod.spec else None) or ""
        if node and _is_down(view, node):
            down.setdefault(node, []).append((ref, pod))
        else:
            rest.append((ref, pod))
    said = f"{view.subject} runs on {counts.available} of {counts.wanted} nodes"
    for node, pods in down.items():
        yield _hit(view, f"{said}: not on {node}, which is not ready", pods, ObjectRef.of(Node.GROUP_KIND, "", node))
    if rest or counts.wanted - counts.available > len(bad):
        where = names([ref for ref, _ in rest])
        what = f"not ready: {where} on {_nodes(rest)}" if rest else f"{counts.wanted - counts.made} pods were not created"
        yield _hit(view, f"{said}; {what}", rest, None)


def _hit(view: RuleView, title: str, pods: Pods, node: ObjectRef | None) -> Hit:
    proof = [evidence.field(view.subject, "status.numberAvailable", "", title)]
    for ref, pod in pods[:5]:
        found = condition_of(pod.status.conditions if pod.status else None, "Ready")
        proof.append(evidence.condition(ref, found) if found else evidence.field(ref, "status.conditions[Ready]", ""))
    return Hit(
        title=title, cause=node, link="runs on" if node else "", evidence=tuple(proof),
        next=(advice.look(node or (pods[0][0] if pods else view.subject)), advice.kubectl(view.subject, "get", "-o wide")),
        since_ms=unready_since_ms(pods),
    )  # fmt: skip


def _is_down(view: RuleView, name: str) -> bool:
    entry = view.get(ObjectRef.of(Node.GROUP_KIND, "", name)) if view.sees(Node.GROUP_KIND) else None
    status = entry.obj.status if entry and isinstance(entry.obj, Node) else None
    ready = condition_of(status.conditions, "Ready") if status else None
    return ready is not None and ready.status != "True"


def _nodes(pods: Pods) -> str:
    found = sorted({(pod.spec.node_name if pod.spec else None) or "no node yet" for _, pod in pods})
    return ", ".join(found[:4]) + (f" and {len(found) - 4} more" if len(found) > 4 else "")  # noqa: PLR2004
