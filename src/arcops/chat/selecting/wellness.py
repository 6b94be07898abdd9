"""How an object is doing in one word, and whether that is well: the states that lists are summed up by.

Pods have kubectl's STATUS; workloads compare ready with wanted replicas; other kinds their phase or main condition.
"""

from __future__ import annotations

from typing import NamedTuple

from arcops.findings.pods import is_ready
from arcops.findings.replicas import replicas_of
from arcops.inventory.base import Entry
from arcops.kube.conditions import condition_of, is_false, is_true
from arcops.kube.objects.batch import CronJob, Job
from arcops.kube.objects.cluster import APIService, Namespace
from arcops.kube.objects.custom import CustomObject
from arcops.kube.objects.event import Event
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.node import Node
from arcops.kube.objects.pod import Pod, PodStatus
from arcops.kube.objects.service import Service
from arcops.kube.objects.storage import PersistentVolume, PersistentVolumeClaim
from arcops.kube.objects.workloads import DaemonSet, Deployment, ReplicaSet, ReplicationController, StatefulSet
from arcops.kube.podstate import pod_state

_DONE = ("Completed", "Succeeded")
_BAD_WORDS = ("fail", "error", "degraded", "lost", "unhealthy", "stalled", "missing", "suspended", "unknown")
_PRESSURES = ("MemoryPressure", "DiskPressure", "PIDPressure", "NetworkUnavailable")


class Wellness(NamedTuple):
    """``word`` is the state as people name it, "" for kinds that have none; ``restarts`` only of pods."""

    word: str
    is_well: bool
    restarts: int = 0

    @property
    def rank(self) -> int:
        """For sorting: the unwell first."""
        return 1 if self.is_well else 0


_PLAIN = Wellness("", is_well=True)


def wellness_of(entry: Entry) -> Wellness:
    """How an object is doing."""
    obj = entry.obj
    if type(obj) is Pod:
        return of_pod(obj)
    found = _of_workload(obj) or _of_batch(obj) or _of_storage(obj) or _of_cluster(obj)
    if found is not None:
        return found
    return _of_custom(obj) if isinstance(obj, CustomObject) else _PLAIN


def of_pod(pod: Pod) -> Wellness:
    """A pod by kubectl's STATUS; one that runs is well when it is ready."""
    if pod.status is not None and is_plain(pod, pod.status):
        return Wellness("Running", is_well=True, restarts=sum(one.restart_count for one in pod.status.container_statuses or ()))
    state = pod_state(pod)
    word = state.status or "Unknown"
    if word in _DONE:
        return Wellness(word, is_well=True, restarts=state.restarts)
    if word == "Running" and not is_pod_ready(pod, state.ready, state.total):
        return Wellness("Running but not ready", is_well=False, restarts=state.restarts)
    return Wellness(word, word in ("Running", "Terminating"), state.restarts)


def is_plain(pod: Pod, status: PodStatus) -> bool:
    """Most pods: they run, are ready, have no init containers and are not being deleted, so that there is little to reckon."""
    if status.phase != "Running" or status.reason or pod.metadata.deletion_timestamp:
        return False
    return pod.spec is not None and pod.spec.init_containers is None and is_true(status.conditions, "Ready")


def is_pod_ready(pod: Pod, ready: int, total: int) -> bool:
    """Whether every container is ready and the pod says so too, where it says anything."""
    if pod.status is not None and pod.status.conditions is not None and condition_of(pod.status.conditions, "Ready") is not None:
        return is_ready(pod)
    return total > 0 and ready == total


def _of_workload(obj: KubeObject) -> Wellness | None:
    if not isinstance(obj, Deployment | StatefulSet | DaemonSet | ReplicaSet | ReplicationController):
        return None
    counts = replicas_of(obj)
    if counts is None:
        return _PLAIN
    if isinstance(obj, Deployment) and obj.spec and obj.spec.paused:
        return Wellness("paused", counts.ready >= counts.wanted)
    if not counts.wanted:
        return Wellness("scaled to 0", is_well=True)
    if counts.ready >= counts.wanted:
        return Wellness("ready", is_well=True)
    return Wellness("partly ready" if counts.ready else "no pod ready", is_well=False)


def _of_batch(obj: KubeObject) -> Wellness | None:
    if isinstance(obj, CronJob):
        return Wellness("suspended" if obj.spec and obj.spec.suspend else "active", is_well=True)
    if not isinstance(obj, Job):
        return None
    conditions = obj.status.conditions if obj.status else None
    if is_true(conditions, "Failed") or is_true(conditions, "FailureTarget"):
        return Wellness("Failed", is_well=False)
    if is_true(conditions, "Complete"):
        return Wellness("Complete", is_well=True)
    if obj.spec and obj.spec.suspend:
        return Wellness("suspended", is_well=True)
    return Wellness("Running", is_well=not (obj.status and obj.status.failed))


def _of_storage(obj: KubeObject) -> Wellness | None:
    if isinstance(obj, PersistentVolumeClaim):
        phase = (obj.status.phase if obj.status else None) or "Pending"
        return Wellness("Terminating" if obj.metadata.deletion_timestamp else phase, phase == "Bound")
    if isinstance(obj, PersistentVolume):
        phase = (obj.status.phase if obj.status else None) or "Available"
        return Wellness(phase, phase in ("Bound", "Available", "Released"))
    return None


def _of_cluster(obj: KubeObject) -> Wellness | None:
    if isinstance(obj, Node):
        return of_node(obj)
    if isinstance(obj, Namespace):
        phase = (obj.status.phase if obj.status else None) or "Active"
        return Wellness(phase, phase == "Active")
    if isinstance(obj, Event):
        return Wellness(obj.type or "Normal", obj.type != "Warning")
    if isinstance(obj, APIService):
        available = not is_false(obj.status.conditions if obj.status else None, "Available")
        return Wellness("available" if available else "not available", available)
    if isinstance(obj, Service):
        return Wellness((obj.spec.type if obj.spec else None) or "ClusterIP", is_well=True)
    return None


def of_node(node: Node) -> Wellness:
    """A node: NotReady, under pressure, cordoned, or ready."""
    conditions = node.status.conditions if node.status else None
    ready = condition_of(conditions, "Ready")
    if ready is not None and ready.status != "True":
        return Wellness("NotReady", is_well=False)
    pressed = pressures_of(node)
    if pressed:
        return Wellness(pressed[0], is_well=False)
    if node.spec and node.spec.unschedulable:
        return Wellness("Ready but cordoned", is_well=True)
    return Wellness("Ready" if ready is not None else "Unknown", is_well=True)


def pressures_of(node: Node) -> list[str]:
    """The conditions of a node that are True and should not be."""
    conditions = node.status.conditions if node.status else None
    return [name for name in _PRESSURES if is_true(conditions, name)]


def _of_custom(obj: CustomObject) -> Wellness:
    status = obj.status
    if status is None:
        return _PLAIN
    for name in ("Ready", "Available", "Healthy", "Synced", "Established", "Accepted", "Programmed"):
        found = condition_of(status.conditions, name)
        if found is not None:
            word = name if found.status == "True" else found.reason or f"not {name}"
            return Wellness(word, found.status == "True")
    health = status.health if isinstance(status.health, str) else status.health.status if status.health else None
    word = health or status.phase or status.state or status.status or status.provisioning_state or ""
    return Wellness(word, not any(bad in word.lower() for bad in _BAD_WORDS))
