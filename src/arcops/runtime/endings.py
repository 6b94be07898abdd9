"""Which runs of containers ended between two states of a pod, and where the kubelet keeps their lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from arcops.kube.objects.pod import ContainerStateTerminated, ContainerStatus, Pod
from arcops.kube.refs import ObjectRef


class Ending(NamedTuple):
    """The end of one run of a container; ``finished_at`` (RFC 3339) tells it from the others.

    ``previous``: another run has begun since, or waits to, so that the lines are those of the run before. ``restarts``
    is the container's count when the end was seen.
    """

    ref: ObjectRef
    uid: str
    node: str
    container: str
    finished_at: str
    failed: bool
    previous: bool
    restarts: int


def endings(before: Pod | None, after: Pod) -> list[Ending]:
    """The runs that ended since ``before`` (all the pod tells of, if None), the failed ones first.

    An init container that did its work is left out: each start of each pod has one.
    """
    known = {status.name: _last_end(status) for status in _statuses(before)} if before is not None else {}
    spec, meta = after.spec, after.metadata
    init = {status.name for status in (after.status.init_container_statuses or ())} if after.status else set()
    found: list[Ending] = []
    for status in _statuses(after):
        end = _last_end(status)
        if end is None or not end.finished_at or _is_same(end, known.get(status.name)):
            continue
        failed = end.exit_code != 0 or bool(end.signal)
        if failed or status.name not in init:
            ref = ObjectRef("", "Pod", meta.namespace, meta.name)
            node = (spec.node_name if spec else None) or ""
            found.append(
                Ending(ref, meta.uid, node, status.name, end.finished_at, failed, _current_end(status) is None, status.restart_count)
            )
    return sorted(found, key=lambda ending: not ending.failed)


def restarts_of(pod: Pod, container: str) -> int:
    """How often a container of the pod was started again, 0 if it is not told."""
    return next((status.restart_count for status in _statuses(pod) if status.name == container), 0)


def _statuses(pod: Pod) -> Iterator[ContainerStatus]:
    if pod.status:
        yield from pod.status.init_container_statuses or ()
        yield from pod.status.container_statuses or ()
        yield from pod.status.ephemeral_container_statuses or ()


def _current_end(status: ContainerStatus) -> ContainerStateTerminated | None:
    return status.state.terminated if status.state else None


def _last_end(status: ContainerStatus) -> ContainerStateTerminated | None:
    """The newest end: of this run, or of the one before it."""
    return _current_end(status) or (status.last_state.terminated if status.last_state else None)


def _is_same(end: ContainerStateTerminated, known: ContainerStateTerminated | None) -> bool:
    return known is not None and known.finished_at == end.finished_at
