"""Which incidents a question is about: those of a scope, and those an object takes part in or hangs on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from arcops.chat.asked import Asked
from arcops.findings.base import Finding, Severity, State
from arcops.findings.catalog import areas
from arcops.findings.incidents import Incident
from arcops.findings.report import POSTURE
from arcops.findings.speaker import WORKLOADS, named_speaker
from arcops.inventory.base import Reader
from arcops.inventory.graph import downstream, upstream
from arcops.kube.refs import GroupKind, ObjectRef

_NAMESPACE = GroupKind("", "Namespace")
_UPSTREAM, _DOWNSTREAM = 4, 2


@dataclass(frozen=True, slots=True)
class Case:
    """An incident with its findings, the one that tells it best first."""

    incident: Incident
    main: Finding
    findings: tuple[Finding, ...]

    @property
    def root(self) -> ObjectRef:
        """The object to blame."""
        return self.incident.root

    @property
    def hit(self) -> list[ObjectRef]:
        """The workloads and objects it shows in, without the root."""
        return [ref for ref in dict.fromkeys(member.speaker for member in self.incident.members) if ref != self.root]


def cases_of(asked: Asked) -> list[Case]:
    """Every incident of the moment, worst first."""
    if asked.current is None:
        return []
    by_id = asked.current.report.by_id
    return [_case(incident, by_id) for incident in asked.current.report.incidents]


def _case(incident: Incident, by_id: dict[str, Finding]) -> Case:
    main = by_id[incident.main]
    return Case(incident, main, (main, *(by_id[one] for one in incident.findings if one != incident.main)))


def cases_in(cases: Iterable[Case], namespace: str) -> list[Case]:
    """Those that have to do with a namespace: their root or an object they show in lies there, or is the namespace itself."""
    if not namespace:
        return list(cases)
    return [case for case in cases if any(_is_in(ref, namespace) for ref in _refs_of(case))]


def _is_in(ref: ObjectRef, namespace: str) -> bool:
    return ref.namespace == namespace or (ref.group_kind == _NAMESPACE and ref.name == namespace)


def _refs_of(case: Case) -> Iterator[ObjectRef]:
    yield case.root
    for finding in case.findings:
        yield finding.speaker
        yield finding.subject
        if finding.cause is not None:
            yield finding.cause


def cases_about(cases: Sequence[Case], refs: Collection[ObjectRef]) -> list[Case]:
    """Those that one of the objects is root, subject, cause or link of; the ones it is in the middle of first."""
    found = [(_nearness(case, refs), place, case) for place, case in enumerate(cases)]
    return [case for near, _, case in sorted(found, key=lambda one: one[:2]) if near < _FAR]


_FAR = 9


def _nearness(case: Case, refs: Collection[ObjectRef]) -> int:
    """0: the object itself speaks or is spoken of; 1: it is to blame; 2: it is a link between."""
    if any(finding.subject in refs or finding.speaker in refs for finding in case.findings):
        return 0
    if case.root in refs or any(finding.cause in refs for finding in case.findings if finding.cause):
        return 1
    if any(link.cause in refs or link.effect in refs for link in case.incident.chain):
        return 2
    return _FAR


def family(refs: Iterable[ObjectRef], reader: Reader) -> list[ObjectRef]:
    """The objects, whoever speaks for them, and what has the same name in the same namespace: a Deployment and its Service."""
    found: dict[ObjectRef, None] = {}
    for ref in refs:
        found[ref] = None
        found[named_speaker(ref, reader)] = None
        for kind in _NAMESAKES if ref.group_kind in _NAMESAKES else ():
            same = ObjectRef.of(kind, ref.namespace, ref.name)
            if reader.get(same) is not None:
                found[same] = None
    return list(found)


_NAMESAKES = (
    *WORKLOADS, *(GroupKind("", kind) for kind in ("Service", "Pod")), GroupKind("autoscaling", "HorizontalPodAutoscaler"),
    *(GroupKind("networking.k8s.io", kind) for kind in ("Ingress", "NetworkPolicy")), GroupKind("policy", "PodDisruptionBudget"),
    GroupKind("keda.sh", "ScaledObject"), GroupKind("argoproj.io", "Rollout"), GroupKind("gateway.networking.k8s.io", "HTTPRoute"),
    GroupKind("helm.toolkit.fluxcd.io", "HelmRelease"), GroupKind("kustomize.toolkit.fluxcd.io", "Kustomization"),
)  # fmt: skip
"""Kinds that a workload's name is given to beside it: whoever names one means the whole."""


_CARRIERS = frozenset({
    "runs on", "owner", "service selects pods", "mounts", "env", "claim and volume", "storage class", "served by", "ingress backend",
    "route backend", "route hangs on gateway", "scales", "ingress class", "service account", "pull secret", "gateway class",
})  # fmt: skip
"""Relations over which a fault reaches an object. Whom a workload selects it owns as well, and that costs a tenth."""


def above(refs: Sequence[ObjectRef], reader: Reader) -> list[ObjectRef]:
    """What the objects depend on, nearest first, without themselves."""
    found = dict.fromkeys(step.ref for one in refs for step in upstream(one, reader, _UPSTREAM, _CARRIERS))
    return [ref for ref in found if ref not in set(refs)]


def below(refs: Sequence[ObjectRef], reader: Reader) -> list[ObjectRef]:
    """What leads to the objects or depends on them, two links far."""
    found = dict.fromkeys(step.ref for one in refs for step in downstream(one, reader, _DOWNSTREAM))
    return [ref for ref in found if ref not in set(refs)]


class Others(NamedTuple):
    """Findings that make no incident: not yet sure, decided to live with, worth knowing, over."""

    pending: tuple[Finding, ...]
    ignored: tuple[Finding, ...]
    notes: tuple[Finding, ...]
    resolved: tuple[Finding, ...]


def others_of(findings: Iterable[Finding]) -> Others:
    """The findings that no incident tells, sorted out; posture (what could be better) is left out."""
    pending: list[Finding] = []
    ignored: list[Finding] = []
    notes: list[Finding] = []
    resolved: list[Finding] = []
    for finding in findings:
        if finding.state is State.RESOLVED:
            resolved.append(finding)
        elif finding.ignored:
            ignored.append(finding)
        elif finding.severity is Severity.INFO:
            if areas().get(finding.code) != POSTURE:
                notes.append(finding)
        elif finding.state is State.PENDING:
            pending.append(finding)
    return Others(tuple(pending), tuple(ignored), tuple(notes), tuple(resolved))


def findings_in(asked: Asked, namespace: str) -> list[Finding]:
    """The findings of a namespace, or all."""
    if asked.current is None:
        return []
    found = asked.current.report.findings
    if not namespace:
        return list(found)
    return [finding for finding in found if _is_in(finding.subject, namespace) or finding.speaker.namespace == namespace]


def findings_about(asked: Asked, refs: Collection[ObjectRef]) -> list[Finding]:
    """The findings that have one of the objects as subject, speaker or cause."""
    if asked.current is None:
        return []
    wanted = set(refs)
    return [
        finding
        for finding in asked.current.report.findings
        if finding.subject in wanted or finding.speaker in wanted or finding.cause in wanted
    ]
