"""Calls every endpoint of a running service and judges shape (does it decode) and truth (do the answers agree).

The cluster may change between two questions: what disagrees is asked again before it counts.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TypeVar

import msgspec

from arcops.base.errors import ArcopsError, ServerUnreachable
from arcops.cli.checks.base import Check, failed, ok, skipped, warning
from arcops.cli.checks.diagnosis import check_findings, check_incidents, check_suppressions, check_topology
from arcops.cli.checks.truth import unlike, wrong_events, wrong_moments, wrong_pods, wrong_times
from arcops.cli.errors import exit_of
from arcops.cli.service import Reply, Service
from arcops.kube.times import time_ms
from arcops.queries.cluster import ClusterStatus
from arcops.queries.context import ContextStats, ContextWindow, SnapshotInfo
from arcops.queries.events import Event, EventPage
from arcops.queries.health import Health
from arcops.queries.history import VersionPage
from arcops.queries.logs import PodLogs
from arcops.queries.objects import NO_NAMESPACE, KindInfo, ObjectPage
from arcops.queries.pods import PHASES, PodMoment, PodStatus

T = TypeVar("T")
Faults = Iterator[str]

_TRIES, _PAUSE_S = 3, 0.4
_SLOW_MS = 1000.0
_SKEW_MS = 5_000
_OK, _NOT_FOUND, _UNPROCESSABLE = 200, 404, 422
_ABSENT = "arcops-check-absent"
_KINDS_COMPARED = 5


class ChatAnswer(msgspec.Struct, gc=False):
    """``POST /api/chat/query``."""

    response: str
    timestamp: str
    context_used: bool
    model: str


class ProblemBody(msgspec.Struct, gc=False):
    """An error: problem+json that still carries ``detail`` as text."""

    title: str
    status: int
    code: str
    detail: str
    hint: str = ""


def check_api(service: Service) -> Iterator[Check]:
    """Every endpoint's result as it comes. Ends early if nobody answers."""
    for name, _ in _LOOKS:
        check = check_endpoint(service, name)
        yield check
        if check.status == exit_of(ServerUnreachable()):
            return


def check_endpoint(service: Service, name: str, pause_s: float = _PAUSE_S) -> Check:
    """One endpoint by its name in the table, asked again, after a pause, while the answers disagree."""
    look = dict(_LOOKS)[name]
    faults: list[str] = []
    for left in range(_TRIES - 1, -1, -1):
        began = time.monotonic()
        try:
            faults = list(look(service))
        except _Skip as reason:
            return skipped(name, str(reason))
        except ArcopsError as error:
            return failed(name, error.message, error.advice, exit_of(error))
        took_ms = (time.monotonic() - began) * 1000
        if not faults:
            return warning(name, f"{took_ms:.0f} ms", "It answers slowly.") if took_ms > _SLOW_MS else ok(name, f"{took_ms:.0f} ms")
        if left:
            time.sleep(pause_s)
    more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
    return failed(name, faults[0] + more, "This is a fault in arcops: please report it.")


class _Skip(Exception):
    """There is nothing to look at."""


def _health(service: Service) -> Faults:
    health = service.ask("/api/health", Health)
    if health.status not in {"healthy", "degraded"}:
        yield f"the status is {health.status}"
    yield from wrong_times((health.timestamp,), "health")
    if abs((time_ms(health.timestamp) or 0) - time.time_ns() // 1_000_000) > _SKEW_MS:
        yield f"its clock says {health.timestamp}, which is more than {_SKEW_MS // 1000} s from here"
    if health.services.kubernetes != (health.details.kubernetes.state != "disconnected"):
        yield f"services.kubernetes is {health.services.kubernetes}, but its details say {health.details.kubernetes.state}"


def _probes(service: Service) -> Faults:
    if (live := service.fetch("/livez").status) != _OK:
        yield f"GET /livez answers {live}"
    ready = service.fetch("/readyz").status
    synced = service.ask("/api/health", Health).details.kubernetes.synced
    if (ready == _OK) != synced:
        yield f"GET /readyz answers {ready}, while health says synced={str(synced).lower()}"


def _status(service: Service) -> Faults:
    status = service.ask("/api/cluster/status", ClusterStatus)
    yield from wrong_times((status.timestamp,), "the status")
    yield from wrong_pods(status.pods)
    yield from wrong_events(status.events)


def _pods(service: Service) -> Faults:
    pods = _all_pods(service)
    yield from wrong_pods(pods)
    yield from unlike("/api/cluster/pods", len(pods), "/api/cluster/status", len(service.ask("/api/cluster/status", ClusterStatus).pods))
    by_phase = sum(len(service.ask("/api/cluster/pods", list[PodStatus], {"phase": phase.lower()})) for phase in PHASES)
    yield from unlike("/api/cluster/pods", len(pods), "the sum over its phases", by_phase)
    yield from _refused(service.fetch("/api/cluster/pods", {"phase": _ABSENT}), _UNPROCESSABLE, "an unknown phase")
    for namespace in sorted({pod.namespace for pod in pods})[:_KINDS_COMPARED]:
        named = service.ask("/api/cluster/pods", list[PodStatus], {"namespace": namespace})
        yield from unlike(f"namespace {namespace}", len(named), "all pods", sum(pod.namespace == namespace for pod in pods))


def _events(service: Service) -> Faults:
    events = service.ask("/api/cluster/events", list[Event], {"hours": 1})
    yield from wrong_events(events)
    warnings = service.ask("/api/cluster/events", list[Event], {"hours": 1, "event_type": "Warning"})
    yield from (f"a filter for warnings gives {event.name}, which is {event.type}" for event in warnings if event.type != "Warning")
    yield from unlike("the filter for warnings", len(warnings), "all events", sum(event.type == "Warning" for event in events))


def _logs(service: Service) -> Faults:
    yield from _refused(service.fetch(f"/api/cluster/pods/default/{_ABSENT}/logs"), _NOT_FOUND, "the logs of a pod that does not exist")
    pod = next((pod for pod in _all_pods(service) if pod.phase == "Running"), None)
    if pod is None:
        raise _Skip("no pod runs")
    path = f"/api/cluster/pods/{pod.namespace}/{pod.name}/logs"
    reply = service.fetch(path, {"tail_lines": 10})
    if reply.status != _NOT_FOUND:
        logs = service.ask(path, PodLogs, {"tail_lines": 10})
        if len(logs.logs.splitlines()) > 10 * len(logs.containers):
            yield f"{path} asked for 10 lines of {len(logs.containers)} containers gives {len(logs.logs.splitlines())}"
        if (logs.namespace, logs.pod) != (pod.namespace, pod.name):
            yield f"{path} gives the logs of {logs.namespace}/{logs.pod}"


def _pod_history(service: Service) -> Faults:
    yield from _refused(service.fetch(f"/api/cluster/pods/default/{_ABSENT}/history"), _NOT_FOUND, "the history of a pod never seen")
    pod = next(iter(_all_pods(service)), None)
    if pod is None:
        raise _Skip("there is no pod")
    moments = service.ask(f"/api/cluster/pods/{pod.namespace}/{pod.name}/history", list[PodMoment], {"hours": 24})
    yield from wrong_moments(moments)
    if moments and (moments[-1].reason, moments[-1].restarts) != (pod.reason, pod.restarts):
        yield f"the history of {pod.namespace}/{pod.name} ends with {moments[-1].reason}, but it is {pod.reason}"


def _chat(service: Service) -> Faults:
    reply = service.fetch("/api/chat/query", send={"message": "How many pods are there?", "include_context": True})
    if reply.status != _OK:
        yield f"a question is answered with {reply.status}"
        return
    answer = msgspec.json.decode(reply.body, type=ChatAnswer)
    yield from wrong_times((answer.timestamp,), "the answer")
    if not answer.response.strip() or not answer.model:
        yield "the answer is empty or names no model"
    yield from _refused(service.fetch("/api/chat/query", send={"message": ""}), _UNPROCESSABLE, "an empty question")


def _kinds(service: Service) -> Faults:
    kinds = service.ask("/api/kinds", list[KindInfo])
    if not any(kind.kind == "Pod" for kind in kinds):
        yield "there is no kind Pod"
    busiest = sorted((kind for kind in kinds if kind.phase == "synced"), key=lambda kind: -kind.objects)[:_KINDS_COMPARED]
    for kind in busiest:
        word = f"{kind.plural}.{kind.group}" if kind.group else kind.plural
        total = service.ask(f"/api/objects/{word}", ObjectPage, {"limit": 1}).metadata.total
        yield from unlike(f"/api/kinds of {word}", kind.objects, f"/api/objects/{word}", total)


def _objects(service: Service) -> Faults:
    pods = _all_pods(service)
    page = service.ask("/api/objects/pods", ObjectPage, {"limit": 2})
    yield from unlike("/api/objects/po", page.metadata.total, "/api/cluster/pods", len(pods))
    yield from _refused(service.fetch(f"/api/objects/{_ABSENT}"), _NOT_FOUND, "an unknown kind", or_else=_UNPROCESSABLE)
    yield from _refused(service.fetch("/api/objects/pods", {"labelSelector": "a in b"}), _UNPROCESSABLE, "a selector that cannot be read")
    if not pods:
        raise _Skip("there is no pod")
    pod = pods[0]
    body = msgspec.json.decode(service.read(f"/api/objects/pods/{pod.namespace}/{pod.name}"))
    if body.get("kind") != "Pod" or body["metadata"]["uid"] != pod.uid:
        yield f"the object of {pod.namespace}/{pod.name} is another one"
    if page.metadata.continue_:
        following = service.ask("/api/objects/pods", ObjectPage, {"limit": 2, "continue": page.metadata.continue_})
        yield from unlike("the first page's remainder", page.metadata.remaining_item_count,
                          "the second page", following.metadata.remaining_item_count + len(following.items))  # fmt: skip
    versions = service.ask(f"/api/history/pods/{pod.namespace}/{pod.name}", VersionPage)
    if not versions.items:
        yield f"the history of {pod.namespace}/{pod.name} is empty"


def _cluster_scoped(service: Service) -> Faults:
    nodes = service.ask("/api/objects/nodes", ObjectPage, {"limit": 1})
    if not nodes.items:
        raise _Skip("there is no node")
    name = msgspec.json.decode(nodes.items[0])["metadata"]["name"]
    if msgspec.json.decode(service.read(f"/api/objects/nodes/{NO_NAMESPACE}/{name}"))["metadata"]["name"] != name:
        yield f"the object of node {name} is another one"
    yield from _refused(service.fetch(f"/api/objects/nodes/{NO_NAMESPACE}/{_ABSENT}"), _NOT_FOUND, "a node that does not exist")


def _record_events(service: Service) -> Faults:
    page = service.ask("/api/events", EventPage, {"limit": 5})
    yield from wrong_times((item.observed_at for item in page.items), "a sighting")
    if [item.id for item in page.items] != sorted((item.id for item in page.items), reverse=True):
        yield "sightings are not newest first"
    yield from _refused(service.fetch("/api/events", {"since": "yesterdayish"}), _UNPROCESSABLE, "an impossible time")


def _context(service: Service) -> Faults:
    stats = service.ask("/api/context/stats", ContextStats)
    window = service.ask("/api/context", ContextWindow)
    yield from wrong_events(window.events)
    ticks = service.ask("/api/context/snapshots", list[SnapshotInfo])
    yield from wrong_times((tick.timestamp for tick in ticks), "a snapshot")
    if stats.snapshots > stats.max_snapshots:
        yield f"there are {stats.snapshots} snapshots, more than {stats.max_snapshots}"


def _metrics(service: Service) -> Faults:
    reply = service.fetch("/metrics")
    lines = [line for line in reply.body.decode("utf-8", "replace").splitlines() if line and not line.startswith("#")]
    if reply.status != _OK or not lines:
        yield f"GET /metrics answers {reply.status} with {len(lines)} samples"
    for line in lines:
        if not _is_number(line.rpartition(" ")[2]):
            yield f'the sample "{line}" has no number'


def _description(service: Service) -> Faults:
    paths = msgspec.json.decode(service.read("/openapi.json")).get("paths", {})
    for path in (
        "/api/health",
        "/api/cluster/status",
        "/api/cluster/pods",
        "/api/cluster/events",
        "/api/chat/query",
        "/api/kinds",
        "/api/events",
    ):
        if path not in paths:
            yield f"{path} is not described"


def _unknown(service: Service) -> Faults:
    yield from _refused(service.fetch(f"/api/{_ABSENT}"), _NOT_FOUND, "an address that does not exist")


def _refused(reply: Reply, status: int, what: str, *, or_else: int = 0) -> Faults:
    """That a wrong question got its status and a problem that explains it."""
    if reply.status not in {status, or_else}:
        yield f"{what} is answered with {reply.status} in place of {status}"
        return
    if reply.content_type != "application/problem+json":
        yield f"{what} is answered with {reply.content_type} in place of application/problem+json"
        return
    try:
        problem = msgspec.json.decode(reply.body, type=ProblemBody)
    except msgspec.MsgspecError as error:
        yield f"{what} is answered with a problem of the wrong shape ({error})"
        return
    if not problem.detail or not problem.code:
        yield f"{what} is answered without saying why"


def _all_pods(service: Service) -> list[PodStatus]:
    return service.ask("/api/cluster/pods", list[PodStatus])


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


_LOOKS: tuple[tuple[str, Callable[[Service], Faults]], ...] = (
    ("GET /api/health", _health),
    ("GET /livez, /readyz", _probes),
    ("GET /api/cluster/status", _status),
    ("GET /api/cluster/pods", _pods),
    ("GET /api/cluster/events", _events),
    ("GET /api/cluster/pods/…/logs", _logs),
    ("GET /api/cluster/pods/…/history", _pod_history),
    ("POST /api/chat/query", _chat),
    ("GET /api/kinds", _kinds),
    ("GET /api/objects/pods", _objects),
    ("GET /api/objects/nodes", _cluster_scoped),
    ("GET /api/events", _record_events),
    ("GET /api/context", _context),
    ("GET /api/findings", check_findings),
    ("GET /api/incidents", check_incidents),
    ("GET /api/topology", check_topology),
    ("GET /api/suppressions", check_suppressions),
    ("GET /metrics", _metrics),
    ("GET /openapi.json", _description),
    ("GET unknown address", _unknown),
)
