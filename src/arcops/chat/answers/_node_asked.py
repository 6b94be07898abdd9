"""What is asked of one node, in a sentence: its versions, what is left on it, who requests most of it, how long it is up."""

from __future__ import annotations

import re
from collections.abc import Callable

from arcops.chat.answers._node_parts import taints_of
from arcops.chat.answers._node_processor import processor
from arcops.chat.answers._node_used import used
from arcops.chat.answers._said import listed, many, named, told
from arcops.chat.asked import Asked
from arcops.chat.base import Block, FactType
from arcops.chat.selecting.nodes import NodeRoom
from arcops.chat.selecting.wellness import of_node
from arcops.chat.telling.words import age
from arcops.findings.amounts import requested, shown
from arcops.findings.pods import is_over
from arcops.kube.conditions import condition_of
from arcops.kube.objects.pod import Pod
from arcops.kube.printers.pods import roles_of
from arcops.kube.times import time_ms

_POLAR = re.compile(r"^(?:so |and |but |hey )*(?:is|are|does|do|has|have|did)\b")
_ARCHITECTURE = re.compile(r"\b(?:arm64|amd64|arm|x86(?:_64)?)\b")
_SYSTEM = (
    (re.compile(r"\bkernel\b"), "kernel_version", "runs kernel"),
    (re.compile(r"\b(?:runtime|containerd|docker|cri-?o)\b"), "container_runtime_version", "runs the container runtime"),
    (re.compile(r"\barch(?:itecture)?\b|" + _ARCHITECTURE.pattern), "architecture", "has the architecture"),
    (re.compile(r"\b(?:os|operating system|distro|distribution|linux|windows)\b"), "os_image", "runs"),
    (re.compile(r"\b(?:kubelets?|versions?|kubernetes)\b"), "kubelet_version", "runs kubelet"),
)
_LEFT = re.compile(
    r"\b(?:left|free|available|spare|remain\w*|headroom|unused|how (?:full|loaded|busy)|un(?:requested|reserved|allocated|claimed|booked)|"
    r"(?:could|can|may) (?:\w+ )?(?:be |i |we |you |one )(?:\w+ )?"
    r"(?:request\w*|reserv\w*|claim\w*|book\w*|ask\w*|allocat\w*|hand\w*))\b|\bfull\??$"
)
_DISK = re.compile(r"\b(?:disks?|storage|volumes?|pressure|ephemeral)\b")
_RESOURCES = (("cpu", re.compile(r"\b(?:v?cpus?|cores?)\b")), ("memory", re.compile(r"\b(?:memory|mem|ram)\b")))
_EATS = re.compile(
    r"\b(?:who|what|which(?: \w+)?)\b(?: \w+){0,3}? (?:eats?|eating|uses?|using|takes?|taking|hogs?|hogging|consumes?|consuming|requests?|"
    r"requesting|needs?|wants?|fills?)\b"
)
_LONG = re.compile(r"\b(?:how long|since when)\b.*\b(?:up|ready|running|alive|online)\b|\buptime\b")
_PODS = re.compile(
    r"\bhow many\b(?: \w+){0,2}? pods?\b.*\b(?:fit|take|hold|host|left|free|room|accept|still|more)\b|\bhow many more pods?\b"
)
_STILL = re.compile(r"\b(?:anything|something|any pods?|any workloads?)\b.*\b(?:runs?|running|left|live|there|scheduled)\b")


def asked_of(asked: Asked, room: NodeRoom, text: str) -> list[Block]:
    """The sentence that answers what is asked of the node; empty where its portrait does."""
    return next((blocks for tell in _TELLERS if (blocks := tell(asked, room, text))), [])


def _word(text: str, *, is_yes: bool) -> str:
    return ("Yes: node" if is_yes else "No: node") if _POLAR.search(text) else "Node"


def _said(asked: Asked, room: NodeRoom, text: str, path: str) -> list[Block]:
    return [told(asked, FactType.FIELD, text, ref=room.entry.ref, path=path)]


def _cordoned(asked: Asked, room: NodeRoom, text: str) -> list[Block]:
    if not re.search(r"\b(?:un)?cordon\w*|\bunschedulable\b|\bscheduling disabled\b", text):
        return []
    is_cordoned = bool(room.node.spec and room.node.spec.unschedulable)
    is_yes = is_cordoned is not bool(re.search(r"\buncordon", text))
    what = "is cordoned: no new pod is placed on it" if is_cordoned else "is not cordoned"
    return _said(asked, room, f"{_word(text, is_yes=is_yes)} {room.entry.ref.name} {what}.", "spec.unschedulable")


def _taints(asked: Asked, room: NodeRoom, text: str) -> list[Block]:
    if not re.search(r"\btaint", text):
        return []
    taints = taints_of(room.node)
    what = f"has {many(len(taints), 'taint')}: {listed(taints)}" if taints else "has no taint"
    return _said(asked, room, f"{_word(text, is_yes=bool(taints))} {room.entry.ref.name} {what}.", "spec.taints")


def _role(asked: Asked, room: NodeRoom, text: str) -> list[Block]:
    wanted = re.search(r"\broles?\b|\bcontrol[- ]?plane\b|\bmaster\b|\bworker\b", text)
    if not wanted:
        return []
    roles = roles_of(room.node)
    of_worker = not {"control-plane", "master"} & set(roles)
    is_yes = of_worker is (wanted[0] == "worker")
    what = f"has the role{'s' if len(roles) > 1 else ''} {listed(roles)}" if roles else "has no role, so it is a worker"
    return _said(asked, room, f"{_word(text, is_yes=is_yes)} {room.entry.ref.name} {what}.", "metadata.labels")


def _address(asked: Asked, room: NodeRoom, text: str) -> list[Block]:
    found = (room.node.status.addresses if room.node.status else None) or ()
    if not found or not re.search(r"\b(?:ips?|addresse?s?)\b", text):
        return []
    parts = [f"{one.type} {one.address}" for one in found]
    return _said(asked, room, f"Node {room.entry.ref.name} has the address{'es' if len(parts) > 1 else ''} {listed(parts)}.", "status")


def _long(asked: Asked, room: NodeRoom, text: str) -> list[Block]:
    ready = condition_of(room.node.status.conditions if room.node.status else None, "Ready")
    since = time_ms(ready.last_transition_time) if ready else None
    if ready is None or since is None or not _LONG.search(text):
        return []
    word = "Ready" if ready.status == "True" else "NotReady"
    made = time_ms(room.node.metadata.creation_timestamp)
    joined = f"; it joined the cluster at {room.node.metadata.creation_timestamp} ({age(made, asked.at_ms)})" if made else ""
    name = room.entry.ref.name
    return _said(
        asked, room, f"Node {name} is {word} since {ready.last_transition_time} ({age(since, asked.at_ms)}){joined}.", "status.conditions"
    )


def _still(asked: Asked, room: NodeRoom, text: str) -> list[Block]:
    """Whether pods run there; those of DaemonSets are told apart, since a drain leaves them."""
    if not (_STILL.search(text) and _POLAR.search(text)):
        return []
    pods = _pods(asked, room)
    if not pods:
        return _said(asked, room, f"No: no pod runs on node {room.entry.ref.name}.", "spec.nodeName")
    left = sum(any(one.kind == "DaemonSet" for one in pod.metadata.owner_references or ()) for pod in pods)
    kept = "" if not left else ", all of DaemonSets" if left == len(pods) else f", {left:,} of them of DaemonSets"
    names = listed([f"{pod.metadata.namespace}/{pod.metadata.name}" for pod in pods], 4)
    runs = "runs" if len(pods) == 1 else "run"
    return _said(asked, room, f"Yes: {many(len(pods), 'pod')} {runs} on node {room.entry.ref.name}{kept}: {names}.", "spec.nodeName")


def _pods(asked: Asked, room: NodeRoom) -> list[Pod]:
    found = (entry.obj for entry in asked.inventory.on_node(room.entry.ref.name))
    pods = [one for one in found if isinstance(one, Pod) and not is_over(one)]
    return sorted(pods, key=lambda one: (one.metadata.namespace or "", one.metadata.name))


def _eats(asked: Asked, room: NodeRoom, text: str) -> list[Block]:
    """Who requests most of it, since what is used is not recorded."""
    resource = next((name for name, words in _RESOURCES if words.search(text)), "")
    if not resource or not _EATS.search(text):
        return []
    entries = [one for one in asked.inventory.on_node(room.entry.ref.name) if isinstance(one.obj, Pod) and not is_over(one.obj)]
    amounts = [(requested(one.obj.spec).get(resource, 0), one) for one in entries if isinstance(one.obj, Pod) and one.obj.spec]
    largest = [
        f"{named(one.ref)} ({shown(resource, amount)})" for amount, one in sorted(amounts, key=lambda x: (-x[0], x[1].ref)) if amount
    ]
    label, node = "CPU" if resource == "cpu" else resource, room.entry.ref.name
    used = "what is really used is not recorded (kubectl top pods shows it)"
    if not largest:
        return _said(asked, room, f"No pod on node {node} requests any {label}; {used}.", "spec.containers.resources")
    return _said(asked, room, f"Most {label} on node {node} is requested by {listed(largest, 3)}; {used}.", "spec.containers.resources")


def _system(asked: Asked, room: NodeRoom, text: str) -> list[Block]:
    info = room.node.status.node_info if room.node.status else None
    for words, field, verb in _SYSTEM:
        if not words.search(text):
            continue
        value = getattr(info, field, "") or (info.operating_system if info and field == "os_image" else "")
        if not value:
            return _said(asked, room, f"Node {room.entry.ref.name} does not tell its {field.replace('_', ' ')}.", "status.nodeInfo")
        wanted = _ARCHITECTURE.search(text)
        start = _word(text, is_yes=wanted[0] == value) if wanted else "Node"
        return _said(asked, room, f"{start} {room.entry.ref.name} {verb} {value}.", f"status.nodeInfo.{field}")
    return []


def _more_pods(asked: Asked, room: NodeRoom, text: str) -> list[Block]:
    if "pods" not in room.offered or not _PODS.search(text):
        return []
    free = room.free("pods") // 1000
    left = f"{shown('cpu', room.free('cpu'))} CPU and {shown('memory', room.free('memory'))} memory are left"
    parts = f"{room.cell('pods')} are there; {left}"
    text = f"Node {room.entry.ref.name} takes {many(free, 'more pod')} by number: {parts}{_but(room)}."
    return _said(asked, room, text, "status.allocatable")


def _left(asked: Asked, room: NodeRoom, text: str) -> list[Block]:
    if not room.offered or not _LEFT.search(text) or _DISK.search(text):
        return []
    wanted = [name for name, words in _RESOURCES if words.search(text)] or ["cpu", "memory", "pods"]
    parts = [
        f"{shown(name, room.free(name))} {'CPU' if name == 'cpu' else name} ({room.cell(name)} requested)"
        for name in wanted
        if name in room.offered
    ]
    text = f"On node {room.entry.ref.name} {listed(parts)} {'are' if len(parts) > 1 else 'is'} left{_but(room)}."
    return _said(asked, room, text, "status.allocatable") if parts else []


def _but(room: NodeRoom) -> str:
    """Why nothing of it can be had all the same."""
    if of_node(room.node).word == "NotReady":
        return ", but it is NotReady"
    return ", but it is cordoned" if room.node.spec and room.node.spec.unschedulable else ""


_TELLERS: tuple[Callable[[Asked, NodeRoom, str], list[Block]], ...] = (
    _cordoned, _taints, _role, _address, _long, _still, _eats, _more_pods, used, _left, processor, _system,
)  # fmt: skip
