"""What to mind before a command is run here: what runs on the node, who scales the workload, whether a pod comes back."""

from __future__ import annotations

from collections.abc import Iterator

from arcops.chat.answers._said import listed, many, named, told
from arcops.chat.asked import Asked
from arcops.chat.base import Block, FactType
from arcops.chat.commands.fill import Names
from arcops.chat.commands.tasks import Task
from arcops.findings.quotas import uses_of
from arcops.findings.replicas import replicas_of
from arcops.inventory.base import Entry
from arcops.inventory.podspecs import spec_of
from arcops.kube.objects.autoscaling import HorizontalPodAutoscaler
from arcops.kube.objects.node import Node
from arcops.kube.objects.pod import Pod
from arcops.kube.objects.policy import PodDisruptionBudget, ResourceQuota
from arcops.kube.objects.workloads import ReplicaSet
from arcops.kube.owners import controller_of
from arcops.kube.refs import ObjectRef
from arcops.kube.selectors import selector_of

_REVISION = "deployment.kubernetes.io/revision"


def remarks(asked: Asked, task: Task, names: Names) -> Iterator[Block]:
    """Facts of this cluster that bear on the command."""
    line = task.line
    if "drain" in line:
        yield from _drain(asked, names)
    elif "scale" in line:
        yield from _scale(asked, names)
    elif "set resources" in line:
        yield from _amounts(asked, names)
    elif "rollout undo" in line:
        yield from _revisions(asked, names)
    elif "taint nodes {node} {taint}-" in line:
        yield from _taints(asked, names)
    elif "cordon {node}" in line:
        yield from _cordon(asked, names)
    elif "delete {thing}" in line or "delete pod" in line:
        yield from _delete(asked, names)


def _drain(asked: Asked, names: Names) -> Iterator[Block]:
    node = names.values["node"]
    pods = [entry for entry in asked.inventory.on_node(node) if isinstance(entry.obj, Pod)]
    if not pods:
        return
    ref = ObjectRef("", "Node", "", node)
    daemons = [entry for entry in pods if (owner := controller_of(entry.obj)) is not None and owner.kind == "DaemonSet"]
    bare = [entry for entry in pods if controller_of(entry.obj) is None]
    text = (
        f"{many(len(pods), 'pod')} run{'s' if len(pods) == 1 else ''} on node {node}; {len(daemons)} of them "
        f"{'belongs' if len(daemons) == 1 else 'belong'} to DaemonSets and {'stays' if len(daemons) == 1 else 'stay'}."
    )
    yield told(asked, FactType.COUNT, text, ref=ref)
    if bare:
        said = (
            f"{listed([named(entry.ref) for entry in bare], 5)} {'has' if len(bare) == 1 else 'have'} no controller: the drain "
            "stops at such pods without --force"
        )
        yield told(asked, FactType.FIELD, f"{said}, and they do not come back.", ref=bare[0].ref)
    held = sorted({budget.ref for entry in pods for budget in budgets_of(asked, entry)})
    if held:
        said = (
            f"The disruption {'budget' if len(held) == 1 else 'budgets'} {listed([named(ref) for ref in held], 5)} "
            f"allow{'s' if len(held) == 1 else ''} no eviction now"
        )
        yield told(asked, FactType.FIELD, f"{said}, so the drain will wait.", ref=held[0])


def _taints(asked: Asked, names: Names) -> Iterator[Block]:
    """That the node has no taint to take off."""
    ref = ObjectRef("", "Node", "", names.values["node"])
    entry = asked.inventory.get(ref)
    if entry is not None and isinstance(entry.obj, Node) and not (entry.obj.spec and entry.obj.spec.taints):
        yield told(asked, FactType.FIELD, f"{ref} has no taint now.", ref=ref, path="spec.taints")


def _cordon(asked: Asked, names: Names) -> Iterator[Block]:
    """Whether pods are kept off the node now."""
    ref = ObjectRef("", "Node", "", names.values["node"])
    entry = asked.inventory.get(ref)
    if entry is None or not isinstance(entry.obj, Node):
        return
    is_cordoned = bool(entry.obj.spec and entry.obj.spec.unschedulable)
    yield told(asked, FactType.FIELD, f"Now it is {'' if is_cordoned else 'not '}cordoned.", ref=ref, path="spec.unschedulable")


def budgets_of(asked: Asked, entry: Entry) -> Iterator[Entry]:
    """The budgets of a pod that allow no eviction now."""
    for budget in asked.inventory.list(PodDisruptionBudget.GROUP_KIND, entry.ref.namespace):
        obj = budget.obj
        if not isinstance(obj, PodDisruptionBudget) or obj.spec is None or obj.status is None or obj.status.disruptions_allowed:
            continue
        if selector_of(obj.spec.selector).matches(entry.obj.metadata.labels):
            yield budget


def _scale(asked: Asked, names: Names) -> Iterator[Block]:
    entry = asked.inventory.get(names.workload) if names.workload else None
    counts = replicas_of(entry.obj) if entry else None
    if counts is not None and entry is not None:
        yield told(
            asked,
            FactType.FIELD,
            f"Now {counts.ready} of {counts.wanted} replicas of {entry.ref} are ready.",
            ref=entry.ref,
            path="spec.replicas",
        )
    for quota in asked.inventory.list(ResourceQuota.GROUP_KIND, names.workload.namespace) if names.workload else ():
        uses = [f"{use.used} of {use.hard} {use.name}" for use in uses_of(quota.obj)] if isinstance(quota.obj, ResourceQuota) else []
        if uses:
            said = f"{quota.ref} limits what new pods of the namespace may take: {listed(uses)} are used."
            yield told(asked, FactType.FIELD, said, ref=quota.ref, path="status.used")
    for one in asked.inventory.list(HorizontalPodAutoscaler.GROUP_KIND, names.workload.namespace) if names.workload else ():
        spec = one.obj.spec if isinstance(one.obj, HorizontalPodAutoscaler) else None
        target = spec.scale_target_ref if spec else None
        if (
            spec is not None
            and target is not None
            and names.workload is not None
            and (target.kind, target.name) == (names.workload.kind, names.workload.name)
        ):
            bounds = f"between {spec.min_replicas or 1} and {spec.max_replicas}"
            yield told(asked, FactType.FIELD, f"{one.ref} scales it {bounds} and will set its own number again.", ref=one.ref)


def _amounts(asked: Asked, names: Names) -> Iterator[Block]:
    """What the containers request and may use now."""
    entry = asked.inventory.get(names.workload) if names.workload else None
    at = spec_of(entry.obj) if entry else None
    for one in (at.spec.containers or ()) if at else ():
        asked_for = one.resources
        requests = ", ".join(f"{name} {amount}" for name, amount in sorted(((asked_for.requests if asked_for else None) or {}).items()))
        limits = ", ".join(f"{name} {amount}" for name, amount in sorted(((asked_for.limits if asked_for else None) or {}).items()))
        text = f"Now container {one.name} requests {requests or 'nothing'} and is limited to {limits or 'nothing'}."
        yield told(asked, FactType.FIELD, text, ref=names.workload, path=f"spec.template.spec.containers[{one.name}].resources")


def _revisions(asked: Asked, names: Names) -> Iterator[Block]:
    """The revisions a Deployment could go back to, with their images."""
    if names.workload is None:
        return
    entry = asked.inventory.get(names.workload)
    found = []
    for owned in asked.inventory.owned_by(entry.uid) if entry and entry.uid else ():
        revision = (owned.obj.metadata.annotations or {}).get(_REVISION, "")
        if isinstance(owned.obj, ReplicaSet) and revision.isdigit():
            spec = owned.obj.spec.template.spec if owned.obj.spec and owned.obj.spec.template else None
            images = ", ".join(one.image or "" for one in (spec.containers if spec else None) or ())
            found.append((int(revision), images, owned.ref))
    for number, images, ref in sorted(found, reverse=True)[:4]:
        yield told(asked, FactType.FIELD, f"Revision {number}: {images}", ref=ref, path=_REVISION, is_item=True, rank=1)
    if len(found) == 1:
        yield told(asked, FactType.FIELD, "There is only this one revision, so there is nothing to go back to.", ref=names.workload)


def _delete(asked: Asked, names: Names) -> Iterator[Block]:
    ref = names.ref
    entry = asked.inventory.get(ref) if ref else None
    if entry is None or ref is None:
        return
    if entry.obj.metadata.finalizers:
        held = listed(list(entry.obj.metadata.finalizers), 4)
        said = f"{ref} has the finalizer {held}: it stays until that is taken off, by force or not."
        yield told(asked, FactType.FIELD, said, ref=ref, path="metadata.finalizers")
    if not isinstance(entry.obj, Pod):
        return
    owner = controller_of(entry.obj)
    if owner is None:
        yield told(asked, FactType.FIELD, f"{ref} has no controller: nothing makes it anew.", ref=ref)
    else:
        yield told(asked, FactType.FIELD, f"{owner.kind} {ref.namespace}/{owner.name} will make another pod in its place.", ref=ref)
