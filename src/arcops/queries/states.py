"""The state of any object in a word, and whether that is well: what a timeline is drawn from."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, NamedTuple

import msgspec

from arcops.kube.objects.custom import RawBody
from arcops.kube.podstate import pod_state
from arcops.kube.refs import GroupKind
from arcops.queries.bodies import decode_pod
from arcops.store.base import Revision

OK, WAIT, BAD, DONE = "ok", "wait", "bad", "done"
_STARTING = re.compile(r"Pending|ContainerCreating|PodInitializing|Init:\d+/\d+|Terminating|SchedulingGated|")
_POD = GroupKind("", "Pod")


class State(NamedTuple):
    """A word or two, and a tone: ``ok``, ``wait`` (on its way), ``bad`` or ``done`` (ended as it should, or switched off)."""

    text: str
    tone: str
    restarts: int = 0


def state_of(revision: Revision) -> State:
    """The state an object was in from this version on."""
    kind = revision.ref.group_kind
    try:
        if kind == _POD:
            return _of_pod(revision)
        body: RawBody = msgspec.json.decode(revision.body or b"{}")
    except msgspec.MsgspecError:
        return State("unreadable", WAIT)
    if not isinstance(body, dict):
        return State("there", OK)
    if body.get("metadata", {}).get("deletionTimestamp"):
        return State("Terminating", WAIT)
    return _JUDGES.get(kind, _of_conditions)(_dict(body.get("spec")), _dict(body.get("status")))


def _of_pod(revision: Revision) -> State:
    state = pod_state(decode_pod(revision))
    word = state.status or "Unknown"
    if word in ("Completed", "Succeeded"):
        return State(word, DONE, state.restarts)
    if word == "Running":
        is_ready = state.ready >= state.total
        return State(word if is_ready else f"Running {state.ready_text}", OK if is_ready else WAIT, state.restarts)
    return State(word, WAIT if _STARTING.fullmatch(word) else BAD, state.restarts)


def _of_replicas(spec: dict[str, RawBody], status: dict[str, RawBody]) -> State:
    wanted, ready = spec.get("replicas", 1), status.get("readyReplicas") or 0
    return _ready_of(ready, wanted)


def _of_daemons(_spec: dict[str, RawBody], status: dict[str, RawBody]) -> State:
    return _ready_of(status.get("numberReady") or 0, status.get("desiredNumberScheduled") or 0)


def _ready_of(ready: RawBody, wanted: RawBody) -> State:
    if not isinstance(ready, int) or not isinstance(wanted, int):
        return State("there", OK)
    if wanted == 0:
        return State("scaled to 0", DONE)
    return State(f"{ready}/{wanted} ready", OK if ready >= wanted else WAIT if ready else BAD)


def _of_job(spec: dict[str, RawBody], status: dict[str, RawBody]) -> State:
    conditions = _conditions(status)
    if conditions.get("Failed") == "True":
        return State("Failed", BAD)
    if conditions.get("Complete") == "True":
        return State("Complete", DONE)
    if spec.get("suspend") or conditions.get("Suspended") == "True":
        return State("Suspended", DONE)
    return State(f"{status.get('active') or 0} active", BAD if status.get("failed") else WAIT)


def _of_node(spec: dict[str, RawBody], status: dict[str, RawBody]) -> State:
    conditions = _conditions(status)
    if conditions.get("Ready") != "True":
        return State("NotReady", BAD)
    pressed = sorted(name for name, value in conditions.items() if name.endswith("Pressure") and value == "True")
    if pressed:
        return State(", ".join(pressed), BAD)
    return State("cordoned", WAIT) if spec.get("unschedulable") else State("Ready", OK)


def _of_phase(_spec: dict[str, RawBody], status: dict[str, RawBody]) -> State:
    phase = str(status.get("phase") or "there")
    return State(phase, BAD if phase in ("Lost", "Failed") else WAIT if phase in ("Pending", "Released", "Terminating") else OK)


def _of_conditions(_spec: dict[str, RawBody], status: dict[str, RawBody]) -> State:
    """Kinds nobody described: their condition Ready or Available, if they have one."""
    conditions = _conditions(status)
    for name in ("Ready", "Available"):
        if name in conditions:
            good = conditions[name] == "True"
            return State(name if good else f"not {name}", OK if good else BAD)
    return State("there", OK)


def _conditions(status: dict[str, RawBody]) -> dict[str, str]:
    listed = status.get("conditions")
    return {str(one.get("type")): str(one.get("status")) for one in listed if isinstance(one, dict)} if isinstance(listed, list) else {}


def _dict(value: RawBody) -> dict[str, RawBody]:
    return value if isinstance(value, dict) else {}


_JUDGES: Final[dict[GroupKind, Callable[[dict[str, RawBody], dict[str, RawBody]], State]]] = {
    GroupKind("apps", "Deployment"): _of_replicas,
    GroupKind("apps", "StatefulSet"): _of_replicas,
    GroupKind("apps", "ReplicaSet"): _of_replicas,
    GroupKind("", "ReplicationController"): _of_replicas,
    GroupKind("apps", "DaemonSet"): _of_daemons,
    GroupKind("batch", "Job"): _of_job,
    GroupKind("", "Node"): _of_node,
    GroupKind("", "PersistentVolumeClaim"): _of_phase,
    GroupKind("", "PersistentVolume"): _of_phase,
    GroupKind("", "Namespace"): _of_phase,
}
