"""What ``kubectl get pods`` shows of a pod: READY, STATUS, RESTARTS.

The rules are those of the API server's table printer (``pkg/printers/internalversion``, release 1.36), which kubectl
only displays. tests/cluster compares them with a real server's tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from arcops.kube.conditions import condition_of, is_true
from arcops.kube.objects.pod import ContainerStateTerminated, ContainerStatus, Pod, PodSpec, PodStatus
from arcops.kube.times import duration_text, time_ms

NODE_LOST = "NodeLost"
"""The status reason of a pod whose node stopped answering."""


@dataclass(slots=True)
class PodState:
    """READY is ``ready``/``total`` (native sidecars count, other init containers do not); ``last_restart`` is RFC 3339 or empty."""

    ready: int = 0
    total: int = 0
    status: str = ""
    restarts: int = 0
    last_restart: str = ""

    @property
    def ready_text(self) -> str:
        """The READY column: ``1/2``."""
        return f"{self.ready}/{self.total}"

    def restarts_text(self, now_ms: int) -> str:
        """The RESTARTS column: ``3 (5m ago)``."""
        last_ms = time_ms(self.last_restart)
        if not self.restarts or last_ms is None:
            return str(self.restarts)
        return f"{self.restarts} ({duration_text(now_ms - last_ms)} ago)"


_NO_SPEC = PodSpec()
_NO_STATUS = PodStatus()


def pod_state(pod: Pod) -> PodState:
    """The three columns of a pod."""
    spec = pod.spec or _NO_SPEC
    status = pod.status or _NO_STATUS
    sidecars = frozenset(c.name for c in spec.init_containers or () if c.restart_policy == "Always")
    state = PodState(total=len(spec.containers or ()) + len(sidecars), status=_first_reason(status))
    initializing = _add_init_containers(state, status, sidecars, len(spec.init_containers or ()))
    if not initializing or is_true(status.conditions, "Initialized"):
        _take_restarts_of_sidecars(state, status, sidecars)
        _add_containers(state, status)
    if pod.metadata.deletion_timestamp:
        if status.reason == NODE_LOST:
            state.status = "Unknown"
        elif status.phase not in ("Succeeded", "Failed"):
            state.status = "Terminating"
    return state


def is_sidecar(pod: Pod, container: str) -> bool:
    """Whether an init container keeps running beside the others (``restartPolicy: Always``)."""
    containers = pod.spec.init_containers if pod.spec else None
    return any(c.name == container and c.restart_policy == "Always" for c in containers or ())


def _first_reason(status: PodStatus) -> str:
    scheduled = condition_of(status.conditions, "PodScheduled")
    if scheduled and scheduled.reason == "SchedulingGated":
        return "SchedulingGated"
    return status.reason or status.phase or ""


def _add_init_containers(state: PodState, status: PodStatus, sidecars: frozenset[str], count: int) -> bool:
    """Take in the init containers up to the first that is not done; says whether there is one."""
    for position, container in enumerate(status.init_container_statuses or ()):
        _add_restarts(state, container)
        now = container.state
        terminated = now.terminated if now else None
        if terminated and terminated.exit_code == 0:
            continue
        if container.started and container.name in sidecars:
            state.ready += container.ready
            continue
        waiting = now.waiting if now else None
        if terminated:
            state.status = f"Init:{_end_of(terminated)}"
        elif waiting and waiting.reason and waiting.reason != "PodInitializing":
            state.status = f"Init:{waiting.reason}"
        else:
            state.status = f"Init:{position}/{count}"
        return True
    return False


def _take_restarts_of_sidecars(state: PodState, status: PodStatus, sidecars: frozenset[str]) -> None:
    """Once the main containers run, those of the init containers that are done count no more."""
    state.restarts, state.last_restart = 0, ""
    done = _first_unfinished(status.init_container_statuses or (), sidecars)
    for container in (status.init_container_statuses or ())[:done]:
        if container.name in sidecars:
            _add_restarts(state, container)


def _first_unfinished(statuses: Sequence[ContainerStatus], sidecars: frozenset[str]) -> int:
    """How many init containers kubectl looks at: up to and including the first that is not done."""
    for position, container in enumerate(statuses):
        terminated = container.state.terminated if container.state else None
        is_done = terminated is not None and terminated.exit_code == 0
        if not is_done and not (container.started and container.name in sidecars):
            return position + 1
    return len(statuses)


def _add_containers(state: PodState, status: PodStatus) -> None:
    running, error = False, ""
    for container in reversed(status.container_statuses or ()):
        _add_restarts(state, container)
        now = container.state
        if now is None:
            continue
        if now.waiting and now.waiting.reason:
            state.status = now.waiting.reason
        elif now.terminated:
            state.status = _end_of(now.terminated)
            error = state.status if now.terminated.exit_code else error
        elif container.ready and now.running:
            running = True
            state.ready += 1
    if state.status == "Completed":
        state.status = _status_of_mixed(status, running, error)


def _status_of_mixed(status: PodStatus, running: bool, error: str) -> str:
    """The first container has ended well; what the others do decides."""
    if running and is_true(status.conditions, "Ready"):
        return "Running"
    return error or ("NotReady" if running else "Completed")


def _end_of(terminated: ContainerStateTerminated) -> str:
    if terminated.reason:
        return terminated.reason
    return f"Signal:{terminated.signal}" if terminated.signal else f"ExitCode:{terminated.exit_code}"


def _add_restarts(state: PodState, container: ContainerStatus) -> None:
    state.restarts += container.restart_count
    ended = container.last_state.terminated if container.last_state else None
    if ended and ended.finished_at and ended.finished_at > state.last_restart:
        state.last_restart = ended.finished_at
