"""The kubelet evicted a pod, because its node ran low on something or the pod broke a storage limit of its own.

Found: a pod has failed with reason Evicted within the last hour. The resource, what the container used and what it had asked for are
told; the node is to blame, or the pod's own limit.

Quiet: for evictions longer ago: of those only the newest of a workload is noted, with how many there are.

Do: give the pod a request that covers what it uses; find what else fills the node; take away the leftovers.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.nodes import node_ref
from arcops.findings.pods import boxes
from arcops.findings.siblings import others
from arcops.findings.text.evictions import Eviction, eviction
from arcops.findings.view import RuleView
from arcops.kube.conditions import condition_of
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.pod import Pod
from arcops.kube.times import time_ms

_RECENT_M = 60


def _is_evicted(obj: KubeObject) -> bool:
    return isinstance(obj, Pod) and obj.status is not None and obj.status.phase == "Failed" and obj.status.reason == "Evicted"


@rule(Pod, severity=Severity.WARNING, gate=_is_evicted)
def check(pod: Pod, view: RuleView) -> Iterator[Hit]:
    """One hit."""
    at_ms = evicted_ms(pod)
    is_old = at_ms is None or view.now_ms - at_ms > _RECENT_M * 60_000
    if not is_old and at_ms is not None:
        view.held(at_ms, _RECENT_M)
    left = [other for other in others(pod, view) if _is_evicted(other)]
    if is_old and any(_place(other) > _place(pod) for other in left):
        return
    name = (pod.spec.node_name if pod.spec else None) or ""
    told = list(view.events("Evicted"))
    message = (pod.status.message if pod.status else None) or (told[-1].message if told else "")
    found = eviction(message)
    yield Hit(
        title=f"{view.subject} was evicted from node {name}: {_why(pod, found, message)}{_more(left) if is_old else ''}",
        cause=node_ref(name) if name and not found.own else None,
        link="was evicted from" if name and not found.own else "",
        why=f"The kubelet says: {message.strip()}" if message else "",
        severity=Severity.INFO if is_old else None,
        evidence=(
            evidence.field(view.subject, "status.reason", "Evicted", f"{view.subject}: Evicted: {message.strip()}"),
            *(evidence.event(event) for event in told),
        ),
        next=(
            *((advice.look(node_ref(name)),) if name else ()),
            advice.look(view.subject),
            f"kubectl -n {view.subject.namespace} delete pods --field-selector=status.phase=Failed" if is_old
            else "Set requests that cover what the containers use.",
        ),
        since_ms=at_ms,
    )  # fmt: skip


def evicted_ms(pod: Pod) -> int | None:
    """When a pod was evicted, by its conditions or its containers' ends."""
    conditions = pod.status.conditions if pod.status else None
    for kind in ("DisruptionTarget", "Ready"):
        found = condition_of(conditions, kind)
        if found is not None and (at_ms := time_ms(found.last_transition_time)) is not None:
            return at_ms
    ends = [time_ms(box.ended.finished_at) for box in boxes(pod) if box.ended]
    known = [at_ms for at_ms in ends if at_ms is not None]
    return max(known, default=time_ms(pod.status.start_time) if pod.status else None)


def _place(pod: Pod) -> tuple[int, str]:
    return evicted_ms(pod) or 0, pod.metadata.name


def _why(pod: Pod, found: Eviction, message: str) -> str:
    if found.own:
        return found.own
    asked = _requests(pod, found.resource)
    used = f"; container {found.container} used {found.used}, its request is {found.asked}" if found.container else asked
    low = f"the node was low on {found.resource}" if found.resource else message.strip() or "the node was low on a resource"
    return f"{low}{used}"


def _requests(pod: Pod, resource: str) -> str:
    """That the containers asked for none of it, if so: then they are the first to go."""
    if resource not in ("memory", "ephemeral-storage"):
        return ""
    bare = [
        container.name
        for container in (pod.spec.containers if pod.spec else None) or ()
        if resource not in ((container.resources.requests if container.resources else None) or {})
    ]
    return f"; container {', '.join(bare)} has no {resource} request, so it goes first" if bare else ""


def _more(left: list[Pod]) -> str:
    return f" ({len(left)} more evicted pods of its workload are left over)" if left else ""
