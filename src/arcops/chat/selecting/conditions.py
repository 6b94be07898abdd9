"""The conditions of a reading as checks on objects of any kind; what cannot be checked is said instead of ignored."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from arcops.chat.base import Condition
from arcops.chat.selecting.amounts import Side, amount_check
from arcops.chat.selecting.check import COMPARE, SAID_AS, Check, denied, number_of
from arcops.chat.selecting.images import image_check, images_of, is_named
from arcops.chat.selecting.marks import annotation_check, label_check
from arcops.chat.selecting.scope import pods_of
from arcops.chat.selecting.wellness import is_plain, is_pod_ready, of_pod, pressures_of, wellness_of
from arcops.inventory.base import Entry
from arcops.inventory.index import Inventory
from arcops.kube.conditions import is_true
from arcops.kube.objects.custom import CustomObject
from arcops.kube.objects.event import Event
from arcops.kube.objects.node import Node
from arcops.kube.objects.pod import ContainerStatus, Pod
from arcops.kube.objects.service import Service
from arcops.kube.podstate import pod_state
from arcops.kube.refs import ObjectRef
from arcops.kube.times import duration_text, time_ms

_TRUE = frozenset(("true", "yes", "1", "ready", ""))
_NOT_READY = re.compile(r"\b(?:not|never|isn'?t|aren'?t) (?:\w+ ){0,2}ready\b|\bunready\b")
_FAMILIES = {
    "imagepullbackoff": ("imagepullbackoff", "errimagepull"),
    "crashloop": ("crashloopbackoff",),
    "completed": ("completed", "succeeded"),
    "succeeded": ("completed", "succeeded", "complete"),
    "complete": ("complete", "completed", "succeeded"),
    "failed": ("failed", "error"),
    "cordoned": ("cordoned", "schedulingdisabled"),
    "oomkill": ("oomkilled",),
    "oom": ("oomkilled",),
}  # fmt: skip


class Grounds(NamedTuple):
    """What conditions are judged against: the objects and time of the moment, and which amounts are meant.

    ``troubled`` are the namespaces with open incidents.
    """

    inventory: Inventory
    at_ms: int
    side: Side
    question: str = ""
    troubled: frozenset[str] = frozenset()
    sick: frozenset[ObjectRef] = frozenset()
    """Objects without a state of their own that open findings speak of: a webhook that nobody answers."""


def checks_of(conditions: Iterable[Condition], grounds: Grounds) -> tuple[list[Check], list[str]]:
    """The checks, and a sentence for each condition that cannot be checked."""
    checks: list[Check] = []
    unsaid: list[str] = []
    for condition in conditions:
        make = _MAKERS.get(condition.field)
        check = make(condition, grounds) if make else None
        if check is None:
            unsaid.append(
                f"The condition {condition.field} {condition.op} {condition.value or '(nothing)'} was not understood and left out."
            )
        else:
            checks.append(check)
    return checks, unsaid


def ready_check(*, wanted: bool, sick: frozenset[ObjectRef] = frozenset()) -> Check:
    """Ready or not; what has run to its end well is neither; ``sick`` is what is not, whatever its state says."""
    if wanted:
        return Check("{are} ready", lambda entry: entry.ref not in sick and _is_ready(entry))
    return Check("{are} not ready", lambda entry: entry.ref in sick or _is_unready(entry))


def _ready(condition: Condition, grounds: Grounds) -> Check:
    wanted = (condition.value.lower() in _TRUE) is not (condition.op == "!=")
    return ready_check(wanted=wanted and not _NOT_READY.search(grounds.question.lower()), sick=grounds.sick)


def _is_ready(entry: Entry) -> bool:
    obj = entry.obj
    if type(obj) is Pod:
        if obj.status is not None and is_plain(obj, obj.status):
            return True
        state = pod_state(obj)
        return is_pod_ready(obj, state.ready, state.total) and state.status not in ("Completed", "Terminating")
    if isinstance(obj, Node):
        return is_true(obj.status.conditions if obj.status else None, "Ready")
    return wellness_of(entry).is_well


def _is_unready(entry: Entry) -> bool:
    obj = entry.obj
    if type(obj) is Pod:
        if obj.status is not None and (obj.status.phase == "Succeeded" or is_plain(obj, obj.status)):
            return False
        state = pod_state(obj)
        return not is_pod_ready(obj, state.ready, state.total)
    if isinstance(obj, Node):
        return not is_true(obj.status.conditions if obj.status else None, "Ready")
    return not wellness_of(entry).is_well


# States and reasons


def _state(condition: Condition, _grounds: Grounds) -> Check:
    value = condition.value
    wanted = frozenset(_FAMILIES.get(value.lower(), (value.lower(),)))
    negated = condition.op == "!="
    return Check(_state_said(value, negated=negated), lambda entry: (not wanted.isdisjoint(state_words(entry))) is not negated)


def _state_said(value: str, *, negated: bool) -> str:
    """``{are} Pending``, ``{are} in CrashLoopBackOff``, ``{have} been OOMKilled``."""
    if value == "OOMKilled":
        return "{have} not been OOMKilled" if negated else "{have} been OOMKilled"
    place = "in " if value.endswith(("BackOff", "Error", "Creating", "Initializing", "Never", "Name")) else ""
    return f"{{are}} {'not ' if negated else ''}{place}{value}"


def state_words(entry: Entry) -> set[str]:
    """Every word by which a person may name the state of an object, in lower case."""
    obj = entry.obj
    if type(obj) is Pod:
        return _pod_words(obj)
    word = wellness_of(entry).word
    words = {word.lower(), *word.lower().replace(",", "").split()}
    if word == "ready":
        words |= {"running"}
    if isinstance(obj, Event):
        words |= {(obj.reason or "").lower()}
    elif isinstance(obj, Node):
        words |= {name.lower() for name in pressures_of(obj)}
        words |= {"cordoned", "schedulingdisabled", "unschedulable"} if obj.spec and obj.spec.unschedulable else set()
    elif isinstance(obj, CustomObject) and obj.status:
        words |= {(condition.reason or "").lower() for condition in obj.status.conditions or ()}
    return words


def _pod_words(pod: Pod) -> set[str]:
    status = pod.status
    state = of_pod(pod)
    if not state.restarts and state.word == "Running":
        return {"running"}
    word = state.word.lower()
    words = {word, word.partition(" ")[0], word.removeprefix("init:")}
    if status is None:
        return words
    words |= {(status.phase or "").lower(), (status.reason or "").lower()}
    for container in (*(status.init_container_statuses or ()), *(status.container_statuses or ())):
        words |= _reasons(container)
    return words


def _reasons(container: ContainerStatus) -> set[str]:
    found: set[str] = set()
    for state in (container.state, container.last_state):
        if state is not None and state.waiting:
            found.add((state.waiting.reason or "").lower())
        if state is not None and state.terminated and state.terminated.exit_code:
            found.add((state.terminated.reason or "").lower())
    return found


# Numbers and names


def _restarts(condition: Condition, grounds: Grounds) -> Check | None:
    compare, limit = COMPARE.get(condition.op), number_of(condition.value)
    if compare is None or limit is None:
        return None
    said = "{have} restarted" if condition.op == ">" and not limit else f"{{have}} restarted {SAID_AS[condition.op]}{condition.value} times"
    if (condition.op, limit) in (("=", 0), ("<", 1), ("<=", 0)):
        said = "{have} never restarted"
    return Check(said, lambda entry: compare(restarts_of(entry, grounds.inventory), limit))


def restarts_of(entry: Entry, inventory: Inventory) -> int:
    """Restarts of a pod, or of all pods that belong to an object."""
    if type(entry.obj) is Pod:
        return of_pod(entry.obj).restarts
    return sum(of_pod(one.obj).restarts for one in pods_of(entry.ref, inventory) if type(one.obj) is Pod)


def _age(condition: Condition, grounds: Grounds) -> Check | None:
    compare, limit_s = COMPARE.get(condition.op), number_of(condition.value)
    if compare is None or limit_s is None:
        return None
    words = {">": "older than", ">=": "at least", "<": "younger than", "<=": "at most"}.get(condition.op, "exactly")

    def holds(entry: Entry) -> bool:
        made_ms = time_ms(entry.obj.metadata.creation_timestamp)
        return made_ms is not None and compare((grounds.at_ms - made_ms) / 1000, limit_s)

    return Check(f"{{are}} {words} {_span_text(round(limit_s))}", holds)


def _span_text(seconds: int) -> str:
    """A span as people say it: ``2h``, ``10d``; others as kubectl writes them."""
    for unit_s, unit in ((86_400, "d"), (3_600, "h"), (60, "m")):
        if seconds >= unit_s and seconds % unit_s == 0:
            return f"{seconds // unit_s}{unit}"
    return duration_text(seconds * 1000)


def _node(condition: Condition, grounds: Grounds) -> Check:
    wanted, negated = condition.value, condition.op == "!="
    if wanted.lower() in ("", "none", "<none>"):
        return Check("{have} a node" if negated else "{have} no node", lambda entry: bool(_nodes(entry, grounds)) is negated)
    return Check(f"{{do}} not run on node {wanted}" if negated else f"run{{s}} on node {wanted}",
                 lambda entry: (wanted in _nodes(entry, grounds)) is not negated)  # fmt: skip


def _nodes(entry: Entry, grounds: Grounds) -> set[str]:
    pods = [entry] if type(entry.obj) is Pod else pods_of(entry.ref, grounds.inventory)
    return {one.obj.spec.node_name for one in pods if isinstance(one.obj, Pod) and one.obj.spec and one.obj.spec.node_name}


def _name(condition: Condition, _grounds: Grounds) -> Check:
    wanted = condition.value.lower()
    if condition.op in ("~", "!~"):
        check = Check(f"{{have}} {condition.value} in the name", lambda entry: wanted in entry.ref.name.lower())
        return check if condition.op == "~" else denied(check)
    negated = condition.op == "!="
    said = f"{{are}} not called {condition.value}" if negated else f"{{are}} called {condition.value}"
    return Check(said, lambda entry: (entry.ref.name.lower() == wanted) is not negated)


def _space(condition: Condition, _grounds: Grounds) -> Check:
    wanted, negated = condition.value, condition.op == "!="
    return Check(f"{{are}} {'not ' if negated else ''}in {wanted}", lambda entry: (entry.ref.namespace == wanted) is not negated)


def _about(condition: Condition, _grounds: Grounds) -> Check:
    """What belongs to a thing by its name, its namespace, a label or an image, or what does not."""
    wanted, negated = condition.value.lower(), condition.op == "!="

    def is_of(entry: Entry) -> bool:
        words = (entry.ref.namespace, *(entry.obj.metadata.labels or {}).values())
        return wanted in entry.ref.name.lower() or wanted in words or any(is_named(image, wanted) for image in images_of(entry))

    return Check(f"{{are}} {'not ' if negated else ''}of {condition.value}", lambda entry: is_of(entry) is not negated)


def _type(condition: Condition, _grounds: Grounds) -> Check:
    wanted, negated = condition.value.lower(), condition.op == "!="
    return Check(f"{{are}} {'not ' if negated else ''}of type {condition.value}", lambda entry: (wanted in _types(entry)) is not negated)


def _types(entry: Entry) -> set[str]:
    obj = entry.obj
    if isinstance(obj, Service):
        kind = (obj.spec.type if obj.spec else None) or "ClusterIP"
        return {kind.lower(), "headless"} if obj.spec and obj.spec.cluster_ip == "None" else {kind.lower()}
    if isinstance(obj, Event):
        return {(obj.type or "Normal").lower()}
    return state_words(entry)


def _image(condition: Condition, _grounds: Grounds) -> Check:
    return image_check(condition.value, negated=condition.op in ("!=", "!~"))


def _amount(condition: Condition, grounds: Grounds) -> Check | None:
    return amount_check(condition, grounds.side)


_MAKERS: dict[str, Callable[[Condition, Grounds], Check | None]] = {
    "ready": _ready, "phase": _state, "reason": _state, "restarts": _restarts, "age": _age, "label": label_check,
    "annotation": annotation_check,
    "node": _node,
    "namespace": _space, "about": _about, "name": _name, "type": _type, "image": _image, "cpu": _amount, "memory": _amount,
}  # fmt: skip
