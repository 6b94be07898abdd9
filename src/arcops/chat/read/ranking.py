"""Which of several objects a name most likely means: what runs before what only belongs to it, the unwell before the well."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from arcops.chat.read.kinds import DEPLOYMENT, LOOSE_WORKLOAD, POD, SERVICE, WORKLOADS
from arcops.chat.selecting.wellness import wellness_of
from arcops.inventory.index import Inventory
from arcops.kube.refs import GroupKind, ObjectRef

_RANKS = {
    "Deployment": 0, "StatefulSet": 1, "DaemonSet": 2, "CronJob": 3, "Job": 4, "Pod": 5, "Node": 5, "Service": 6, "Ingress": 7,
    "ReplicaSet": 8, "HTTPRoute": 8, "Gateway": 8, "HorizontalPodAutoscaler": 9, "PersistentVolumeClaim": 10, "PersistentVolume": 11,
    "ConfigMap": 12, "Secret": 13, "NetworkPolicy": 13, "PodDisruptionBudget": 14, "ServiceAccount": 14, "Endpoints": 18,
    "EndpointSlice": 18, "Role": 15, "RoleBinding": 15, "ClusterRole": 15, "ClusterRoleBinding": 15, "Namespace": 17, "StorageClass": 16,
    "CustomResourceDefinition": 20, "APIService": 20, "PriorityClass": 19, "IngressClass": 19, "RuntimeClass": 19, "CSIDriver": 20,
    "ValidatingWebhookConfiguration": 19, "MutatingWebhookConfiguration": 19, "VolumeAttachment": 20, "LimitRange": 16, "ResourceQuota": 16,
}  # fmt: skip
_OTHER = 7
"""Where custom kinds stand: an Argo Application or a database of an operator is asked for by name more often than a ConfigMap."""
_MOST_LOOKED_AT = 60


class Hint(NamedTuple):
    """What was said beside a name: the kind (and the word for it), the namespace; empty where nothing was."""

    kind: GroupKind | None = None
    word: str = ""
    namespace: str = ""
    is_strict: bool = False


class Ranked(NamedTuple):
    """Candidates, likeliest first. ``equals`` are as good as the first in all but their health, and are other things."""

    refs: tuple[ObjectRef, ...]
    equals: tuple[ObjectRef, ...]


@dataclass(frozen=True, slots=True)
class Health:
    """How objects do: by themselves, and by the findings that are open about them."""

    inventory: Inventory
    troubled: frozenset[ObjectRef] = frozenset()

    def is_well(self, ref: ObjectRef) -> bool:
        """Whether an object does well, or there is nothing to tell it by."""
        if ref in self.troubled:
            return False
        entry = self.inventory.get(ref)
        return entry is None or wellness_of(entry).is_well


def ranked(refs: Iterable[ObjectRef], hint: Hint, health: Health, default_namespace: str = "") -> Ranked:
    """The candidates in order."""
    found = list(dict.fromkeys(refs))
    if hint.is_strict and hint.kind is not None:
        found = [ref for ref in found if ref.group_kind == hint.kind]
    wanted = hint.namespace or default_namespace
    sick = _sick_workloads(found, hint, health)
    scored = sorted(((False, -1, 0, 0) if ref in sick else _fit(ref, hint, wanted), ref) for ref in found)
    best = [(fit, ref) for fit, ref in scored if fit[:3] == scored[0][0][:3]]
    if 1 < len(best) <= _MOST_LOOKED_AT:
        best.sort(key=lambda one: (one[0][:3], health.is_well(one[1]), one[0], one[1]))
    ordered = (*(ref for _, ref in best), *(ref for _, ref in scored[len(best) :]))
    return Ranked(ordered, tuple(_others([ref for _, ref in best])))


def _sick_workloads(found: Sequence[ObjectRef], hint: Hint, health: Health) -> set[ObjectRef]:
    """Unwell workloads where "the checkout service" was said and the Service of that name is well: people mean what runs."""
    if hint.kind != SERVICE or len(found) > _MOST_LOOKED_AT:
        return set()
    well = {(ref.namespace, ref.name) for ref in found if ref.group_kind == SERVICE and health.is_well(ref)}
    return {ref for ref in found if ref.group_kind in WORKLOADS and (ref.namespace, ref.name) in well and not health.is_well(ref)}


def _others(best: Sequence[ObjectRef]) -> Iterable[ObjectRef]:
    seen = {(best[0].namespace, best[0].name)} if best else set()
    for ref in best[1:]:
        if (ref.namespace, ref.name) not in seen:
            seen.add((ref.namespace, ref.name))
            yield ref


def _fit(ref: ObjectRef, hint: Hint, namespace: str) -> tuple[bool, int, int, int]:
    elsewhere = bool(namespace and ref.namespace and ref.namespace != namespace)
    return (elsewhere, _misfit(ref.group_kind, hint), rank_of(ref.group_kind), len(ref.name))


def _misfit(kind: GroupKind, hint: Hint) -> int:
    """How far a kind is from the one that was said: 0 it is the one, 1 people call it so, 2 it is another."""
    if hint.kind is None or kind == hint.kind:
        return 0
    if hint.word in LOOSE_WORKLOAD:
        return 0 if kind in WORKLOADS else 1
    if hint.kind in {POD, SERVICE, DEPLOYMENT} and kind in WORKLOADS:
        return 0 if hint.kind == POD else 1
    return 2


def rank_of(kind: GroupKind) -> int:
    """Where a kind stands among those that a bare name may mean."""
    return _RANKS.get(kind.kind, _OTHER)
