"""Whether a restart or a drain goes without a gap, where a question asks if it is safe."""

from __future__ import annotations

import re
from collections.abc import Iterator

from arcops.chat.answers._remarks import budgets_of
from arcops.chat.answers._said import listed, many, named, told
from arcops.chat.asked import Asked
from arcops.chat.base import Block, FactType
from arcops.chat.commands.fill import Names
from arcops.chat.commands.tasks import Task
from arcops.findings.replicas import replicas_of
from arcops.inventory.base import Entry
from arcops.inventory.podspecs import spec_of
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.node import Node
from arcops.kube.objects.pod import Pod
from arcops.kube.objects.workloads import DaemonSet, Deployment, StatefulSet
from arcops.kube.owners import controller_of
from arcops.kube.refs import ObjectRef

_ASKS = re.compile(
    r"\b(?:safe|safely|risk\w*|danger\w*|harm\w*|downtime|outage|interrupt\w*|gap|disrupt\w*|(?:is|would) .*(?:ok|okay|fine))\b"
    r"|^(?:so |and |but |hey |ok )*(?:can|could|may) (?:i|we|one)\b"
)


def safety(asked: Asked, task: Task, names: Names) -> Iterator[Block]:
    """Whether some pod serves all the while, said before the command; nothing where that is not asked."""
    if not _ASKS.search(asked.reading.question.lower()):
        return
    if "drain {node}" in task.line:
        yield from _of_drain(asked, names)
        return
    if "rollout restart" not in task.line or names.workload is None:
        return
    entry = asked.inventory.get(names.workload)
    text = _of_restart(entry) if entry is not None else ""
    if text and entry is not None:
        yield told(asked, FactType.FIELD, text, ref=entry.ref, path="spec.replicas")


def _of_drain(asked: Asked, names: Names) -> Iterator[Block]:
    """What of the node's pods is held or lost by a drain."""
    ref = ObjectRef("", "Node", "", names.values["node"])
    pods = [entry for entry in asked.inventory.on_node(ref.name) if isinstance(entry.obj, Pod)]
    held = sorted({budget.ref for entry in pods for budget in budgets_of(asked, entry)})
    bare = [entry.ref for entry in pods if controller_of(entry.obj) is None]
    if held:
        text = f"Not now: {listed([str(one) for one in held], 3)} allows no eviction of pods on node {ref.name}."
    elif bare:
        text = f"Not without loss: {listed([str(one) for one in bare], 3)} on node {ref.name} has no controller and does not come back."
    elif len(asked.inventory.list(Node.GROUP_KIND)) == 1:
        text = f"Not without an outage: {ref.name} is the only node, so its pods have nowhere to go."
    else:
        text = f"No budget and no lone pod on node {ref.name} speaks against it; whether its pods fit elsewhere the scheduler decides."
    yield told(asked, FactType.FIELD, text, ref=ref)


def _of_restart(entry: Entry) -> str:
    counts, obj = replicas_of(entry.obj), entry.obj
    if counts is None:
        return ""
    if counts.wanted and counts.ready < counts.wanted:
        are = "is" if counts.ready == 1 else "are"
        return f"Not without risk: only {counts.ready} of {many(counts.wanted, 'replica')} of {entry.ref} {are} ready now."
    return _of_ready(entry, obj, counts.wanted)


def _of_ready(entry: Entry, obj: KubeObject, wanted: int) -> str:
    if isinstance(obj, DaemonSet):
        return f"Only node by node: the pod of {entry.ref} on a node ends before the new one starts there."
    if not wanted:
        return f"{entry.ref} is scaled to 0: there is nothing to restart."
    if isinstance(obj, StatefulSet) and wanted == 1:
        return f"Not without a gap: {entry.ref} has 1 replica, which ends before the new one starts."
    if isinstance(obj, StatefulSet):
        return f"Yes, one after the other: of the {wanted} ready replicas of {entry.ref} one at a time is away."
    return _of_deployment(entry, wanted)


def _of_deployment(entry: Entry, wanted: int) -> str:
    spec = entry.obj.spec if isinstance(entry.obj, Deployment) else None
    if spec is None:
        return ""
    if spec.strategy is not None and spec.strategy.type == "Recreate":
        return f"Not without a gap: {entry.ref} has the strategy Recreate, so all its pods end before new ones start."
    at = spec_of(entry.obj)
    bare = [one.name for one in (at.spec.containers or ()) if one.readiness_probe is None] if at else []
    boxes = f"container{'s' if len(bare) > 1 else ''} {listed(bare)} {'have' if len(bare) > 1 else 'has'}"
    mind = f"; {boxes} no readiness probe, so a new pod counts as ready at once" if bare else ""
    rolling = spec.strategy.rolling_update if spec.strategy else None
    if wanted == 1 and rolling is not None and str(rolling.max_unavailable or 0) not in ("0", "0%", "25%"):
        return f"Not without a gap: {entry.ref} has 1 replica and may be without it (maxUnavailable {rolling.max_unavailable})."
    if wanted == 1:
        return f"Yes, as a rolling update: the new pod of {named(entry.ref)} starts before its 1 pod ends{mind}."
    return f"Yes, as a rolling update: all {wanted} replicas of {named(entry.ref)} are ready and replaced step by step{mind}."
