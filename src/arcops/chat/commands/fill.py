"""The names of this cluster for a command line: the pod, its workload, container, port; capitals where none is known."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from arcops.chat.asked import Asked
from arcops.chat.commands.meant import object_meant
from arcops.chat.commands.tools import secret_of, tool_values
from arcops.chat.commands.wanted import wanted_values
from arcops.chat.logs.pick import Picked, pick
from arcops.chat.platform_signs import ARC_CONFIG
from arcops.chat.selecting.scope import pods_of
from arcops.findings.advice import named
from arcops.findings.pods import is_ready
from arcops.findings.replicas import replicas_of
from arcops.inventory.podspecs import spec_of
from arcops.kube.objects.config import ConfigMap
from arcops.kube.objects.container import Container
from arcops.kube.objects.node import Node
from arcops.kube.objects.pod import Pod
from arcops.kube.objects.service import Service
from arcops.kube.objects.workloads import DaemonSet, Deployment, StatefulSet
from arcops.kube.owners import controller_of, owner_ref
from arcops.kube.refs import ObjectRef
from arcops.queries.logs import container_names, troubled_container

_NUMBER = re.compile(r"\b(?:to|=|at|of)?\s*(\d{1,4})\b(?! ?(?:am|pm|:|h\b|m\b|%|gi|mi|days?|hours?|minutes?))")
_STEP = re.compile(
    r"\b(add|one more|another)\b(?: (?:a|an|one|another|more))* (?:\w+ )?(?:pod|replica|instance|copy|node|member)\b"
    r"|\b(remove|one less|one fewer|take away)(?: (?:a|an|one))* (?:pod|replica|instance|copy)\b|\b(one more)\b"
)
_WORDS = {"zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "ten": "10"}
_USUAL_PORT = "8080"
_ROLLED = (Deployment.GROUP_KIND, StatefulSet.GROUP_KIND, DaemonSet.GROUP_KIND)
_OF_SYSTEM = frozenset(("kube-system", "kube-public", "kube-node-lease", "azure-arc", "kube-flannel"))


@dataclass(frozen=True, slots=True)
class Names:
    """``values`` by the name a line uses; ``ref`` the object meant, ``workload`` what makes its pods, ``pod`` the pod chosen."""

    values: Mapping[str, str]
    ref: ObjectRef | None
    workload: ObjectRef | None
    pod: Pod | None


def names_for(asked: Asked) -> Names:
    """Every name a line may want, from the objects of the question."""
    ref = object_meant(asked)
    runs = _only_one(asked, ref.name if ref else "") if ref is None or ref.kind == "Namespace" else ref if ref.kind != "Node" else None
    picked = pick(asked, runs) if runs is not None else None
    pod = picked.pod if picked else None
    workload = _workload(asked, runs, pod)
    space = _namespace(asked, ref or runs)
    n = f"-n {space} " if space else ""
    values = {
        "n": n, "nall": n or "--all-namespaces ", "namespace": space or "NAMESPACE", "name": ref.name if ref else _missed(asked) or "NAME",
        "thing": named(ref) if ref else "KIND/NAME", "thingsaid": str(ref) if ref else "an object",
        "replicas": number_of(asked, workload), **_of_pod(asked, pod, picked),
        **_of_ready_pod(asked, runs, pod), **_of_workload(asked, workload, pod),
        **_of_node(asked, ref, pod), **_of_forward(asked, runs, pod), **_of_kind(asked, ref), **_of_azure(asked),
        **wanted_values(asked, ref), **tool_values(asked, ref),
        "eventssaid": f"about {ref}" if ref and ref.kind != "Namespace" else f"of namespace {space}" if space else "of everything",
        "eventsfor": f"--for {named(ref)}" if ref and ref.kind != "Namespace" else "",
    }  # fmt: skip
    return Names(values, ref, workload, pod)


def _namespace(asked: Asked, ref: ObjectRef | None) -> str:
    if ref is not None:
        return ref.name if ref.kind == "Namespace" else ref.namespace
    return _missed_space(asked) or asked.reading.namespace


def _only_one(asked: Asked, space: str) -> ObjectRef | None:
    """The one workload there is, in the namespace that is meant, for whoever names none."""
    if asked.reading.unknown or asked.reading.gone:
        return None
    found = rolled_in(asked, space or asked.reading.namespace)
    return found[0] if len(found) == 1 else None


def rolled_in(asked: Asked, space: str) -> list[ObjectRef]:
    """The workloads that have rollouts, in a namespace, or outside those of the system."""
    entries = (entry for kind in _ROLLED for entry in asked.inventory.list(kind, space or None))
    return [entry.ref for entry in entries if space or entry.ref.namespace not in _OF_SYSTEM]


def _missed(asked: Asked) -> str:
    """The name of what is not there and is to be made."""
    return asked.reading.gone[0].name if asked.reading.gone else ""


def _missed_space(asked: Asked) -> str:
    return asked.reading.gone[0].namespace if asked.reading.gone else ""


def _workload(asked: Asked, ref: ObjectRef | None, pod: Pod | None) -> ObjectRef | None:
    """The topmost maker of the pod, or the object itself where it makes pods."""
    entry = asked.inventory.get(ref) if ref else None
    obj = entry.obj if entry else None
    if obj is None or isinstance(obj, Service | Node | ConfigMap):
        obj = pod
    if obj is None or ref is None:
        return None
    current = ObjectRef(ref.group, ref.kind, ref.namespace, ref.name) if obj is (entry.obj if entry else None) else None
    while (owner := controller_of(obj)) is not None:
        current = owner_ref(owner, obj.metadata.namespace)
        above = asked.inventory.get(current)
        if above is None:
            break
        obj = above.obj
    return current


def number_of(asked: Asked, workload: ObjectRef | None) -> str:
    """The number of pods that is asked for: itself, or one more or less than now; N where none is said."""
    text = asked.reading.question.lower()
    entry = asked.inventory.get(workload) if workload else None
    counts = replicas_of(entry.obj) if entry else None
    step = _STEP.search(text)
    if step is not None and counts is not None:
        return str(max(0, counts.wanted + (1 if step[1] or step[3] else -1)))
    if counts is not None and re.search(r"\b(?:double|twice)\b", text):
        return str(counts.wanted * 2)
    found = _NUMBER.search(text)
    if found:
        return found[1]
    if counts is not None and not counts.wanted and re.search(r"\b(?:on|up|again|back|start)\b", text):
        return "1"
    return next((digits for word, digits in _WORDS.items() if re.search(rf"\bto {word}\b|\b{word} (?:replicas|pods)\b", text)), "N")


def _of_pod(asked: Asked, pod: Pod | None, picked: Picked | None) -> dict[str, str]:
    if pod is None or picked is None:
        return {"pod": "POD", "podsaid": "a pod", "c": "", "container": asked.reading.container or "CONTAINER"}
    names = container_names(pod)
    ordinary = [one.name for one in (pod.spec.containers if pod.spec else None) or ()]
    wanted = asked.reading.container if asked.reading.container in names else ""
    container = wanted or troubled_container(pod) or (ordinary or names or ["CONTAINER"])[0]
    c = f"-c {container} " if len(names) > 1 or wanted else ""
    return {"pod": picked.ref.name, "podsaid": str(picked.ref), "c": c, "container": container}


def _of_ready_pod(asked: Asked, ref: ObjectRef | None, pod: Pod | None) -> dict[str, str]:
    """A pod that can be reached: the one that is named, else of several one that is ready."""
    ready = pod if ref is not None and ref.kind == "Pod" else _ready_pod(asked, ref) or pod
    if ready is None:
        return {"rpod": "POD", "rpodsaid": "a pod", "rc": ""}
    names = [one.name for one in (ready.spec.containers if ready.spec else None) or ()]
    container = asked.reading.container if asked.reading.container in names else (names or [""])[0]
    meta = ready.metadata
    c = f"-c {container} " if len(names) > 1 else ""
    return {"rpod": meta.name, "rpodsaid": f"Pod {meta.namespace}/{meta.name}", "rc": c}


def _ready_pod(asked: Asked, ref: ObjectRef | None) -> Pod | None:
    pods = [entry.obj for entry in pods_of(ref, asked.inventory)] if ref is not None else []
    return next((pod for pod in pods if isinstance(pod, Pod) and is_ready(pod)), None)


def _of_workload(asked: Asked, workload: ObjectRef | None, pod: Pod | None) -> dict[str, str]:
    entry = asked.inventory.get(workload) if workload else None
    at = spec_of(entry.obj) if entry else None
    containers = (at.spec.containers or ()) if at else ((pod.spec.containers or ()) if pod and pod.spec else ())
    image = _image(containers, asked.reading.container)
    own = {"container": containers[0].name} if pod is None and containers and not asked.reading.container else {}
    return {
        **own,
        "workload": named(workload) if workload else "deployment/NAME",
        "workloadsaid": str(workload) if workload else "a workload",
        "image": image or "unknown",
        "imagename": image.partition("@")[0].rsplit(":", 1)[0] if image and ":" in image.rpartition("/")[2] else image or "IMAGE",
    }


def _image(containers: tuple[Container, ...], wanted: str) -> str:
    chosen = next((one for one in containers if one.name == wanted), containers[0] if containers else None)
    return (chosen.image or "") if chosen else ""


def _of_node(asked: Asked, ref: ObjectRef | None, pod: Pod | None) -> dict[str, str]:
    name = ref.name if ref is not None and ref.kind == "Node" else (pod.spec.node_name if pod and pod.spec else None) or ""
    said = {one.value for one in asked.reading.conditions if one.field == "node"} | set(asked.reading.question.lower().split())
    found = next((one.ref.name for one in asked.inventory.list(Node.GROUP_KIND) if one.ref.name in said), "")
    name = found or name
    entry = asked.inventory.get(ObjectRef("", "Node", "", name)) if name else None
    taints = (entry.obj.spec.taints or ()) if entry is not None and isinstance(entry.obj, Node) and entry.obj.spec else ()
    taint = next((f"{one.key}{f'={one.value}' if one.value else ''}:{one.effect}" for one in taints), "KEY=VALUE:NoSchedule")
    return {"node": name or "NODE", "nodesaid": f"node {name}" if name else "a node", "taint": taint}


def _of_forward(asked: Asked, ref: ObjectRef | None, pod: Pod | None) -> dict[str, str]:
    """A Service where one is named, else the pod; its first port."""
    asked_port = re.search(r"\bport (\d{2,5})\b|\b(?:on |at |page |ui |:)(\d{4,5})\b", asked.reading.question.lower())
    entry = asked.inventory.get(ref) if ref else None
    if entry is not None and isinstance(entry.obj, Service) and ref is not None:
        ports = (entry.obj.spec.ports or ()) if entry.obj.spec else ()
        port = str(ports[0].port) if ports else _USUAL_PORT
        return {"forward": named(ref), "forwardsaid": str(ref), "port": (asked_port[1] or asked_port[2]) if asked_port else port}
    pod = pod if ref is not None and ref.kind == "Pod" else _ready_pod(asked, ref) or pod
    if pod is None:
        return {"forward": "pod/POD", "forwardsaid": "a pod", "port": (asked_port[1] or asked_port[2]) if asked_port else "PORT"}
    ports_ = [port.container_port for one in (pod.spec.containers if pod.spec else None) or () for port in one.ports or ()]
    meta = pod.metadata
    port = (asked_port[1] or asked_port[2]) if asked_port else str(ports_[0]) if ports_ else "PORT"
    return {"forward": f"pod/{meta.name}", "forwardsaid": f"Pod {meta.namespace}/{meta.name}", "port": port}


def _of_kind(asked: Asked, ref: ObjectRef | None) -> dict[str, str]:
    kind = asked.reading.kind or (ref.group_kind if ref else None)
    resource = asked.services.source.catalog.get(kind) if kind else None
    secret = ref.name if ref is not None and ref.kind == "Secret" else secret_of(asked, ref) or "NAME"
    return {
        "kindword": resource.singular if resource else "pod",
        "kindplural": resource.plural if resource else "pods",
        "secretname": secret,
    }


def _of_azure(asked: Asked) -> dict[str, str]:
    config = asked.inventory.get(ARC_CONFIG)
    data = (config.obj.data or {}) if config is not None and isinstance(config.obj, ConfigMap) else {}
    return {"azname": data.get("AZURE_RESOURCE_NAME", "CLUSTER"), "azgroup": data.get("AZURE_RESOURCE_GROUP", "GROUP")}


def can_roll(ref: ObjectRef | None) -> bool:
    """Whether a kind has rollouts."""
    return ref is None or ref.kind in ("Deployment", "StatefulSet", "DaemonSet")


def can_scale(ref: ObjectRef | None) -> bool:
    """Whether a kind has a number of replicas."""
    return (
        ref is None
        or ref.group_kind in (Deployment.GROUP_KIND, StatefulSet.GROUP_KIND)
        or ref.kind in ("ReplicaSet", "ReplicationController")
    )
