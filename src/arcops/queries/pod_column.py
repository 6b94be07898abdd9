"""kubectl's STATUS, READY and RESTARTS columns, rule for rule.

Source: ``printPod`` in kubernetes/pkg/printers/internalversion/printers.go (v1.36). Sidecars (init containers with
restartPolicy Always) count as containers; the restarts of ordinary init containers count only while they run.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from arcops.kube.objects.condition import Condition
from arcops.kube.objects.container import Container
from arcops.kube.objects.pod import ContainerState, ContainerStatus, Pod, PodSpec, PodStatus

_TERMINAL = {"Succeeded", "Failed"}
_NO_SPEC = PodSpec()
_NO_STATUS = PodStatus()


class PodColumns(NamedTuple):
    """What kubectl prints of a pod."""

    reason: str
    ready: int
    total: int
    restarts: int


class _Init(NamedTuple):
    reason: str | None
    """None once every init container is done or, as a sidecar, started."""
    ready: int
    restarts: int
    sidecar_restarts: int


def pod_columns(pod: Pod) -> PodColumns:
    """The columns of one pod."""
    spec, status = pod.spec or _NO_SPEC, pod.status or _NO_STATUS
    init_specs = {c.name: c for c in spec.init_containers or ()}
    total = len(spec.containers or ()) + sum(is_sidecar(c) for c in init_specs.values())
    conditions = status.conditions or ()
    init = _init_part(init_specs, status.init_container_statuses or ())
    reason = init.reason or _base_reason(status, conditions)
    ready, restarts = init.ready, init.restarts
    if init.reason is None or _holds(conditions, "Initialized"):
        reason, running = _container_reason(status.container_statuses or (), reason)
        ready += running
        restarts = init.sidecar_restarts + sum(c.restart_count for c in status.container_statuses or ())
        if reason == "Completed" and running:
            reason = "Running" if _holds(conditions, "Ready") else "NotReady"
    return PodColumns(_final_reason(pod, status, reason), ready, total, restarts)


def is_sidecar(container: Container | None) -> bool:
    """An init container that keeps running beside the others."""
    return container is not None and container.restart_policy == "Always"


def _base_reason(status: PodStatus, conditions: Sequence[Condition]) -> str:
    gated = any(c.type == "PodScheduled" and c.reason == "SchedulingGated" for c in conditions)
    return "SchedulingGated" if gated else status.reason or status.phase or "Unknown"


def _final_reason(pod: Pod, status: PodStatus, reason: str) -> str:
    if pod.metadata.deletion_timestamp is None:
        return reason
    if status.reason == "NodeLost":
        return "Unknown"
    return reason if status.phase in _TERMINAL else "Terminating"


def _init_part(specs: dict[str, Container], statuses: Sequence[ContainerStatus]) -> _Init:
    ready = restarts = sidecar_restarts = 0
    for position, container in enumerate(statuses):
        restarts += container.restart_count
        sidecar = is_sidecar(specs.get(container.name))
        if sidecar:
            sidecar_restarts += container.restart_count
        ended = container.state.terminated if container.state else None
        if ended is not None and ended.exit_code == 0:
            continue
        if sidecar and container.started:
            ready += container.ready
            continue
        return _Init(_init_reason(container.state, position, len(specs)), ready, restarts, sidecar_restarts)
    return _Init(None, ready, restarts, sidecar_restarts)


def _init_reason(state: ContainerState | None, position: int, total: int) -> str:
    if state is not None and state.terminated is not None:
        return f"Init:{_end_reason(state)}"
    waiting = state.waiting.reason if state is not None and state.waiting is not None else None
    if waiting and waiting != "PodInitializing":
        return f"Init:{waiting}"
    return f"Init:{position}/{total}"


def _container_reason(statuses: Sequence[ContainerStatus], reason: str) -> tuple[str, int]:
    """The reason after the containers had their say, the first one last, and how many run and are ready."""
    running = 0
    for container in reversed(statuses):
        state = container.state
        if state is None:
            continue
        if state.waiting is not None and state.waiting.reason:
            reason = state.waiting.reason
        elif state.terminated is not None:
            reason = _end_reason(state)
        elif container.ready and state.running is not None:
            running += 1
    return reason, running


def _end_reason(state: ContainerState) -> str:
    ended = state.terminated
    if ended is None:
        return ""
    if ended.reason:
        return ended.reason
    return f"Signal:{ended.signal}" if ended.signal else f"ExitCode:{ended.exit_code}"


def _holds(conditions: Sequence[Condition], kind: str) -> bool:
    return any(c.type == kind and c.status == "True" for c in conditions)
