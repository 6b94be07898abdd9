"""Lines of a pod's containers: of the one asked for, of the one in trouble, or of all with their names in front."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import msgspec

from arcops.base.errors import BadInput, ContainerNotFound, LogsNotFound
from arcops.base.guard import safe_text
from arcops.kube.objects.pod import ContainerStatus, Pod
from arcops.kube.refs import ObjectRef
from arcops.queries.live import live_pod
from arcops.queries.missing import object_not_found
from arcops.queries.near import near_names
from arcops.queries.services import Services
from arcops.queries.times import parse_time
from arcops.source.base import LogQuery

FEWEST_LINES, MOST_LINES, USUAL_LINES = 10, 1000, 100
"""The bounds of the first version's ``tail_lines``."""
_QUICK_CHARS = 16_384
"""Less than this is made safe within a few milliseconds; more goes to a thread."""
_SURE = {"CrashLoopBackOff", "RunContainerError", "CreateContainerError"}


class PodLogs(msgspec.Struct, frozen=True, gc=False):
    """The last lines of a pod. With several ``containers`` each line begins with ``[name] ``.

    ``previous`` tells that these are the lines of the run before. ``notes`` says what could not be read, and why one
    container was chosen.
    """

    namespace: str
    pod: str
    logs: str
    containers: list[str]
    previous: bool
    notes: list[str]


@dataclass(frozen=True, slots=True)
class LogRequest:
    """Which lines. ``tail_lines`` is 10 to 1000, per container; ``since`` an RFC 3339 time or an age (``15m``)."""

    namespace: str
    pod: str
    container: str | None = None
    previous: bool = False
    tail_lines: int = USUAL_LINES
    since: str | None = None
    timestamps: bool = False


async def pod_logs(services: Services, request: LogRequest) -> PodLogs:
    """The lines asked for, cleaned of NUL bytes, escape sequences and undecodable bytes, credentials masked.

    Without a container: the one container there is; else the first in trouble; else all. Raises ``ObjectNotFound``,
    ``ContainerNotFound``, ``LogsNotFound``, ``BadTime``, ``BadInput``, ``Forbidden`` or ``Unreachable``.
    """
    if not 1 <= request.tail_lines <= MOST_LINES:
        raise BadInput(what="tail_lines", why=f"it is {FEWEST_LINES} to {MOST_LINES}")
    ref = ObjectRef("", "Pod", request.namespace, request.pod)
    pod = live_pod(services, ref)
    if pod is None:
        raise object_not_found(services, ref)
    names, note = _chosen(pod, request)
    since_s = _since_s(services, request.since)
    if len(names) == 1:
        text = await _lines(services, _query(request, names[0], since_s))
        return PodLogs(request.namespace, request.pod, text, names, request.previous, [note] if note else [])
    return await _all(services, request, names, since_s)


def container_names(pod: Pod) -> list[str]:
    """Every container of a pod: the ordinary ones first, then init containers, as far as the spec names them."""
    spec = pod.spec
    return [c.name for c in (*(spec.containers or ()), *(spec.init_containers or ()))] if spec else []


def troubled_container(pod: Pod) -> str | None:
    """The first container that is not well: waiting after a failure, ended with an error, or not ready after restarts."""
    status = pod.status
    statuses = (*(status.init_container_statuses or ()), *(status.container_statuses or ())) if status else ()
    return next((c.name for c in statuses if _in_trouble(c)), None)


def _in_trouble(container: ContainerStatus) -> bool:
    state = container.state
    if state is None:
        return False
    if state.terminated is not None:
        return state.terminated.exit_code != 0
    waiting = state.waiting.reason if state.waiting else None
    return waiting in _SURE or (container.restart_count > 0 and not container.ready)


def _chosen(pod: Pod, request: LogRequest) -> tuple[list[str], str]:
    """The containers to read, and why if it was not said."""
    names = container_names(pod)
    ordinary = [c.name for c in pod.spec.containers or ()] if pod.spec else []
    if request.container:
        ephemeral = [c.name for c in (pod.status.ephemeral_container_statuses or ())] if pod.status else []
        if request.container not in (*names, *ephemeral):
            near = near_names(request.container, names) or names
            raise ContainerNotFound(pod=f"{request.namespace}/{request.pod}", container=request.container, near=", ".join(near))
        return [request.container], ""
    troubled = troubled_container(pod)
    if troubled and len(names) > 1:
        return [troubled], f"Container {troubled} is shown because it is not well; others: {', '.join(n for n in names if n != troubled)}."
    return ordinary or names, ""


async def _all(services: Services, request: LogRequest, names: list[str], since_s: int | None) -> PodLogs:
    parts: list[str] = []
    notes: list[str] = []
    for name in names:
        try:
            text = await _lines(services, _query(request, name, since_s))
        except LogsNotFound as missing:
            notes.append(missing.message)
            continue
        parts += [f"[{name}] {line}" for line in text.splitlines()]
    if len(notes) == len(names):
        raise LogsNotFound(what=f"pod {request.namespace}/{request.pod}", why="; ".join(notes) or "it has no container")
    return PodLogs(request.namespace, request.pod, "\n".join(parts) + ("\n" if parts else ""), names, request.previous, notes)


async def _lines(services: Services, query: LogQuery) -> str:
    text = await services.source.logs(query)
    return await asyncio.to_thread(safe_text, text) if len(text) > _QUICK_CHARS else safe_text(text)


def _query(request: LogRequest, container: str, since_s: int | None) -> LogQuery:
    return LogQuery(request.namespace, request.pod, container, request.previous, request.tail_lines, since_s, request.timestamps)


def _since_s(services: Services, since: str | None) -> int | None:
    if not since:
        return None
    now = services.clock.now_ms()
    return max(1, round((now - parse_time(since, now)) / 1000))
