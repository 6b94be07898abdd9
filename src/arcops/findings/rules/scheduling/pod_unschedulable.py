"""No node takes a pod.

Found: the PodScheduled condition is False with reason Unschedulable for 2 minutes. Why is reckoned anew against the nodes, as the
scheduler does it: node selector and affinity, taints, requests against what nodes have and have free, extended resources such as GPUs,
host ports, anti-affinity, topology spread, claims and where their volumes are. An unbound claim, a node that is not ready or cordoned
and would fit otherwise, or the workload that preempted the pod before is the cause. A scheduler that does not exist is named.

Quiet: for pods with scheduling gates, and while the scheduler is still trying a new pod.

Do: change what the pod asks for, or make a node that offers it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches

from arcops.findings import advice, evidence
from arcops.findings.amounts import requests_of, shown
from arcops.findings.base import Evidence, Hit, Severity, rule
from arcops.findings.began import earliest_ms, first_seen_ms
from arcops.findings.placement import Block, Obstacle, blocks
from arcops.findings.pods import is_unscheduled
from arcops.findings.preemptions import preemption_of
from arcops.findings.speaker import speaker_of
from arcops.findings.topology import HOSTNAME
from arcops.findings.view import RuleView
from arcops.kube.conditions import condition_of
from arcops.kube.objects.condition import Condition
from arcops.kube.objects.node import Node
from arcops.kube.objects.pod import Pod, PodSpec
from arcops.kube.objects.storage import PersistentVolume, PersistentVolumeClaim
from arcops.kube.objects.workloads import Deployment, ReplicaSet, StatefulSet
from arcops.kube.refs import ObjectRef
from arcops.kube.times import time_ms

_MOST_NODES = 5
_USUAL = "default-scheduler"
_UNFIT = (Obstacle.CORDONED, Obstacle.NOT_READY)
_CLOUD = "node.cloudprovider.kubernetes.io/"


@rule(Pod, severity=Severity.CRITICAL, for_minutes=2, gate=is_unscheduled)
def check(pod: Pod, view: RuleView) -> Iterator[Hit]:
    """One hit."""
    told = condition_of(pod.status.conditions if pod.status else None, "PodScheduled")
    if told is None:
        yield from _unanswered(pod, view)
    if told is None or told.status != "False" or told.reason not in ("Unschedulable", "SchedulerError"):
        return
    failed = view.events("FailedScheduling")
    since_ms = earliest_ms(time_ms(told.last_transition_time), first_seen_ms(failed))
    claim = _unbound_claim(pod, view)
    if claim is not None:
        yield _for_claim(view, told, claim, since_ms)
        return
    found = blocks(pod, view) if view.sees(Node.GROUP_KIND) else {}
    why, cause = reasons(pod.spec or PodSpec(), found)
    message = told.message or (failed[-1].message if failed else "")
    wanted = _replicas(pod, view)
    if wanted and any(block.obstacle is Obstacle.ANTI_AFFINITY for blocked in found.values() for block in blocked):
        why = [f"{wanted}, each on a node of its own, and there are {len(found)} nodes", *why]
    volume = _unreachable(view, found) if not cause else None
    taken = preemption_of(pod, view) if not cause and volume is None else None
    if taken is not None and taken.by is not None:
        why = [f"the pod before it was preempted by {taken.by}", *why]
        since_ms = earliest_ms(since_ms, taken.at_ms)
    yield Hit(
        title=f"{view.subject} cannot be scheduled: {'; '.join(why) or message or 'no node takes it'}",
        cause=ObjectRef.of(Node.GROUP_KIND, "", cause) if cause else volume or (taken.by if taken else None),
        link="would run on" if cause else "mounts" if volume else "preempted" if taken else "",
        why=f"The scheduler says: {message}" if message and why else "",
        evidence=(evidence.condition(view.subject, told), *_evidence(found), *(evidence.event(event) for event in failed[-2:])),
        next=(advice.look(view.subject), *_next(view, pod, found)),
        since_ms=since_ms,
    )


def _unreachable(view: RuleView, found: Mapping[str, Sequence[Block]]) -> ObjectRef | None:
    """The volume that no node at all can reach."""
    claims = [{block.detail for block in blocked if block.obstacle is Obstacle.VOLUME} for blocked in found.values()]
    everywhere = set.intersection(*claims) if claims else set()
    for name in sorted(everywhere):
        entry = view.get(ObjectRef.of(PersistentVolumeClaim.GROUP_KIND, view.subject.namespace, name))
        spec = entry.obj.spec if entry is not None and isinstance(entry.obj, PersistentVolumeClaim) else None
        if spec is not None and spec.volume_name:
            return ObjectRef.of(PersistentVolume.GROUP_KIND, "", spec.volume_name)
    return None


def _unanswered(pod: Pod, view: RuleView) -> Iterator[Hit]:
    """Nobody has tried to place it: it names a scheduler that is not there."""
    name = (pod.spec.scheduler_name if pod.spec else None) or _USUAL
    if name == _USUAL or pod.status is None or (pod.spec and pod.spec.scheduling_gates):
        return
    yield Hit(
        title=f"{view.subject} cannot be scheduled: it asks for scheduler {name}, which has not looked at it",
        evidence=(evidence.field(view.subject, "spec.schedulerName", name),),
        next=(advice.look(view.subject), f"Check that a scheduler named {name} runs, or take schedulerName out of the workload."),
        for_minutes=5,
    )


def reasons(spec: PodSpec, found: Mapping[str, Sequence[Block]]) -> tuple[list[str], str]:
    """Why no node takes the pod, in words, and the node to blame if only its state stands in the way."""
    if not found:
        return [], ""
    state = {Obstacle.CORDONED, Obstacle.NOT_READY}
    fitting = [name for name, blocked in found.items() if blocked and all(_is_state(block) for block in blocked)]
    if fitting and not any(not blocked for blocked in found.values()):
        plain = {block.said for name in fitting for block in found[name] if block.obstacle in state}
        words = sorted(plain or {block.said for name in fitting for block in found[name]})
        rest = _words(spec, {name: blocked for name, blocked in found.items() if name not in fitting})
        return [f"it would fit on {', '.join(fitting)}, which {' and '.join(words)}", *rest], fitting[0]
    return _words(spec, found), ""


def _is_state(block: Block) -> bool:
    return block.obstacle in (Obstacle.CORDONED, Obstacle.NOT_READY) or block.detail.startswith("node.kubernetes.io/")


def _words(spec: PodSpec, found: Mapping[str, Sequence[Block]]) -> list[str]:
    """The obstacles that stand on most nodes first; one that stands on all of them alone explains it."""
    groups: dict[tuple[Obstacle, str], list[Block]] = {}
    for blocked in found.values():
        for block in blocked:
            key = (Obstacle.CORDONED, "") if block.obstacle in _UNFIT else (block.obstacle, block.detail)
            groups.setdefault(key, []).append(block)
    ranked = sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))
    everywhere = [group for group in ranked if len({block.node for block in group[1]}) == len(found)]
    return [_said(spec, obstacle, detail, told, len(found)) for (obstacle, detail), told in (everywhere or ranked)]


def _said(spec: PodSpec, obstacle: Obstacle, detail: str, told: Sequence[Block], nodes: int) -> str:
    count = len({block.node for block in told})
    everywhere = count == nodes
    where = f"{count} of the {nodes} nodes"
    none = f"none of the {nodes} nodes" if nodes > 1 else "the only node does not"
    asked = shown(detail, requests_of(spec).get(detail, 0))
    words = {
        Obstacle.SELECTOR: f"{none if everywhere else where + ' do not'} match the node selector {detail}{_absent_host(detail, told)}",
        Obstacle.AFFINITY: f"{none if everywhere else where + ' do not'} match the node affinity {detail}{_absent_host(detail, told)}",
        Obstacle.NOT_OFFERED: f"no node offers {detail}" if everywhere else f"{where} do not offer {detail}",
        Obstacle.TOO_LARGE: f"insufficient {detail}: it asks for {asked}, more than {'any node' if everywhere else where} has in all",
        Obstacle.NO_ROOM: f"insufficient {detail}: it asks for {asked}; {'no node has' if everywhere else where + ' lack'} that",
        Obstacle.TAINT: f"it does not tolerate the taint {detail} of {where}",
        Obstacle.ANTI_AFFINITY: f"its anti-affinity ({detail}) bars {where}, which have such a pod already",
        Obstacle.POD_AFFINITY: f"its pod affinity ({detail}) bars {where}, which have no such pod",
        Obstacle.HOST_PORT: f"host port {detail} is taken on {where}",
        Obstacle.SPREAD: f"its topology spread over {detail} bars {where}",
        Obstacle.VOLUME: f"the volume of claim {detail} cannot be reached from {where} (volume node affinity)",
    }
    if detail == "pods" and obstacle in (Obstacle.NO_ROOM, Obstacle.TOO_LARGE):
        return f"too many pods: {'no node has' if everywhere else where + ' do not have'} room for one more ({_listed(told)})"
    unfit = f"{where} {'is' if count == 1 else 'are'} not fit"
    return f"{words.get(obstacle, unfit)} ({_listed(told)})"


def _absent_host(detail: str, told: Sequence[Block]) -> str:
    """That the node asked for by name does not exist, if so."""
    key, _, name = detail.partition("=")
    if key != HOSTNAME or any(block.node == name for block in told):
        return ""
    near = get_close_matches(name, [block.node for block in told], n=1)
    return f" (there is no node {name}{f'; near it is {near[0]}' if near else ''})"


def _listed(told: Sequence[Block]) -> str:
    by_node: dict[str, dict[str, None]] = {}
    for block in told:
        by_node.setdefault(block.node, {})[block.said] = None
    parts = [f"{node} {' and '.join(said)}" for node, said in list(by_node.items())[:_MOST_NODES]]
    return ", ".join(parts) + (", …" if len(by_node) > _MOST_NODES else "")


def _evidence(found: Mapping[str, Sequence[Block]]) -> Iterator[Evidence]:
    for name, blocked in list(found.items())[:_MOST_NODES]:
        ref = ObjectRef.of(Node.GROUP_KIND, "", name)
        for block in blocked:
            yield evidence.field(ref, block.detail or block.obstacle.value, block.said, f"{ref} {block.said}")


def _replicas(pod: Pod, view: RuleView) -> str:
    """How many pods the workload wants: ``Deployment shop/web wants 3 replicas``; "" where that is not known."""
    owner = speaker_of(view.subject, pod, view)
    entry = view.get(owner) if owner != view.subject and view.sees(owner.group_kind) else None
    spec = entry.obj.spec if entry is not None and isinstance(entry.obj, Deployment | StatefulSet | ReplicaSet) else None
    return f"{owner} wants {1 if spec.replicas is None else spec.replicas} replicas" if spec else ""


def _unbound_claim(pod: Pod, view: RuleView) -> tuple[ObjectRef, str] | None:
    """The first claim of the pod that is missing or not bound."""
    if not view.sees(PersistentVolumeClaim.GROUP_KIND):
        return None
    for volume in (pod.spec.volumes if pod.spec else None) or ():
        name = volume.persistent_volume_claim.claim_name if volume.persistent_volume_claim else ""
        name = name or (f"{pod.metadata.name}-{volume.name}" if volume.ephemeral else "")
        if not name:
            continue
        ref = ObjectRef.of(PersistentVolumeClaim.GROUP_KIND, view.subject.namespace, name)
        entry = view.get(ref)
        if entry is None:
            return ref, ""
        claim = entry.obj
        phase = claim.status.phase if isinstance(claim, PersistentVolumeClaim) and claim.status else None
        if phase != "Bound" and view.events_of(ref) and not _waits_for_us(view, ref):
            return ref, phase or "Pending"
        if phase == "Lost":
            return ref, phase
    return None


def _waits_for_us(view: RuleView, claim: ObjectRef) -> bool:
    """Whether the claim only waits until the pod has a node: then it is not what keeps the pod from one."""
    reasons_told = [event.reason for event in view.events_of(claim)]
    return bool(reasons_told) and all(reason in ("WaitForFirstConsumer", "WaitForPodScheduled") for reason in reasons_told)


def _for_claim(view: RuleView, told: Condition, claim: tuple[ObjectRef, str], since_ms: int | None) -> Hit:
    ref, phase = claim
    what = f"is {phase}" if phase else f"does not exist in namespace {ref.namespace} (not found)"
    proof = evidence.field(ref, "status.phase", phase) if phase else evidence.absence(ref, f"namespace {ref.namespace}")
    return Hit(
        title=f"{view.subject} cannot be scheduled: its PersistentVolumeClaim {ref.name} {what}",
        cause=ref,
        link="mounts",
        why=f"The scheduler says: {told.message}" if told.message else "",
        evidence=(evidence.condition(view.subject, told), proof),
        next=(advice.look(ref) if phase else advice.listing(ref), advice.look(view.subject)),
        since_ms=since_ms,
    )


def _next(view: RuleView, pod: Pod, found: Mapping[str, Sequence[Block]]) -> tuple[str, ...]:
    fewest = min(map(len, found.values()), default=0)
    near = [block for blocked in found.values() if len(blocked) == fewest for block in blocked]
    obstacles = {block.obstacle for block in near}
    owner = speaker_of(view.subject, pod, view)
    steps = ["kubectl get nodes --show-labels" if obstacles & {Obstacle.SELECTOR, Obstacle.AFFINITY} else "kubectl describe nodes"]
    if obstacles & {Obstacle.TOO_LARGE, Obstacle.NO_ROOM, Obstacle.NOT_OFFERED}:
        steps.append(f"Lower the requests of {owner}, or add a node that has them.")
    elif obstacles & {Obstacle.HOST_PORT}:
        steps.append(f"Let {owner} take another host port, or end what holds it.")
    elif any(block.detail.startswith(_CLOUD) for block in near):
        steps.append("The cloud controller manager takes that taint away once it knows the node: look whether it runs.")
    elif obstacles & {Obstacle.SELECTOR, Obstacle.AFFINITY}:
        steps.append(f"Label a node, or correct the selector of {owner}.")
    elif obstacles & {Obstacle.ANTI_AFFINITY}:
        steps.append(f"Run no more replicas of {owner} than there are nodes, add a node, or make the rule a preference.")
    elif any(block.obstacle is Obstacle.TAINT and not _is_state(block) for block in near):
        steps.append(f"Add a toleration to {owner}, or take the taint away.")
    return tuple(steps)
