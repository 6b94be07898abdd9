"""The objects that belong to others: the pods of a workload, a Service, a node; the events of a whole family."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from arcops.chat.read.kinds import OBJECT, WORKLOAD
from arcops.findings.volumes import uses
from arcops.inventory.base import Entry
from arcops.inventory.graph import downstream, upstream
from arcops.inventory.index import Inventory
from arcops.kube.objects.batch import Job
from arcops.kube.objects.pod import Pod
from arcops.kube.objects.service import Service
from arcops.kube.objects.storage import PersistentVolumeClaim
from arcops.kube.objects.workloads import DaemonSet, Deployment, ReplicaSet, ReplicationController, StatefulSet
from arcops.kube.refs import GroupKind, ObjectRef
from arcops.kube.selectors import Selector, selector_of, selector_of_labels

POD = Pod.GROUP_KIND
NAMESPACE = GroupKind("", "Namespace")
NODE = GroupKind("", "Node")
EVENTS = (GroupKind("", "Event"), GroupKind("events.k8s.io", "Event"))
_MADE_BY_OTHERS = frozenset(("EndpointSlice", "Endpoints", "Lease", "ControllerRevision", "ReplicaSet"))
"""Kinds that nobody means who asks for everything."""
_DEEP = 3


def pods_of(ref: ObjectRef, inventory: Inventory) -> list[Entry]:
    """The pods an object stands for: itself, what it owns at any depth, what it selects, what runs on it or mounts it."""
    if ref.group_kind == POD:
        found = inventory.get(ref)
        return [found] if found else []
    if ref.group_kind == NODE:
        return list(inventory.on_node(ref.name))
    if ref.group_kind == NAMESPACE:
        return list(inventory.list(POD, ref.name))
    entry = inventory.get(ref)
    if entry is None:
        return []
    return _owned_pods(entry, inventory) or _selected_pods(entry, inventory) or _linked_pods(ref, inventory)


def _owned_pods(entry: Entry, inventory: Inventory) -> list[Entry]:
    found = [one for one in family_of(entry, inventory) if one.ref.group_kind == POD]
    return sorted(found, key=lambda one: one.ref)


def family_of(entry: Entry, inventory: Inventory, depth: int = _DEEP) -> Iterator[Entry]:
    """What an object owns, and what that owns: ReplicaSets and their pods."""
    for owned in inventory.owned_by(entry.uid) if entry.uid else ():
        yield owned
        if depth > 1:
            yield from family_of(owned, inventory, depth - 1)


def _selected_pods(entry: Entry, inventory: Inventory) -> list[Entry]:
    selector = selector_for(entry)
    if selector is not None:
        return list(inventory.select(POD, entry.ref.namespace, selector))
    if isinstance(entry.obj, PersistentVolumeClaim):
        pods = inventory.list(POD, entry.ref.namespace)
        return [one for one in pods if isinstance(one.obj, Pod) and uses(one.obj, entry.ref.name)]
    return []


def selector_for(entry: Entry) -> Selector | None:
    """What a workload or a Service selects its pods by; None for kinds that select none, and for empty selectors."""
    obj = entry.obj
    if isinstance(obj, Service | ReplicationController):
        return selector_of_labels(obj.spec.selector) if obj.spec and obj.spec.selector else None
    if isinstance(obj, Deployment | StatefulSet | DaemonSet | ReplicaSet | Job) and obj.spec and obj.spec.selector:
        return selector_of(obj.spec.selector)
    return None


def _linked_pods(ref: ObjectRef, inventory: Inventory) -> list[Entry]:
    """Pods that depend on an object, as on a ConfigMap, or that it reaches, as an Ingress."""
    return related(POD, ref, inventory)


def related(kind: GroupKind, ref: ObjectRef, inventory: Inventory) -> list[Entry]:
    """The objects of a kind that an object depends on or that depend on it."""
    steps = (*upstream(ref, inventory), *downstream(ref, inventory))
    refs = sorted({step.ref for step in steps if step.ref.group_kind == kind})
    return [entry for one in refs if (entry := inventory.get(one)) is not None]


def events_about(refs: Iterable[ObjectRef], inventory: Inventory) -> list[Entry]:
    """The Event objects about these objects and all they own."""
    wanted = set(refs)
    for ref in tuple(wanted):
        entry = inventory.get(ref)
        wanted.update(one.ref for one in family_of(entry, inventory)) if entry else None
        wanted.update(one.ref for one in pods_of(ref, inventory)) if ref.group_kind not in (NODE, NAMESPACE) else None
    names = {(event.namespace, event.name) for ref in wanted for event in inventory.events_of(ref)}
    return [entry for kind in EVENTS for entry in inventory.list(kind) if (entry.ref.namespace, entry.ref.name) in names]


def belonging(kind: GroupKind, ref: ObjectRef, inventory: Inventory) -> list[Entry]:
    """The objects of a kind that belong to one object; itself where it is of that kind."""
    if ref.group_kind == kind:
        found = inventory.get(ref)
        return [found] if found else []
    if ref.group_kind == NAMESPACE:
        return list(inventory.list(kind, ref.name))
    if kind == POD:
        return pods_of(ref, inventory)
    if kind in EVENTS:
        return events_about((ref,), inventory)
    entry = inventory.get(ref)
    owned = [one for one in family_of(entry, inventory) if one.ref.group_kind == kind] if entry else []
    return sorted(owned, key=lambda one: one.ref) or related(kind, ref, inventory)


def members_of(kind: GroupKind, inventory: Inventory) -> Sequence[GroupKind]:
    """The kinds a kind stands for: itself, unless it is no kind but a word for several."""
    if kind == WORKLOAD:
        return (Deployment.GROUP_KIND, StatefulSet.GROUP_KIND, DaemonSet.GROUP_KIND)
    if kind == OBJECT:
        return [one for one in inventory.kinds() if one not in EVENTS and one.kind not in _MADE_BY_OTHERS]
    return (kind,)
