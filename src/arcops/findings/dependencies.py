"""What a program depends on, from its own words: the host of a message, and what that is in this cluster."""

from __future__ import annotations

import enum
import re
from difflib import get_close_matches
from typing import NamedTuple

from arcops.findings.endpoints import Stale, stale_behind
from arcops.findings.pods import is_over, is_ready
from arcops.findings.text.families import SIGNS, Family
from arcops.findings.view import RuleView
from arcops.kube.objects.cluster import Namespace
from arcops.kube.objects.pod import Pod
from arcops.kube.objects.service import Service
from arcops.kube.refs import ObjectRef
from arcops.kube.selectors import selector_of_labels

FAMILIES = frozenset(
    {Family.REFUSED, Family.NO_SUCH_HOST, Family.TIMEOUT, Family.UNREACHABLE, Family.TLS, Family.AUTHENTICATION, Family.PROXY}
)
"""Ways to fail that speak of somebody else."""
_SIGNS = tuple(signs for signs in SIGNS if signs.family in FAMILIES)
_NAME = r"([a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?(?:\.[-a-zA-Z0-9]+)*)"
_PORTED = re.compile(rf"(?<![\w.\-])(?<!\w/){_NAME}:(\d{{2,5}})(?!\d|[:.]\d)")
_NAMED = re.compile(
    rf"(?:resolve host|host ?name|host|lookup|resolve|ENOTFOUND|EAI_AGAIN|UnknownHostException:?|server at|connect(?:ing)? to|"
    rf"nc (?:-\w+ )*|pg_isready (?:-\w+ )*|nslookup|ping(?: -c ?\d+)?|wait-for-it(?:\.sh)?|wait-for|Name or service not known:?)"
    rf"[ =:\"'(]+{_NAME}(?![\w\-]|://)"
)
_LOOKED_UP = re.compile(rf"lookup {_NAME}\.? on ")
_COMMAND = re.compile(rf"(?:nc (?:-\w+ )*|pg_isready .*?-h |redis-cli .*?-h |mysqladmin .*?-h ?){_NAME}")
_HERE = frozenset({"localhost", "127.0.0.1", "0.0.0.0", "on", "the", "to", "a", "database", "server", "host", "name", "port"})  # noqa: S104
_SOURCE_FILE = re.compile(r"\.(?:go|py|js|ts|java|rb|rs|cs|php|kt|scala|c|cpp|ya?ml|json|conf|toml|sh|mjs)$")
"""``main.go:12`` is a place in a program."""
_SUFFIXES = (".svc.cluster.local", ".svc")


class Kind(enum.StrEnum):
    """What a host is here."""

    ABSENT = "absent"
    NOT_READY = "not ready"
    STALE = "stale"
    READY = "ready"
    OUTSIDE = "outside"


class Dependency(NamedTuple):
    """A host that a text names. ``service`` is the Service it means, whether it is there or not; None for a host outside."""

    host: str
    kind: Kind
    service: ObjectRef | None
    stale: Stale | None = None

    @property
    def is_at_fault(self) -> bool:
        """Whether it is plain that the fault lies there."""
        return self.kind in (Kind.ABSENT, Kind.NOT_READY, Kind.STALE)

    @property
    def cause(self) -> ObjectRef | None:
        """The object to blame, where the fault lies there: the Service, or the slice that sends it astray."""
        if not self.is_at_fault:
            return None
        return self.stale.slice_ if self.stale is not None else self.service

    @property
    def text(self) -> str:
        """``; there is no Service ledger in namespace shop``."""
        if self.service is None:
            return f"{self.host} is outside the cluster" if "." in self.host else ""
        if self.kind is Kind.ABSENT:
            return f"there is no Service {self.service.name} in namespace {self.service.namespace}"
        if self.kind is Kind.NOT_READY:
            return f"{self.service} has no ready endpoint"
        if self.stale is not None:
            return f"{self.service} leads to {self.stale.address}, an address that node {self.stale.node} does not have"
        return f"{self.service} has ready endpoints"


def complains(text: str) -> Family | None:
    """The way in which a line says that somebody else does not answer; None if it says no such thing."""
    return next((signs.family for signs in _SIGNS if signs.words.search(text)), None)


def host_in(text: str) -> str:
    """The host a text is about, with its port if it has one; "" where it names none."""
    looked_up = _LOOKED_UP.search(text)
    if looked_up:
        return looked_up[1]
    ported = [
        f"{found[1]}:{found[2]}"
        for found in _PORTED.finditer(text)
        if found[1].lower() not in _HERE and not found[1].isdigit() and not _SOURCE_FILE.search(found[1])
    ]
    named = next((one for one in ported if not _is_address(one)), "")
    if named:
        return named
    for pattern in (_NAMED, _COMMAND):
        for found in pattern.finditer(text):
            if found[1].lower() not in _HERE and not found[1].isdigit():
                return found[1]
    return ported[0] if ported else ""


def dependency_in(view: RuleView, text: str) -> Dependency | None:
    """The dependency a text names; None where it names none, or kinds cannot be seen."""
    said = host_in(text)
    return dependency_of(view, said) if said else None


def dependency_of(view: RuleView, said: str) -> Dependency | None:
    """What a host (``ledger:5432``, ``ledger.shop.svc``) is in this cluster, seen from the subject's namespace."""
    host = said.partition(":")[0].rstrip(".").lower()
    service = _service(view, host) or (_at_address(view, host) if _is_address(host) else None)
    if service is None:
        return Dependency(said, Kind.OUTSIDE, None)
    if not view.sees(Service.GROUP_KIND):
        return None
    entry = view.get(service)
    if entry is None:
        return Dependency(said, Kind.ABSENT, service)
    spec = entry.obj.spec if isinstance(entry.obj, Service) else None
    stale = stale_behind(view, service) if spec is not None and not spec.selector else None
    if stale is not None:
        return Dependency(said, Kind.STALE, service, stale)
    if spec is None or not spec.selector or spec.type == "ExternalName" or not view.sees(Pod.GROUP_KIND):
        return Dependency(said, Kind.READY, service)
    pods = view.select(Pod.GROUP_KIND, service.namespace, selector_of_labels(spec.selector))
    is_served = any(isinstance(pod.obj, Pod) and is_ready(pod.obj) and not is_over(pod.obj) for pod in pods)
    return Dependency(said, Kind.READY if is_served else Kind.NOT_READY, service)


def near_services(view: RuleView, service: ObjectRef) -> list[str]:
    """Names of Services like one that is absent."""
    names = [entry.ref.name for entry in view.list(Service.GROUP_KIND, service.namespace)]
    return get_close_matches(service.name, names, n=3, cutoff=0.5)


def _is_address(host: str) -> bool:
    return re.fullmatch(r"\d+\.\d+\.\d+\.\d+(?::\d+)?", host) is not None


def _at_address(view: RuleView, address: str) -> ObjectRef | None:
    """The Service that has an address of the cluster."""
    for entry in view.list(Service.GROUP_KIND) if view.sees(Service.GROUP_KIND) else ():
        if isinstance(entry.obj, Service) and entry.obj.spec and entry.obj.spec.cluster_ip == address:
            return entry.ref
    return None


def _service(view: RuleView, host: str) -> ObjectRef | None:
    """The Service that a host name means; None for addresses and names of other zones."""
    plain = host
    for suffix in _SUFFIXES:
        plain = plain.removesuffix(suffix)
    is_sure = plain != host
    labels = plain.split(".")
    if labels[-1].isdigit() or host in _HERE:
        return None
    if len(labels) == 1:
        return ObjectRef.of(Service.GROUP_KIND, view.subject.namespace, labels[0])
    namespace, name = labels[-1], labels[-2]
    if is_sure:
        return ObjectRef.of(Service.GROUP_KIND, namespace, name)
    if len(labels) != 2 or not view.sees(Namespace.GROUP_KIND):  # noqa: PLR2004 - name and namespace
        return None
    return ObjectRef.of(Service.GROUP_KIND, namespace, name) if view.get(ObjectRef("", "Namespace", "", namespace)) else None
