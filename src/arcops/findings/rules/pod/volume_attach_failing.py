"""A volume cannot be attached to the node of a pod.

Found: a pod has a node, none of its containers has started, and events say FailedAttachVolume, for 2 minutes. Where the volume is
attached elsewhere, the other node and the pod that uses it there are named; a node that is not ready and holds it is to blame, and so is
the volume's own object in a storage system (Longhorn, OpenEBS, TopoLVM) or the Ceph cluster behind it that is not well. A full
node and a driver that is missing are told apart.

Quiet: for a pod that has got over it.

Do: end the pod that holds the volume, or wait until the node that holds it is back or removed; use ReadWriteMany where several nodes
must share it; for a Deployment with a ReadWriteOnce volume use the strategy Recreate.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.began import first_seen_ms
from arcops.findings.passed import unpassed
from arcops.findings.pods import is_waiting
from arcops.findings.stores import ill_store
from arcops.findings.text.mounts import MountFailure, MountProblem, mount_problem, worst
from arcops.findings.view import RuleView
from arcops.findings.volumes import users_of
from arcops.inventory.base import Entry
from arcops.kube.conditions import is_true
from arcops.kube.objects.event import ClusterEvent
from arcops.kube.objects.node import Node
from arcops.kube.objects.pod import Pod
from arcops.kube.objects.storage import PersistentVolume, VolumeAttachment
from arcops.kube.refs import ObjectRef

REASON = "FailedAttachVolume"
_OWN_REASON = frozenset({MountFailure.MULTI_ATTACH, MountFailure.ATTACH_LIMIT, MountFailure.DRIVER_MISSING})


@rule(Pod, severity=Severity.CRITICAL, for_minutes=2, gate=is_waiting)
def check(pod: Pod, view: RuleView) -> Iterator[Hit]:
    """One hit."""
    events = [event for event in unpassed(view, REASON) if not _is_attached(view, event)] if pod.spec and pod.spec.node_name else []
    problem = worst([found for event in events if (found := mount_problem(event.message)) is not None])
    if problem is None:
        return
    node = (pod.spec.node_name if pod.spec else None) or ""
    others = _holders(view, problem.volume, node) if problem.failure is MountFailure.MULTI_ATTACH else []
    holder = next(iter(_nodes(others)), "") or _attached_to(view, problem.volume, node)
    is_down = bool(holder) and _is_down(view, holder)
    by = f" by {', '.join(str(entry.ref) for entry in others[:3])}" if others else f" by {problem.detail}" if problem.detail else ""
    store = ill_store(view, pod) if not is_down and problem.failure not in _OWN_REASON else None
    where = f" on node {holder}{', which is not ready' if is_down else ''}" if holder else ""
    what = f"it is in use{by}{where}" if problem.failure is MountFailure.MULTI_ATTACH else problem.failure.value
    ill = f"; {store} is not well" if store else ""
    yield Hit(
        title=f"Volume {problem.volume or 'of a claim'} cannot be attached to node {node} for {view.subject}: {what}{ill}",
        cause=ObjectRef.of(Node.GROUP_KIND, "", holder) if is_down else store,
        link="holds the volume of" if is_down or store else "",
        why=f"The controller says: {problem.said}",
        evidence=(
            *(evidence.event(event) for event in events[-3:]),
            *(evidence.field(entry.ref, "spec.nodeName", name) for entry, name in zip(others[:3], _nodes(others), strict=False)),
        ),
        next=("kubectl get volumeattachments", advice.look(view.subject), _step(problem)),
        since_ms=first_seen_ms(events),
    )


def _is_attached(view: RuleView, event: ClusterEvent) -> bool:
    """Whether the volume of a refusal was attached later."""
    problem = mount_problem(event.message)
    volume = problem.volume if problem is not None else ""
    return bool(volume) and any(volume in one.message and one.last_seen > event.last_seen for one in view.events("SuccessfulAttachVolume"))


def _step(problem: MountProblem) -> str:
    if problem.failure is MountFailure.MULTI_ATTACH:
        return "End the pod that holds the volume, or place both pods on one node; a Deployment needs strategy Recreate for such a volume."
    if problem.failure is MountFailure.ATTACH_LIMIT:
        return "Move pods with volumes to another node."
    return "Look at the log of the storage driver's controller."


def _holders(view: RuleView, volume: str, node: str) -> list[Entry]:
    """The pods on other nodes that use the claim behind a volume."""
    if not volume or not view.sees(PersistentVolume.GROUP_KIND):
        return []
    entry = view.get(ObjectRef.of(PersistentVolume.GROUP_KIND, "", volume))
    claim = entry.obj.spec.claim_ref if entry is not None and isinstance(entry.obj, PersistentVolume) and entry.obj.spec else None
    if claim is None:
        return []
    found = users_of(view, claim.namespace, claim.name)
    return [one for one in found if isinstance(one.obj, Pod) and one.obj.spec and one.obj.spec.node_name not in (None, "", node)]


def _nodes(entries: list[Entry]) -> Iterator[str]:
    return (entry.obj.spec.node_name or "" for entry in entries if isinstance(entry.obj, Pod) and entry.obj.spec)


def _attached_to(view: RuleView, volume: str, node: str) -> str:
    if not volume or not view.sees(VolumeAttachment.GROUP_KIND):
        return ""
    for entry in view.list(VolumeAttachment.GROUP_KIND):
        spec = entry.obj.spec if isinstance(entry.obj, VolumeAttachment) else None
        if spec and spec.source and spec.source.persistent_volume_name == volume and spec.node_name != node:
            return spec.node_name
    return ""


def _is_down(view: RuleView, name: str) -> bool:
    entry = view.get(ObjectRef.of(Node.GROUP_KIND, "", name)) if view.sees(Node.GROUP_KIND) else None
    node = entry.obj if entry is not None and isinstance(entry.obj, Node) else None
    return node is not None and node.status is not None and bool(node.status.conditions) and not is_true(node.status.conditions, "Ready")
