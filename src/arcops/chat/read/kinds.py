"""The words people use for kinds: those of the catalogue, ``config map`` in two words, and ``autoscaler`` for what it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from weakref import WeakKeyDictionary

from arcops.chat.read.lexicon import NAMELIKE, is_everyday
from arcops.chat.read.words import Word
from arcops.kube.builtin import BUILTIN
from arcops.kube.kinds import ApiResource, KindCatalog
from arcops.kube.refs import GroupKind

POD = GroupKind("", "Pod")
NODE = GroupKind("", "Node")
NAMESPACE = GroupKind("", "Namespace")
SERVICE = GroupKind("", "Service")
EVENT = GroupKind("", "Event")
DEPLOYMENT = GroupKind("apps", "Deployment")
STATEFUL_SET = GroupKind("apps", "StatefulSet")
DAEMON_SET = GroupKind("apps", "DaemonSet")
REPLICA_SET = GroupKind("apps", "ReplicaSet")
JOB = GroupKind("batch", "Job")
CRON_JOB = GroupKind("batch", "CronJob")
ROLE = GroupKind("rbac.authorization.k8s.io", "Role")
CLAIM = GroupKind("", "PersistentVolumeClaim")
OBJECT = GroupKind("", "Object")
WORKLOAD = GroupKind("", "Workload")
"""No kinds of their own: every object, and everything that runs pods for good."""
_BUDGET = GroupKind("policy", "PodDisruptionBudget")
_SCALER = GroupKind("autoscaling", "HorizontalPodAutoscaler")
WORKLOADS = (DEPLOYMENT, STATEFUL_SET, DAEMON_SET, CRON_JOB, JOB)
"""What ``app`` and ``workload`` mean, and what is meant where a name says no kind."""
_LOOSE: dict[str, GroupKind] = {
    "container": POD, "containers": POD, "instance": POD, "instances": POD, "pds": POD,
    "machine": NODE, "machines": NODE, "host": NODE, "hosts": NODE, "vms": NODE, "vm": NODE, "box": NODE, "boxes": NODE, "hypervisor": NODE,
    "volume": CLAIM, "volumes": CLAIM, "claim": CLAIM, "claims": CLAIM, "volumeclaim": CLAIM, "volumeclaims": CLAIM, "pvcs": CLAIM,
    "autoscaler": _SCALER, "autoscalers": _SCALER, "hpas": _SCALER, "autoscaling": _SCALER,
    "cron": CRON_JOB, "crons": CRON_JOB, "depl": DEPLOYMENT, "deploys": DEPLOYMENT, "deployement": DEPLOYMENT, "dep": DEPLOYMENT,
    "app": DEPLOYMENT, "apps": DEPLOYMENT, "application": DEPLOYMENT, "applications": DEPLOYMENT, "workload": DEPLOYMENT,
    "workloads": DEPLOYMENT, "microservice": DEPLOYMENT, "microservices": DEPLOYMENT, "component": DEPLOYMENT, "components": DEPLOYMENT,
    "svcs": SERVICE, "cms": GroupKind("", "ConfigMap"), "evs": EVENT,
    "pvs": GroupKind("", "PersistentVolume"), "netpols": GroupKind("networking.k8s.io", "NetworkPolicy"),
    "pdbs": _BUDGET, "budget": _BUDGET, "budgets": _BUDGET, "disruptionbudget": _BUDGET, "disruptionbudgets": _BUDGET,
    "ingresses": GroupKind("networking.k8s.io", "Ingress"),
    "ings": GroupKind("networking.k8s.io", "Ingress"), "quotas": GroupKind("", "ResourceQuota"), "sas": GroupKind("", "ServiceAccount"),
    "binding": GroupKind("rbac.authorization.k8s.io", "RoleBinding"), "bindings": GroupKind("rbac.authorization.k8s.io", "RoleBinding"),
    "webhook": GroupKind("admissionregistration.k8s.io", "ValidatingWebhookConfiguration"),
    "webhooks": GroupKind("admissionregistration.k8s.io", "ValidatingWebhookConfiguration"),
}  # fmt: skip
LOOSE_WORKLOAD = frozenset(
    ["app", "apps", "application", "applications", "workload", "workloads", "microservice", "microservices", "component", "components"]
)
"""Words for any workload: they do not say which kind."""
_NOT_KINDS = frozenset({"limits", "all", "ip", "event", "pc", "no", "ev", "lease", "leases"})
"""Short names of kinds that mean something else in a sentence (``no`` is short for nodes)."""
_HUMP = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z]+")
_LONGEST = 3
_SHORTEST_PART = 4
_INITIALS = 3
"""Words of a kind from which people call it by their initials: files do not tell the short names."""
_NO_TOOLS = frozenset(("apps", "batch", "policy", "storage", "networking", "apiserver", "authorization", "resource", "coordination"))
"""Parts of groups that name no tool."""
_SAID_FOR = {"argoproj": ("argo", "argocd"), "fluxcd": ("flux",), "postgresql": ("postgres",)}
"""What else a tool is called than in its group."""
_SHORT = {"Certificate": ("cert", "certs"), "ClusterServiceVersion": ("csv", "csvs"), "HTTPRoute": ("route", "routes")}
"""Short names that a kind has wherever it is served."""
_ALSO = {"Application": ("app", "apps")}
"""What else the kinds of a tool are called after its name."""
_DOERS = frozenset(("we", "i", "you", "they", "to", "did", "not", "can", "could", "would", "will", "should", "us", "last", "or", "and"))
"""After these ``deploy`` is what somebody does."""
_DEPLOYS = frozenset(("deploy", "deploys", "deployment", "deployments"))
_WAS = frozenset(("was", "were", "been"))
_TIMES = frozenset(("today", "yesterday", "tonight", "recently", "lately", "since", "overnight", "this"))
_OF_EVENTS = frozenset(("every", "each", "any", "which", "last", "latest", "newest", "warning", "all", "first", "single"))
_known: WeakKeyDictionary[KindCatalog, tuple[list[ApiResource], dict[str, GroupKind]]] = WeakKeyDictionary()


def kind_words(catalog: KindCatalog) -> dict[str, GroupKind]:
    """Every lower-case word that means a kind, made once for each state of a catalogue."""
    resources = list(catalog)
    held = _known.get(catalog)
    if held is None or held[0] != resources:
        held = _known[catalog] = (resources, _made(resources))
    return held[1]


def _made(resources: Sequence[ApiResource]) -> dict[str, GroupKind]:
    found: dict[str, GroupKind] = {}
    for resource in (*resources, *BUILTIN):
        for word in (resource.plural, resource.singular, resource.kind.lower(), *resource.short_names):
            if word and word not in _NOT_KINDS:
                found.setdefault(word, resource.group_kind)
        found.setdefault(resource.resource_name, resource.group_kind)
    for resource in resources:
        for word in _makers(resource.group):
            for name in (resource.plural, resource.singular, resource.kind.lower(), *_ALSO.get(resource.kind, ())):
                found.setdefault(f"{word}{name}", resource.group_kind)
    for word, kind in _LOOSE.items():
        found.setdefault(word, kind)
    for resource in resources:
        for word in (*_SHORT.get(resource.kind, ()), *_shortened(resource)):
            found.setdefault(word, resource.group_kind)
    return found | {"events": EVENT}


def spoken_kind(word: str, catalog: KindCatalog, count: Callable[[GroupKind], int]) -> GroupKind | None:
    """The one custom kind whose name ends with a word and of which there are objects: ``snapshot`` for VolumeSnapshot."""
    if len(word) < _SHORTEST_PART:
        return None
    kinds = {one.group_kind for one in catalog if "." in one.group and word == [*_HUMP.findall(one.kind), ""][-2].lower()}
    held = [kind for kind in kinds if count(kind)]
    return held[0] if len(held) == 1 else None


def _shortened(resource: ApiResource) -> tuple[str, ...]:
    """What is left of a custom kind's name in a question: ``extensions`` for ExtensionConfig, ``topic`` for KafkaTopic, ``csv``."""
    parts = [part.lower() for part in _HUMP.findall(resource.kind)]
    if "." not in resource.group or resource.group.endswith(".k8s.io") or len(parts) < 2:  # noqa: PLR2004 - one part is the whole name
        return ()
    initials = "".join(part[0] for part in parts) if len(parts) >= _INITIALS else ""
    if initials and not resource.short_names:
        return (initials, f"{initials}s", *_ended(parts))
    return _ended(parts)


def _ended(parts: Sequence[str]) -> tuple[str, ...]:
    """The last word of a kind, or the one before ``Config``, where it is no everyday word."""
    word = parts[0] if parts[-1] in ("config", "configuration") else parts[-1]
    return () if is_everyday(word) or word in NAMELIKE or len(word) < _SHORTEST_PART else (word, f"{word}s")


def _makers(group: str) -> list[str]:
    """What people say before the kinds of a tool: ``longhorn volumes``, ``knative services``, by the parts of their group."""
    parts = [part for part in group.split(".") if len(part) >= _SHORTEST_PART and part not in _NO_TOOLS]
    return [*parts, *(name for part in parts for name in _SAID_FOR.get(part, ()))]


def kind_at(words: Sequence[Word], at: int, known: dict[str, GroupKind]) -> tuple[GroupKind, int] | None:
    """The kind whose word begins at a place, and how many words it takes; the longest first."""
    for length in range(_LONGEST, 0, -1):
        part = words[at : at + length]
        if len(part) == length and all(word.is_free and not word.is_quoted for word in part):
            found = known.get("".join(word.low for word in part)) or _event(words, at)
            if found is not None and not _is_deed(words, at):
                return found, length
    return None


def _event(words: Sequence[Word], at: int) -> GroupKind | None:
    """``every event``, ``the last event``: in the singular the word is a kind only where one is asked for."""
    return EVENT if words[at].low == "event" and at > 0 and words[at - 1].low in _OF_EVENTS else None


def _is_deed(words: Sequence[Word], at: int) -> bool:
    """Whether ``deploy`` is what somebody does or did: ``was there a deployment``, ``any deploys today``."""
    if words[at].low not in _DEPLOYS or not at:
        return False
    before = [word.low for word in words[max(0, at - 4) : at]]
    after = [word.low for word in words[at + 1 : at + 4]]
    was_there = "there" in before and not _WAS.isdisjoint(before)
    is_timed = before[-1] in {"any", "no"} and bool(after) and (after[0] in _TIMES or not {"last", "past"}.isdisjoint(after))
    return was_there or is_timed or (words[at].low == "deploy" and before[-1] in _DOERS)


def kind_named(word: str, known: dict[str, GroupKind]) -> GroupKind | None:
    """The kind of ``deploy`` in ``deploy/web``; also ``no`` and ``ev``, which are no kinds in a sentence."""
    return known.get(word.lower()) or {"no": NODE, "ev": EVENT, "event": EVENT}.get(word.lower())
