"""Reading pods: their containers with spec and status together, and the gates that most healthy pods fail."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from arcops.kube.conditions import condition_of, is_true
from arcops.kube.objects.container import Container
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.pod import ContainerState, ContainerStateTerminated, ContainerStatus, Pod
from arcops.kube.times import time_ms

CRASH_LOOP = "CrashLoopBackOff"
"""What a container waits for that ended too often."""


class Box(NamedTuple):
    """One container of a pod: what it should be and how it is. Either may be missing in a picture that is not whole."""

    name: str
    spec: Container | None
    status: ContainerStatus | None
    path: str
    """Of the status: ``status.containerStatuses[app]``."""
    is_init: bool
    is_sidecar: bool

    @property
    def waiting(self) -> str:
        """Why it waits, "" if it does not."""
        state = self.status.state if self.status else None
        return (state.waiting.reason or "") if state and state.waiting else ""

    @property
    def waiting_message(self) -> str:
        """What the kubelet says of the waiting."""
        state = self.status.state if self.status else None
        return (state.waiting.message or "") if state and state.waiting else ""

    @property
    def ended(self) -> ContainerStateTerminated | None:
        """How it ended, if it is over now."""
        return _terminated(self.status.state) if self.status else None

    @property
    def ended_before(self) -> ContainerStateTerminated | None:
        """How its run before ended."""
        return _terminated(self.status.last_state) if self.status else None

    @property
    def last_end(self) -> ContainerStateTerminated | None:
        """How it ended last: now, or the run before."""
        return self.ended or self.ended_before

    @property
    def running_since_ms(self) -> int | None:
        """Since when it runs, if it does."""
        state = self.status.state if self.status else None
        return time_ms(state.running.started_at) if state and state.running else None

    @property
    def restarts(self) -> int:
        """How often it was started again."""
        return self.status.restart_count if self.status else 0

    @property
    def ready(self) -> bool:
        """Whether it is ready."""
        return self.status is not None and self.status.ready

    @property
    def image(self) -> str:
        """The image asked for."""
        return (self.spec.image if self.spec else None) or (self.status.image if self.status else None) or ""


def boxes(pod: Pod) -> Iterator[Box]:
    """Every container, init containers first, in the order of the spec; those only the status knows come last."""
    spec, status = pod.spec, pod.status
    yield from _boxes(
        (spec.init_containers if spec else None) or (), (status.init_container_statuses if status else None) or (),
        "status.initContainerStatuses", is_init=True,
    )  # fmt: skip
    yield from _boxes(
        (spec.containers if spec else None) or (), (status.container_statuses if status else None) or (),
        "status.containerStatuses", is_init=False,
    )  # fmt: skip


def main_boxes(pod: Pod) -> Iterator[Box]:
    """The containers that serve: ordinary ones and native sidecars."""
    return (box for box in boxes(pod) if not box.is_init or box.is_sidecar)


def init_boxes(pod: Pod) -> Iterator[Box]:
    """The init containers that must end before the others begin."""
    return (box for box in boxes(pod) if box.is_init and not box.is_sidecar)


def _boxes(specs: tuple[Container, ...], statuses: tuple[ContainerStatus, ...], path: str, *, is_init: bool) -> Iterator[Box]:
    by_name = {status.name: status for status in statuses}
    for spec in specs:
        sidecar = is_init and spec.restart_policy == "Always"
        yield Box(spec.name, spec, by_name.pop(spec.name, None), f"{path}[{spec.name}]", is_init, sidecar)
    for name, status in by_name.items():
        yield Box(name, None, status, f"{path}[{name}]", is_init, is_sidecar=False)


def _terminated(state: ContainerState | None) -> ContainerStateTerminated | None:
    return state.terminated if state else None


# Gates: a quick look at the pod alone. A rule with a gate is not run for pods that fail it.


def is_unwell(obj: KubeObject) -> bool:
    """A pod that is not simply running and ready, done, or on its way out; or one whose containers have ended before."""
    if type(obj) is not Pod:
        return False
    status = obj.status
    if status is None or status.phase == "Succeeded":
        return False
    if status.phase != "Running" or not is_true(status.conditions, "Ready"):
        return True
    return any(container.restart_count for container in status.container_statuses or ()) or any(
        container.restart_count for container in status.init_container_statuses or ()
    )


def is_waiting(obj: KubeObject) -> bool:
    """A pod of which some container has not started, or is not scheduled."""
    return type(obj) is Pod and obj.status is not None and obj.status.phase == "Pending" and not obj.metadata.deletion_timestamp


def is_unscheduled(obj: KubeObject) -> bool:
    """A pod without a node that is not being deleted."""
    if type(obj) is not Pod or (obj.spec and obj.spec.node_name) or obj.metadata.deletion_timestamp:
        return False
    return obj.status is None or obj.status.phase in (None, "Pending")


# When trouble began


def not_ready_since_ms(pod: Pod) -> int | None:
    """Since when the pod is not ready, by its own condition; None where it is ready or does not say."""
    conditions = pod.status.conditions if pod.status else None
    found = condition_of(conditions, "Ready")
    return time_ms(found.last_transition_time) if found is not None and found.status != "True" else None


def node_of(pod: Pod) -> str:
    """``node edge-1``, or ``the node`` where the pod has none yet."""
    name = pod.spec.node_name if pod.spec else None
    return f"node {name}" if name else "the node"


def is_ready(pod: Pod) -> bool:
    """Whether the pod's Ready condition is True."""
    return pod.status is not None and is_true(pod.status.conditions, "Ready")


def is_over(pod: Pod) -> bool:
    """Whether the pod has run to its end, well or not."""
    return pod.status is not None and pod.status.phase in ("Succeeded", "Failed")


def has_owner(pod: Pod, kind: str) -> bool:
    """Whether an owner of this kind is named."""
    return any(owner.kind == kind for owner in pod.metadata.owner_references or ())


def is_waiting_for_start(obj: KubeObject) -> bool:
    """A pod of which some container waits for whatever reason."""
    if type(obj) is not Pod or obj.status is None or obj.metadata.deletion_timestamp:
        return False
    status = obj.status
    if status.phase not in ("Pending", "Running", None):
        return False
    return any(_waits(one) for one in status.container_statuses or ()) or any(_waits(one) for one in status.init_container_statuses or ())


def _waits(status: ContainerStatus) -> bool:
    state = status.state
    return state is not None and state.waiting is not None
