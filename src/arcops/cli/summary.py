"""The cluster summed up for a person in an incident: what is not well first, and how far the answer can be trusted."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import msgspec

from arcops.base.errors import NotFound, Unreachable
from arcops.cli.errors import Exit
from arcops.cli.questions import Questions, all_objects
from arcops.kube.times import time_ms
from arcops.queries.context import ContextStats
from arcops.queries.events import Event
from arcops.queries.health import KubernetesHealth
from arcops.queries.objects import ObjectQuery
from arcops.queries.pods import PHASES, PodStatus

if TYPE_CHECKING:
    from arcops.queries.diagnosed import IncidentRow

_STARTING_MS = 60_000
"""A pod may be on its way for so long before it counts as not well."""
_ON_ITS_WAY = ("Pending", "ContainerCreating", "PodInitializing", "Init:", "Running")


class NodeState(msgspec.Struct, frozen=True, gc=False):
    """A node. ``state`` is kubectl's STATUS (``NotReady``, ``Ready,SchedulingDisabled``); ``since`` when its readiness last changed."""

    name: str
    state: str
    since: str
    pressures: list[str]
    version: str

    @property
    def is_well(self) -> bool:
        """Ready and without pressure; a node that was cordoned on purpose is well."""
        return self.state.partition(",")[0] == "Ready" and not self.pressures


class Summary(msgspec.Struct, frozen=True, gc=False):
    """``incidents`` are those that are open, the worst first; null where nobody diagnoses all the time.

    ``not_well`` holds the pods that need a look, the worst first; ``warnings`` of the last hour, newest first. ``record`` is null where
    nothing is remembered.
    """

    timestamp: str
    incidents: list[IncidentRow] | None
    cluster: KubernetesHealth
    nodes: list[NodeState]
    pods: dict[str, int]
    not_well: list[PodStatus]
    warnings: list[Event]
    incomplete: list[str]
    record: ContextStats | None

    @property
    def exit_status(self) -> Exit:
        """3 for a cluster that is gone, 1 for trouble, 5 for an answer with gaps, else 0."""
        if self.cluster.state == "disconnected":
            return Exit.UNREACHABLE
        if self.incidents or self.not_well or not all(node.is_well for node in self.nodes):
            return Exit.PROBLEMS
        return Exit.PARTIAL if self.cluster.problems or self.cluster.undiscovered or self.incomplete else Exit.FINE


def summarize(asked: Questions, namespace: str = "") -> Summary:
    """The state of the whole cluster, or of one namespace's pods in it."""
    status = asked.status()
    pods = [pod for pod in status.pods if namespace in {"", pod.namespace}]
    phases = Counter(pod.phase for pod in pods)
    now_ms = asked.now_ms
    return Summary(
        timestamp=status.timestamp,
        incidents=_incidents(asked, namespace) if asked.keeps_diagnosis else None,
        cluster=asked.health().details.kubernetes,
        nodes=[node_state(msgspec.json.decode(body)) for body in all_objects(asked, ObjectQuery("nodes"))],
        pods={phase: phases[phase] for phase in PHASES if phases[phase]},
        not_well=sorted((pod for pod in pods if needs_a_look(pod, now_ms)), key=_worst_first),
        warnings=[event for event in status.events if event.type == "Warning" and namespace in {"", event.namespace}],
        incomplete=status.incomplete,
        record=asked.record() if asked.remembers else None,
    )


def _incidents(asked: Questions, namespace: str) -> list[IncidentRow] | None:
    """Those that are open or out of sight; None before the first look, and from a service of an earlier version."""
    from arcops.queries.diagnosed import FindingQuery

    try:
        rows = asked.incidents(FindingQuery(namespace=namespace)).items
    except (NotFound, Unreachable):
        return None
    return [row for row in rows if row.state != "settling"]


def needs_a_look(pod: PodStatus, now_ms: int) -> bool:
    """Whether a pod is not as it should be: failed, not ready, or on its way for more than a minute."""
    if pod.phase == "Succeeded" or pod.reason in {"Completed", "Succeeded", "Terminating"}:
        return False
    if pod.reason == "Running" and pod.ready == pod.total:
        return False
    created = time_ms(pod.created_at)
    is_young = created is not None and now_ms - created < _STARTING_MS
    return not (is_young and pod.restarts == 0 and pod.reason.startswith(_ON_ITS_WAY))


def node_state(body: dict[str, Any]) -> NodeState:
    """A node's state out of its raw body."""
    status = body.get("status") or {}
    conditions = {condition.get("type"): condition for condition in status.get("conditions") or ()}
    ready = conditions.get("Ready") or {}
    word = {"True": "Ready", "False": "NotReady"}.get(ready.get("status", ""), "NotReady" if ready else "Unknown")
    cordoned = ",SchedulingDisabled" if (body.get("spec") or {}).get("unschedulable") else ""
    return NodeState(
        name=body["metadata"]["name"], state=word + cordoned, since=ready.get("lastTransitionTime") or "",
        pressures=sorted(kind for kind, condition in conditions.items() if kind != "Ready" and condition.get("status") == "True"),
        version=(status.get("nodeInfo") or {}).get("kubeletVersion") or "",
    )  # fmt: skip


def _worst_first(pod: PodStatus) -> tuple[bool, int, str, str]:
    return pod.reason.startswith(_ON_ITS_WAY), -pod.restarts, pod.namespace, pod.name
