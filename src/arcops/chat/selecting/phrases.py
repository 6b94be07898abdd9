"""Conditions that people say in words and that no field of a reading holds: without limits, unused, scaled to zero.

Each phrase is tried on the question; those whose kind does not fit are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import NamedTuple

from arcops.chat.read.denial import is_denied
from arcops.chat.selecting.amounts import Side, cells, containers_of, lacks
from arcops.chat.selecting.check import Check, Holds, denied
from arcops.chat.selecting.conditions import Grounds, restarts_of
from arcops.chat.selecting.features import FEATURES
from arcops.chat.selecting.having import LACKING, RUNNERS, thing_checks
from arcops.chat.selecting.images import images_of, tag_of
from arcops.chat.selecting.scope import POD, pods_of
from arcops.chat.selecting.services import external_addresses, has_ready_endpoints
from arcops.chat.selecting.traits import (
    allows_none,
    at_maximum,
    cordoned,
    exits,
    of_control_plane,
    open_to_pods,
    out_of_quota,
    port,
    pressed,
    without_own_pods,
)
from arcops.chat.selecting.wellness import wellness_of
from arcops.findings.replicas import replicas_of
from arcops.inventory.base import Entry
from arcops.inventory.podspecs import spec_of
from arcops.kube.objects.batch import CronJob, Job
from arcops.kube.objects.cluster import Namespace
from arcops.kube.objects.custom import CustomObject
from arcops.kube.objects.node import Node
from arcops.kube.objects.pod import Pod
from arcops.kube.objects.service import Service
from arcops.kube.objects.storage import PersistentVolume, PersistentVolumeClaim
from arcops.kube.printers.storage import is_default_class
from arcops.kube.refs import GroupKind

_LACK = LACKING
_RUNNERS = RUNNERS
_SCALED = ("Deployment", "StatefulSet", "ReplicaSet", "ReplicationController", "DaemonSet")


@dataclass(frozen=True, slots=True)
class Phrase:
    """``words`` is searched for in the question; ``fields`` are conditions that say the same, so that it is not applied twice.

    ``instead`` are fields whose conditions were read out of its own words (``no ready endpoints`` asks for nothing that is ready).
    """

    words: re.Pattern[str]
    kinds: Collection[str]
    make: Callable[[Grounds, re.Match[str]], Check]
    fields: Collection[str] = ()
    instead: Collection[str] = ()


class Phrased(NamedTuple):
    """The checks of phrases, the words they took, and the fields whose conditions they replace."""

    checks: list[Check]
    taken: set[str]
    instead: set[str]


def phrase_checks(question: str, kind: GroupKind, grounds: Grounds, fields: Collection[str]) -> Phrased:
    """Every phrase of a question that fits the kind and that no condition (by its field) stands for."""
    text = " ".join(question.lower().split())
    found: list[Check] = []
    taken: set[str] = set()
    instead: set[str] = set()
    for check, said in thing_checks(text, kind, grounds):
        found.append(check)
        taken.update(said.split())
    for phrase in _PHRASES:
        if (phrase.kinds and kind.kind not in phrase.kinds) or not set(fields).isdisjoint(phrase.fields):
            continue
        match = phrase.words.search(text)
        if match is not None:
            check = phrase.make(grounds, match)
            found.append(denied(check) if is_denied(text[: match.start()]) else check)
            taken.update(match[0].strip("?!,").split())
            instead.update(phrase.instead)
    return Phrased(found, taken, instead)


def _phrase(words: str, kinds: Collection[str], said: str, holds: Holds, *fields: str) -> Phrase:
    return Phrase(re.compile(words), kinds, lambda _grounds, _match: Check(said, holds), fields)


def _is_privileged(entry: Entry) -> bool:
    return any(bool(one.security_context and one.security_context.privileged) for one in containers_of(entry))


def _on_host_network(entry: Entry) -> bool:
    at = spec_of(entry.obj)
    return bool(at and at.spec.host_network)


def _as_root(entry: Entry) -> bool:
    at = spec_of(entry.obj)
    if at is None:
        return False
    of_pod = at.spec.security_context
    return any(_may_be_root(one.security_context, of_pod) for one in containers_of(entry))


def _may_be_root(own: object, shared: object) -> bool:
    for context in (own, shared):
        user, non_root = getattr(context, "run_as_user", None), getattr(context, "run_as_non_root", None)
        if user is not None:
            return bool(user == 0)
        if non_root:
            return False
    return True


def _wanted(entry: Entry) -> int | None:
    counts = replicas_of(entry.obj)
    return counts.wanted if counts else None


def _ready(entry: Entry) -> int | None:
    counts = replicas_of(entry.obj)
    return counts.ready if counts else None


def _is_short(entry: Entry) -> bool:
    counts = replicas_of(entry.obj)
    return counts is not None and counts.ready < counts.wanted


def _unbound(entry: Entry) -> bool:
    status = entry.obj.status if isinstance(entry.obj, PersistentVolumeClaim | PersistentVolume) else None
    return (status.phase if status else None) != "Bound"


def _unused(grounds: Grounds, _match: re.Match[str]) -> Check:
    def holds(entry: Entry) -> bool:
        if isinstance(entry.obj, PersistentVolume):
            return entry.obj.status is None or entry.obj.status.phase != "Bound"
        return not pods_of(entry.ref, grounds.inventory)

    return Check("{are} used by no pod", holds)


def _without_endpoints(grounds: Grounds, _match: re.Match[str]) -> Check:
    return Check("{have} no ready endpoint", lambda entry: not has_ready_endpoints(entry, grounds.inventory))


def _is_exposed(entry: Entry) -> bool:
    spec = entry.obj.spec if isinstance(entry.obj, Service) else None
    return bool(spec and spec.type in ("LoadBalancer", "NodePort")) or bool(external_addresses(entry))


def _external(_grounds: Grounds, match: re.Match[str]) -> Check:
    allowed = match["other"] or ""
    if not allowed:
        return Check("{have} an external address", lambda entry: bool(external_addresses(entry)))
    return Check(f"{{have}} an external address other than {allowed}",
                 lambda entry: any(one != allowed for one in external_addresses(entry)))  # fmt: skip


def _replicas(_grounds: Grounds, match: re.Match[str]) -> Check:
    word = match["count"]
    count = {"single": 1, "one": 1, "two": 2, "three": 3, "zero": 0, "no": 0}.get(word, int(word) if word.isdigit() else 1)
    if match["ready"] or match["up"]:
        return Check(f"{{have}} {count} ready replica{'' if count == 1 else 's'}", lambda entry: _ready(entry) == count)
    said = f"{{are}} set to {count} replica{'' if count == 1 else 's'}" if count else "{are} scaled to 0"
    return Check(said, lambda entry: _wanted(entry) == count)


def _without_pods(grounds: Grounds, _match: re.Match[str]) -> Check:
    return Check("{have} no pods", lambda entry: not grounds.inventory.count(POD, entry.ref.name))


def _well(grounds: Grounds, match: re.Match[str]) -> Check:
    unwell = _not_well(grounds, match).holds
    return Check("{are} well", lambda entry: not unwell(entry))


def _not_well(grounds: Grounds, _match: re.Match[str]) -> Check:
    """Objects that are not well; of namespaces those with open incidents."""

    def holds(entry: Entry) -> bool:
        if isinstance(entry.obj, Namespace):
            return entry.ref.name in grounds.troubled
        return entry.ref in grounds.sick or not wellness_of(entry).is_well

    return Check("{are} not well", holds)


def _scaled_to_zero(_grounds: Grounds, _match: re.Match[str]) -> Check:
    return Check("{are} scaled to 0", lambda entry: _wanted(entry) == 0)


def _restarting(grounds: Grounds, _match: re.Match[str]) -> Check:
    return Check("{have} restarted", lambda entry: restarts_of(entry, grounds.inventory) > 0)


def _failed_job(entry: Entry) -> bool:
    return isinstance(entry.obj, Job) and wellness_of(entry).word == "Failed"


def _suspended(entry: Entry) -> bool:
    return isinstance(entry.obj, CronJob | Job | CustomObject) and bool(entry.obj.spec and entry.obj.spec.suspend)


def _nodeless(entry: Entry) -> bool:
    return isinstance(entry.obj, Pod) and not (entry.obj.spec and entry.obj.spec.node_name)


def _has_limit(_grounds: Grounds, match: re.Match[str]) -> Check:
    """Runners of which some container has a limit, of memory or CPU where that is said."""
    resource = match["resource"] or ""
    side = Side.REQUEST if match["side"].startswith("request") else Side.LIMIT
    wanted = (resource,) if resource else ("cpu", "memory")

    def holds(entry: Entry) -> bool:
        return any(cells(entry, one)[side is Side.LIMIT] != "<none>" for one in wanted)

    return Check(f"{{have}} a {'CPU ' if resource == 'cpu' else f'{resource} ' if resource else ''}{side.value}", holds)


def _lacks_request(_grounds: Grounds, match: re.Match[str]) -> Check:
    """Runners of which some container requests nothing, or no memory or CPU where that is said."""
    resource = match["resource"]
    said = f"a {'CPU' if resource == 'cpu' else resource} request" if resource else "requests"
    wanted = (resource,) if resource else ("cpu", "memory")
    return Check(f"{{have}} a container without {said}", lambda entry: lacks(entry, Side.REQUEST, wanted))


_MODES = {"rwx": "ReadWriteMany", "rwo": "ReadWriteOnce", "rox": "ReadOnlyMany", "rwop": "ReadWriteOncePod"}


def _mode(_grounds: Grounds, match: re.Match[str]) -> Check:
    """Claims and volumes of an access mode, however it is written."""
    key = re.sub(r"[- ]", "", match["mode"])
    wanted = _MODES.get(key) or next((one for one in _MODES.values() if one.lower() == key), key)

    def holds(entry: Entry) -> bool:
        spec = entry.obj.spec if isinstance(entry.obj, PersistentVolumeClaim | PersistentVolume) else None
        return wanted in ((spec.access_modes if spec else None) or ())

    return Check(f"{{are}} {wanted}", holds)


def _tainted(entry: Entry) -> bool:
    return isinstance(entry.obj, Node) and bool(entry.obj.spec and entry.obj.spec.taints)


def _is_default(entry: Entry) -> bool:
    return is_default_class(entry.obj)  # type: ignore[arg-type]


def _is_orphan(entry: Entry) -> bool:
    return not entry.obj.metadata.owner_references


def _several_containers(entry: Entry) -> bool:
    return len(containers_of(entry)) > 1


def _deleting(entry: Entry) -> bool:
    return bool(entry.obj.metadata.deletion_timestamp)


def _has_latest(entry: Entry) -> bool:
    return any(tag_of(image) == "latest" for image in images_of(entry))


_STATE = ("ready", "phase", "reason")
_PHRASES: tuple[Phrase, ...] = (
    _phrase(rf"{_LACK}[\w ]{{0,20}}\bmemory limits?\b", _RUNNERS, "{have} a container without a memory limit",
            lambda entry: lacks(entry, Side.LIMIT, ("memory",)), "memory"),
    _phrase(rf"{_LACK}[\w ]{{0,20}}\bcpu limits?\b", _RUNNERS, "{have} a container without a CPU limit",
            lambda entry: lacks(entry, Side.LIMIT, ("cpu",)), "cpu"),
    _phrase(rf"{_LACK}(?: any| resource| a| the| proper| their| or| requests?| and)* (?:limits?)\b", _RUNNERS,
            "{have} a container without limits", lambda entry: lacks(entry, Side.LIMIT), "memory", "cpu"),
    Phrase(re.compile(rf"{_LACK}(?: any| resource| a| the| proper| (?P<resource>memory|cpu)(?! (?:or|and))| memory| cpu| limits?| or| and)*"
                      r" requests?\b"), _RUNNERS, _lacks_request, ("memory", "cpu")),
    _phrase(r"best[- ]?effort\b", ("Pod",), "{are} of class BestEffort",
            lambda entry: isinstance(entry.obj, Pod) and bool(entry.obj.status and entry.obj.status.qos_class == "BestEffort")),
    _phrase(r"\bprivileged\b", _RUNNERS, "{are} privileged", _is_privileged),
    _phrase(r"\bhost ?network\b", _RUNNERS, "{are} on the host's network", _on_host_network),
    _phrase(r"\b(?:as|by) root\b", _RUNNERS, "may run as root", _as_root),
    _phrase(r"\b(?:latest tag|:latest|tag(?:ged)? latest|latest images?|untagged)\b", _RUNNERS, "run{s} an image with the tag latest",
            _has_latest, "image"),
    _phrase(r"\b(?:more than one container|several containers|multiple containers|multi-?container|sidecars?)\b", ("Pod",),
            "{have} several containers", _several_containers),
    _phrase(r"\b(?:orphan\w*|(?:nobody|no ?one|nothing) owns|not owned|unowned|unmanaged|"
            r"belong(?:s|ing)? to (?:nobody|no ?one|nothing)|bare pods?|standalone pods?|naked pods?|"
            r"static pods?)\b",
            ("Pod", "ReplicaSet", "Job"), "{have} no owner", _is_orphan),
    _phrase(r"\b(?:unbound|not bound|aren'?t bound|isn'?t bound)\b", ("PersistentVolumeClaim", "PersistentVolume"), "{are} not bound",
            _unbound, *_STATE),
    Phrase(re.compile(r"\b(?:unused|not used|not mounted|unmounted|nobody uses|not in use|orphan\w*)\b"),
           ("PersistentVolumeClaim", "PersistentVolume", "ConfigMap", "Secret"), _unused),
    _phrase(r"\bfail(?:ed|ing|s|ures?)?\b", ("Job",), "{have} failed", _failed_job, *_STATE),
    Phrase(re.compile(r"^(?!.*\b(?:no|not|without|lack\w*|missing|never|unset|more|less|over|under|above|below|than|"
        r"hit|near|reach\w*|exceed\w*|close|what)\b).*\b(?:with|have|has|set|sets|having|got) (?:an? |any |the |resource )*"
        r"(?P<resource>memory|cpu)? ?(?P<side>limit|request)s?\b"),
           _RUNNERS, _has_limit, ("memory", "cpu")),
    _phrase(rf"(?:{_LACK}|not (?:yet )?(?:on|assigned to|bound to|placed on|scheduled (?:on|to)))(?: any| a|"
            r" an)* nodes?\b(?! selectors?| "
            r"affinity)", ("Pod",), "{have} no node", _nodeless),
    _phrase(r"\b(?:suspended|paused|on hold|disabled)\b", (), "{are} suspended", _suspended, *_STATE),
    _phrase(r"\b(?:cordon\w*|unschedulable|scheduling ?disabled|drained)\b", ("Node",), "{are} cordoned", cordoned, *_STATE),
    _phrase(r"\btaint(?:s|ed)?\b", ("Node",), "{have} taints", _tainted),
    Phrase(re.compile(r"\b(?P<mode>read[- ]?write[- ]?(?:many|once(?:[- ]?pod)?)|read[- ]?only[- ]?many|rwx|rwop|rwo|rox)\b"),
           ("PersistentVolumeClaim", "PersistentVolume"), _mode),
    _phrase(r"\bdefault\b", ("StorageClass",), "{are} the default", _is_default),
    Phrase(re.compile(rf"{_LACK}(?: any)* (?:pods?|workloads?|anything)\b|\bempty\b|\bunused\b"), ("Namespace",), _without_pods),
    Phrase(re.compile(rf"{_LACK}(?: any| a| ready| healthy| live)* (?:endpoints?|backends?|pods?)\b|\bwithout (?:ready "
        r")?(?:endpoints?|backends?)\b"),
           ("Service",), _without_endpoints, instead=("ready",)),
    _phrase(r"\b(?:outside|public(?:ly)?|internet|exposed (?:to|externally)|externally exposed|reachable from (?:out|"
            r"the))\b", ("Service",),
            "{are} reachable from outside", _is_exposed, "type"),
    Phrase(re.compile(r"\bexternal(?! ?name)(?:ly)?[- ]?(?:ips?|address(?:es)?|exposed|reachable)?\b(?:.*?(?:other than|except|besides|but|"
        r"not) (?P<other>[\d.]+\d))?"),
           ("Service",), _external, ("type",)),
    Phrase(re.compile(r"\bscaled?(?: down)? to (?:0|zero)\b|\bscaled (?:down|in)\b(?! to)"), _SCALED, _scaled_to_zero, instead=("ready",)),
    Phrase(re.compile(rf"(?:(?!missing){_LACK}|\b(?:zero|0))(?: any| a| single| running| ready| healthy| working| live)* pods?\b|"
            r"\bnothing in (?:it|them)\b|"
        r"\bempty\b"), _SCALED, without_own_pods, (), ("ready", "phase")),
    Phrase(re.compile(r"\bexit(?:s|ed|ing)? (?:with |by )?(?:exit )?(?:code |status )?(?:of )?(?P<code>\d{1,3})\b|"
        r"\b(?:code|status) (?P<other>\d{1,3})\b"), ("Pod",), exits),
    Phrase(re.compile(r"\b(?:ports?|listen\w* on|expos\w+|open on|serv(?:e|es|ing) on) (?:number |port )?(?P<port>\d{1,5})\b"),
           ("Service", *_RUNNERS), port),
    _phrase(r"\b(?:control[- ]?planes?|masters?|servers?)\b", ("Node",), "{are} of the control plane", of_control_plane),
    _phrase(r"\bworkers?\b", ("Node",), "{are} no control plane", lambda entry: not of_control_plane(entry)),
    _phrase(r"\b(?:at|reached|hit|on|maxed)(?: (?:its|their|the))? ?(?:max\w*|out|ceiling|upper limit)\b", ("HorizontalPodAutoscaler",),
            "{are} at the maximum", at_maximum, *_STATE),
    _phrase(r"\b(?:under|in|with|has|have|having) (?:memory |disk |pid |any |some )*pressure\b|\b(?:short|low|running low|out|"
            r"running out) "
            r"(?:on|of) (?:memory|ram|disk|space|storage|pids?|resources)\b", ("Node",), "{are} under pressure", pressed, *_STATE),
    _phrase(r"\b(?:can|could|may|will|would|to) (?:still |also )?(?:take|accept|get|host|receive|hold|run) (?:any |new |more |some |"
            r"other |further )*"
            r"(?:pods?|work|workloads?|load)\b|\b(?:schedulable|usable|open (?:for|to) (?:new )?pods)\b", ("Node",), "take{s} new pods",
            open_to_pods, *_STATE),
    Phrase(re.compile(r"\b(?:allow\w*|permit\w*|with|have|has) (?:no|zero|0|not any) (?:more )?(?:voluntary )?(?:disruptions?|"
            r"evictions?)\b|\bblock\w*\b"),
            ("PodDisruptionBudget",),
           lambda _grounds, _match: Check("{do} not allow any disruption", allows_none), instead=_STATE),
    Phrase(re.compile(r"\b(?:out of|over|beyond|at|hit|reached|exceed\w*|used up|exhaust\w*|ran out of) (?:the |its |"
            r"their )?(?:resource )?quotas?\b|"
        r"\b(?:full|exhausted|used up|exceeded|maxed out)\b"), ("Namespace", "ResourceQuota"), out_of_quota, _STATE),
    Phrase(re.compile(r"\b(?P<count>single|one|two|three|zero|no|\d{1,3})(?P<up> ready| running| healthy| available)? replicas?\b"
        r"(?P<ready> (?:are )?(?:ready|running|up|available|healthy))?"), _SCALED, _replicas),
    _phrase(r"\b(?:missing (?:pods|replicas)|fewer (?:pods|replicas)|less (?:pods|replicas)|not all (?:pods|replicas)|incomplete|"
            r"not complete|degraded|"
            r"under-?replicated|not fully (?:ready|available)|"
                r"unavailable)\b", _SCALED, "{have} fewer ready pods than wanted", _is_short, *_STATE),
    *(_phrase(*feature, *_STATE) for feature in FEATURES),
    _phrase(r"\bwarnings?\b", ("Event",), "{are} warnings", lambda entry: wellness_of(entry).word == "Warning", "type"),
    _phrase(r"\b(?:terminating|dying|being (?:deleted|removed)|stuck deleting)\b", (), "{are} being deleted", _deleting, *_STATE),
    Phrase(re.compile(r"\b(?:restarted|restarting|with restarts)\b"), ("Pod", *_SCALED), _restarting, ("restarts", *_STATE)),
    Phrase(re.compile(r"\b(?:not (?:accepted|programmed|admitted|synced|reconciled|established|issued|resolved)|"
        r"not healthy|unhealthy|not well|not ok|not okay|unwell|broken|failing|in trouble|troubled|problematic|"
        r"bad|not working|"
            r"not running|faulty|sick|crashing|(?:have|has|having|with) (?:a )?(?:problems?|issues?|trouble|"
                r"errors?))\b"), (), _not_well, (*_STATE, "restarts")),
    Phrase(re.compile(r"\b(?:healthy|well|fine|ok|okay|working)\b"), (), _well, (*_STATE, "restarts")),
)  # fmt: skip
