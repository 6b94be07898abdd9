"""Which pod of higher priority took the place of another."""

from __future__ import annotations

import re
from typing import NamedTuple

from arcops.findings.pods import is_over
from arcops.findings.speaker import named_speaker, speaker_of
from arcops.findings.view import RuleView
from arcops.inventory.base import Entry
from arcops.kube.conditions import condition_of
from arcops.kube.objects.event import ClusterEvent
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.pod import Pod
from arcops.kube.objects.workloads import DaemonSet, Deployment, StatefulSet
from arcops.kube.owners import controller_of
from arcops.kube.refs import ObjectRef
from arcops.kube.times import time_ms

REASON = "Preempted"
_BY = re.compile(r"by (?:a )?pod (?P<who>[\w./\-]+)(?: on node (?P<node>[\w.\-]+))?", re.IGNORECASE)
_SLACK_MS = 10 * 60_000


class Preemption(NamedTuple):
    """``victim`` was ended at ``at_ms`` for ``by``, the workload of the pod that took its place (None where it is not known)."""

    victim: ObjectRef
    at_ms: int | None
    by: ObjectRef | None
    node: str
    event: ClusterEvent | None
    said: str


def preemption_of(pod: Pod, view: RuleView) -> Preemption | None:
    """How the pod before this one, of the same owner, was preempted; None if it was not."""
    owner = controller_of(pod)
    if owner is None:
        return None
    for was in reversed(view.gone(Pod.GROUP_KIND, view.subject.namespace)):
        if isinstance(was.obj, Pod) and any(one.uid == owner.uid for one in was.obj.metadata.owner_references or ()):
            found = _told(was.obj, was.ref, view)
            if found is not None:
                return found
    return None


def _told(victim: Pod, ref: ObjectRef, view: RuleView) -> Preemption | None:
    event = next((one for one in reversed(view.events_of(ref)) if one.reason == REASON), None)
    target = condition_of(victim.status.conditions if victim.status else None, "DisruptionTarget")
    by_condition = target is not None and target.reason == "PreemptionByScheduler"
    if event is None and not by_condition:
        return None
    said = event.message if event else (target.message or "" if target else "")
    at_ms = time_ms(event.first_seen) if event else time_ms(target.last_transition_time) if target else None
    found = _BY.search(said)
    node = (found["node"] if found else None) or (victim.spec.node_name if victim.spec else None) or ""
    by = _named(found["who"], ref.namespace, view) if found else None
    return Preemption(ref, at_ms, by or _winner(victim, node, at_ms, view), node, event, said)


def _named(who: str, namespace: str, view: RuleView) -> ObjectRef | None:
    """The workload of the pod that a message names by uid, by namespace and name, or by name."""
    by_uid = view.by_uid(who)
    if by_uid is not None:
        return speaker_of(by_uid.ref, by_uid.obj, view)
    first, slash, second = who.partition("/")
    place, name = (first, second) if slash else (namespace, first)
    for kind in (Pod, Deployment, StatefulSet, DaemonSet):
        ref = ObjectRef.of(kind.GROUP_KIND, place, name)
        if view.sees(ref.group_kind) and view.get(ref) is not None:
            return named_speaker(ref, view)
    return None


def _winner(victim: Pod, node: str, at_ms: int | None, view: RuleView) -> ObjectRef | None:
    """The pod of the highest priority that came to the node about then."""
    fit = [entry for entry in view.on_node(node) if _may_have_won(entry.obj, victim, at_ms)] if node else []
    best = max(fit, key=_priority, default=None)
    return speaker_of(best.ref, best.obj, view) if best else None


def _may_have_won(obj: KubeObject, victim: Pod, at_ms: int | None) -> bool:
    if not isinstance(obj, Pod) or is_over(obj) or obj.spec is None:
        return False
    made_ms = time_ms(obj.metadata.creation_timestamp)
    is_higher = (obj.spec.priority or 0) > ((victim.spec.priority or 0) if victim.spec else 0)
    return is_higher and (at_ms is None or made_ms is None or abs(made_ms - at_ms) <= _SLACK_MS)


def _priority(entry: Entry) -> int:
    return (entry.obj.spec.priority or 0) if isinstance(entry.obj, Pod) and entry.obj.spec else 0
