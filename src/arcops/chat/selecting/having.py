"""Things an object may have or lack: a probe, a priority class, a GPU, an owner, a quota. One line each serves both questions."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from arcops.chat.selecting.amounts import Side, amounts_of, containers_of
from arcops.chat.selecting.check import Check
from arcops.chat.selecting.conditions import Grounds
from arcops.chat.selecting.scope import related
from arcops.inventory.base import Entry
from arcops.inventory.graph import upstream
from arcops.inventory.podspecs import spec_of
from arcops.kube.objects.container import Container
from arcops.kube.objects.network import Ingress
from arcops.kube.objects.pod import PodSpec
from arcops.kube.objects.service import Service
from arcops.kube.refs import GroupKind

LACKING = (
    r"\b(?:without|no|missing|lack(?:s|ing)?|not (?:have|set|define|use|want|need)\w*|"
    r"(?:have|has|had|with|set|define)(?: no|n'?t (?:an|a|any))|"
    r"unset|(?:do|does)(?:n'?t| not) (?:have|set|use|define|want|need|mount))"
)
"""Words before a thing that is not there."""
RUNNERS = ("Pod", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob", "ReplicationController")
"""Kinds that run pods, and pods."""
_OWNED = ("Pod", "ReplicaSet", "Job")
_WORKLOADS = ("Deployment", "StatefulSet")
_HAVING = (
    r"(?:with|have|has|having|had|got|sets?|setting|uses?|using|wants?|wanting|needs?|needing|requests?|requesting|(?:ask|asks|"
    r"asking) for|"
    r"defines?|specif\w+|carr(?:y|ies)|mounts?|mounting|under|as|contain\w*|includ\w+|covered by|protected by|guarded by|behind)"
)
_SOME = r"(?:(?:an?|any|the|some|their|its|own|at least|one|more|proper|resource|nvidia|custom|of) ){0,3}"
_END = r"(?![\w-])"
Has = Callable[[Entry, Grounds], bool]


@dataclass(frozen=True, slots=True)
class Thing:
    """``words`` name it, ``said`` is it with its article. ``is_of_container``: of several containers one may have it and one lack it."""

    words: str
    kinds: Collection[str]
    said: str
    has: Has
    lacks: Has | None = None
    is_of_container: bool = False


def thing_checks(text: str, kind: GroupKind, grounds: Grounds) -> Iterator[tuple[Check, str]]:
    """For each thing that a question (in lower case) wants had or lacking: its check and the words that say it."""
    for thing in _THINGS:
        if kind.kind not in thing.kinds:
            continue
        lacking = re.search(rf"{LACKING} {_SOME}(?:{thing.words}){_END}", text)
        if lacking:
            yield _lacking(thing, grounds), lacking[0]
            continue
        having = re.search(rf"\b{_HAVING} {_SOME}(?:{thing.words}){_END}|\b(?:{thing.words}) {kind.kind.lower()}s?{_END}", text)
        if having:
            yield Check(f"{{have}} {thing.said}", _bound(thing.has, grounds)), having[0]


def _lacking(thing: Thing, grounds: Grounds) -> Check:
    bare = re.sub(r"^(?:an?|the) ", "", thing.said)
    if thing.lacks is not None and thing.is_of_container:
        return Check(f"{{have}} a container without {thing.said}", _bound(thing.lacks, grounds))
    has = _bound(thing.has, grounds)
    return Check(f"{{have}} no {bare}", lambda entry: not has(entry))


def _bound(has: Has, grounds: Grounds) -> Callable[[Entry], bool]:
    return lambda entry: has(entry, grounds)


def _of_container(words: str, said: str, names: Collection[str]) -> Thing:
    """A thing of containers: one of several fields that is set."""

    def is_set(one: Container) -> bool:
        return any(getattr(one, name) is not None for name in names)

    return Thing(words, RUNNERS, said, lambda entry, _: any(map(is_set, containers_of(entry))),
                 lambda entry, _: not all(map(is_set, containers_of(entry))), is_of_container=True)  # fmt: skip


def _of_spec(words: str, said: str, wanted: Callable[[PodSpec], object]) -> Thing:
    """A thing of the spec of a pod or a template."""

    def has(entry: Entry, _grounds: Grounds) -> bool:
        at = spec_of(entry.obj)
        return at is not None and bool(wanted(at.spec))

    return Thing(words, RUNNERS, said, has)


def _of_kind(words: str, kinds: Collection[str], said: str, *others: GroupKind) -> Thing:
    """An object of another kind that bears on it."""
    return Thing(words, kinds, said, lambda entry, grounds: any(related(one, entry.ref, grounds.inventory) for one in others))


def _of_link(words: str, said: str, kind: GroupKind) -> Thing:
    """An object of another kind that a pod or a template names."""
    return Thing(
        words, RUNNERS, said, lambda entry, grounds: any(step.ref.group_kind == kind for step in upstream(entry.ref, grounds.inventory))
    )


def _in_space(words: str, said: str, kind: GroupKind) -> Thing:
    """An object of another kind within a namespace."""
    return Thing(words, ("Namespace",), said, lambda entry, grounds: grounds.inventory.count(kind, entry.ref.name) > 0)


def _has_device(entry: Entry, _grounds: Grounds) -> bool:
    return any("/" in name for side in (Side.REQUEST, Side.LIMIT) for name in amounts_of(entry, side))


def _mounts(*fields: str) -> Callable[[PodSpec], object]:
    return lambda spec: any(getattr(one, name, None) is not None for one in spec.volumes or () for name in fields)


def _has_class(entry: Entry, _grounds: Grounds) -> bool:
    obj = entry.obj
    if not isinstance(obj, Ingress):
        return False
    return bool(obj.spec and obj.spec.ingress_class_name) or "kubernetes.io/ingress.class" in (obj.metadata.annotations or {})


def _has_tls(entry: Entry, _grounds: Grounds) -> bool:
    return isinstance(entry.obj, Ingress) and bool(entry.obj.spec and entry.obj.spec.tls)


def _has_selector(entry: Entry, _grounds: Grounds) -> bool:
    return isinstance(entry.obj, Service) and bool(entry.obj.spec and entry.obj.spec.selector)


_EVERY = ("Pod", "Deployment", "StatefulSet", "DaemonSet", "Namespace", "PersistentVolumeClaim", "PersistentVolume", "Service", "Ingress")
_POLICY = GroupKind("networking.k8s.io", "NetworkPolicy")
_THINGS: tuple[Thing, ...] = (
    _of_container(r"liveness(?: ?probes?| checks?)?", "a liveness probe", ("liveness_probe",)),
    _of_container(r"readiness(?: ?probes?| checks?)?", "a readiness probe", ("readiness_probe",)),
    _of_container(r"startup(?: ?probes?| checks?)", "a startup probe", ("startup_probe",)),
    _of_container(r"(?:health |any )*(?:probes?|health ?checks?)", "a probe", ("liveness_probe", "readiness_probe", "startup_probe")),
    _of_spec(r"priority ?class(?:es)?|priorit(?:y|ies)", "a priority class", lambda spec: spec.priority_class_name),
    _of_spec(r"node ?selectors?", "a node selector", lambda spec: spec.node_selector),
    _of_spec(r"(?:node |pod |anti-?)*affinit(?:y|ies)", "an affinity", lambda spec: spec.affinity),
    _of_spec(r"tolerations?", "a toleration", lambda spec: spec.tolerations),
    _of_spec(r"init ?containers?", "an init container", lambda spec: spec.init_containers),
    _of_spec(r"(?:image )?pull ?secrets?", "a pull secret", lambda spec: spec.image_pull_secrets),
    _of_spec(r"host ?paths?", "a hostPath volume", _mounts("host_path")),
    _of_spec(r"empty ?dirs?", "an emptyDir volume", _mounts("empty_dir")),
    _of_spec(r"(?:persistent )?(?:volumes?|storage|disks?|(?:volume )?claims?|pvcs?)(?! class)", "a claim",
             _mounts("persistent_volume_claim", "ephemeral")),
    _of_link(r"secrets?", "a Secret", GroupKind("", "Secret")),
    _of_link(r"config ?maps?|cms?", "a ConfigMap", GroupKind("", "ConfigMap")),
    _of_spec(r"default service ?accounts?", "the default service account",
             lambda spec: (spec.service_account_name or "default") == "default"),
    Thing(r"(?:an? )?(?:gpus?|nvidia|accelerators?|fpgas?)", RUNNERS, "a request for a GPU or another device", _has_device),
    Thing(r"owners?|owner ?references?|parents?|controllers?", _OWNED, "an owner",
          lambda entry, _: bool(entry.obj.metadata.owner_references)),
    Thing(r"finali[sz]ers?", _EVERY, "a finalizer", lambda entry, _: bool(entry.obj.metadata.finalizers)),
    Thing(r"(?:ingress ?)?class(?:es)?", ("Ingress",), "a class", _has_class),
    Thing(r"tls(?! secrets?)|https|certs?|certificates?|ssl", ("Ingress",), "TLS", _has_tls),
    Thing(r"selectors?", ("Service",), "a selector", _has_selector),
    _of_kind(r"pdbs?|(?:pod ?)?(?:disruption ?)?budgets?", _WORKLOADS, "a disruption budget", GroupKind("policy", "PodDisruptionBudget")),
    _of_kind(r"hpas?|(?:horizontal )?(?:pod )?auto ?-?scal\w+", _WORKLOADS, "an autoscaler",
             GroupKind("autoscaling", "HorizontalPodAutoscaler"), GroupKind("keda.sh", "ScaledObject")),
    _of_kind(r"services?(?=\W*$)", ("Deployment", "StatefulSet", "DaemonSet", "Pod"), "a service", Service.GROUP_KIND),
    _of_kind(r"network ?polic(?:y|ies)|netpols?", ("Deployment", "StatefulSet", "DaemonSet", "Pod"), "a network policy", _POLICY),
    _in_space(r"(?:resource ?)?quotas?", "a quota", GroupKind("", "ResourceQuota")),
    _in_space(r"limit ?ranges?", "a limit range", GroupKind("", "LimitRange")),
    _in_space(r"network ?polic(?:y|ies)|netpols?", "a network policy", _POLICY),
)  # fmt: skip
