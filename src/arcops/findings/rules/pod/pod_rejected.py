"""A node's kubelet refused a pod that the scheduler had sent to it.

Found: a pod has failed with a reason that only the kubelet gives when it turns a pod away (OutOfcpu, OutOfmemory, OutOfpods,
UnexpectedAdmissionError, TopologyAffinityError, NodeAffinity, …) within the last hour, and no pod of its workload is ready. Told is what
the kubelet lacked: a healthy device, memory, a place. The node is to blame.

Quiet: where the workload has got a pod that is ready since, and for refusals longer ago.

Do: look at the node: its device plug-in, what else is bound to it; then delete the refused pods.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.nodes import node_ref
from arcops.findings.siblings import all_down, others
from arcops.findings.text.counts import counted
from arcops.findings.view import RuleView
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.pod import Pod
from arcops.kube.times import time_ms

_REASONS = frozenset({
    "UnexpectedAdmissionError", "TopologyAffinityError", "NodeAffinity", "AppArmor", "SysctlForbidden",
    "PodOSSelectorNodeLabelDoesNotMatch", "PodOSNotSupported", "InvalidNodeInfo", "PodLevelResourcesNotAdmittedReason",
    "ResourceClaimNotReady",
})  # fmt: skip
_OUT_OF = "OutOf"
"""``OutOfcpu``, ``OutOfmemory``, ``OutOfpods``, ``OutOfnvidia.com/gpu``: the resource is written as in the spec."""
_RECENT_M = 60


def _is_rejected(obj: KubeObject) -> bool:
    if not isinstance(obj, Pod) or obj.status is None or obj.status.phase != "Failed":
        return False
    reason = obj.status.reason or ""
    return reason in _REASONS or reason.startswith(_OUT_OF)


@rule(Pod, severity=Severity.CRITICAL, gate=_is_rejected)
def check(pod: Pod, view: RuleView) -> Iterator[Hit]:
    """One hit for the newest refused pod of a workload."""
    refused = [other for other in others(pod, view) if _is_rejected(other)]
    if not all_down(pod, view) or any(_made_ms(other) > _made_ms(pod) for other in refused) or view.held(_made_ms(pod), _RECENT_M):
        return
    node = (pod.spec.node_name if pod.spec else None) or ""
    reason, message = (pod.status.reason or "", (pod.status.message or "").strip()) if pod.status else ("", "")
    more = f"; before it {counted(len(refused), 'pod')} of its workload {'was' if len(refused) == 1 else 'were'} refused" if refused else ""
    yield Hit(
        title=f"Node {node} refused {view.subject} ({reason}): {_said(message) or 'it does not say why'}{more}",
        cause=node_ref(node) if node else None,
        link="was refused by" if node else "",
        evidence=(
            evidence.field(view.subject, "status.reason", reason, f"{view.subject}: {reason}: {message}"),
            *(evidence.event(event) for event in view.events(reason)),
        ),
        next=(*((advice.look(node_ref(node)),) if node else ()), advice.look(view.subject)),
        since_ms=min((_made_ms(one) for one in (pod, *refused)), default=None) or None,
    )


def _made_ms(pod: Pod) -> int:
    return time_ms(pod.metadata.creation_timestamp) or 0


def _said(message: str) -> str:
    for opening in ("Pod was rejected: ", "Pod "):
        message = message.removeprefix(opening)
    return message.rstrip(".")
