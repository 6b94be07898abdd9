"""How many pods a workload wants and has, read alike for every kind that keeps a number of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from arcops.findings.pods import is_over, is_ready, not_ready_since_ms
from arcops.findings.view import RuleView
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.pod import Pod
from arcops.kube.objects.workloads import DaemonSet, Deployment, ReplicaSet, ReplicationController, StatefulSet
from arcops.kube.refs import ObjectRef


class Replicas(NamedTuple):
    """Counts; absent ones are 0, an absent wish is 1."""

    wanted: int
    made: int
    ready: int
    available: int
    updated: int


def replicas_of(obj: KubeObject) -> Replicas | None:
    """The counts of a workload; None where it has no status or keeps no number of pods."""
    if isinstance(obj, Deployment | StatefulSet):
        spec, status = obj.spec, obj.status
        if spec is None or status is None:
            return None
        return Replicas(
            1 if spec.replicas is None else spec.replicas, status.replicas or 0, status.ready_replicas or 0,
            _available(status.available_replicas, status.ready_replicas), status.updated_replicas or 0,
        )  # fmt: skip
    if isinstance(obj, ReplicaSet | ReplicationController):
        if obj.spec is None or obj.status is None:
            return None
        wanted, made = 1 if obj.spec.replicas is None else obj.spec.replicas, obj.status.replicas or 0
        ready = obj.status.ready_replicas or 0
        return Replicas(wanted, made, ready, _available(obj.status.available_replicas, obj.status.ready_replicas), made)
    if isinstance(obj, DaemonSet) and obj.status is not None:
        of = obj.status
        available = _available(of.number_available, of.number_ready)
        return Replicas(
            of.desired_number_scheduled, of.current_number_scheduled, of.number_ready, available, of.updated_number_scheduled or 0
        )
    return None


def _available(available: int | None, ready: int | None) -> int:
    """Servers leave a zero out; where neither count is there, none is available."""
    return available if available is not None else ready or 0


def is_seen(obj: KubeObject) -> bool:
    """Whether the controller has seen the newest generation, so that the status speaks of it."""
    status = getattr(obj, "status", None)
    observed = getattr(status, "observed_generation", None)
    return observed is None or observed >= (obj.metadata.generation or 0)


def living_pods(view: RuleView, uid: str) -> list[tuple[ObjectRef, Pod]]:
    """The pods a workload owns itself that have not run to their end."""
    found = view.owned_by(uid, Pod.GROUP_KIND)
    return [(entry.ref, entry.obj) for entry in found if isinstance(entry.obj, Pod) and not is_over(entry.obj)]


def unready(pods: Sequence[tuple[ObjectRef, Pod]]) -> list[tuple[ObjectRef, Pod]]:
    """Those that are not ready."""
    return [(ref, pod) for ref, pod in pods if not is_ready(pod)]


def unready_since_ms(pods: Sequence[tuple[ObjectRef, Pod]]) -> int | None:
    """Since when at least one of these pods is not ready; None where none says."""
    return min((since for _, pod in pods if (since := not_ready_since_ms(pod)) is not None), default=None)


def names(refs: Sequence[ObjectRef], most: int = 3) -> str:
    """The first names, and how many more there are."""
    shown = ", ".join(ref.name for ref in refs[:most])
    return f"{shown} and {len(refs) - most} more" if len(refs) > most else shown
