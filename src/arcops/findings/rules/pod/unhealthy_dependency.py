"""A container says that another host it needs does not resolve, refuses, does not answer or rejects it.

Found: a running container's log complains of a host, and does so often, or at its end. What the host is in this cluster is looked up: a
Service that is absent or without ready endpoints is to blame; a host outside the cluster is called so.

Quiet: for a few complaints among much else, and for lines that the program itself calls informational. Containers that crash for it
are told by their own rules.

Do: look at the Service or host named; compare the address with the settings of the container.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Evidence, Hit, Severity, rule
from arcops.findings.dependencies import Dependency, Kind, complains, dependency_in, near_services
from arcops.findings.logs import Told, complaints, since_ms, times_text
from arcops.findings.pods import is_ready
from arcops.findings.view import RuleView
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.pod import Pod

_LONGEST = 300


def _runs(obj: KubeObject) -> bool:
    return isinstance(obj, Pod) and obj.status is not None and obj.status.phase == "Running"


@rule(Pod, severity=Severity.WARNING, gate=_runs, blames_changes=True)
def check(pod: Pod, view: RuleView) -> Iterator[Hit]:
    """One hit for the host most complained of."""
    if not view.has_every_log and is_ready(pod):
        return
    for told in complaints(pod, view):
        most = told.digest.errors[0]
        dependency = dependency_in(view, most.example.text)
        if not told.digest.is_grave or dependency is None:
            continue
        yield _hit(pod, view, told, dependency)
        return


def _hit(pod: Pod, view: RuleView, told: Told, dependency: Dependency) -> Hit:
    found = told.digest
    most = found.errors[0]
    family = complains(most.example.text)
    near = near_services(view, dependency.service) if dependency.kind is Kind.ABSENT and dependency.service else []
    before = f"Just before the first complaint it said: {found.before[:_LONGEST]}" if found.before else ""
    similar = f"Near its name there is {', '.join(near)}" if near else ""
    meaning = f"{family.value}; " if family else ""
    return Hit(
        title=f"Container {told.box.name} of {view.subject} cannot use {dependency.host}: {meaning}{dependency.text}. "
        f'It says: "{most.example.text[:_LONGEST]}", {times_text(most)}',
        cause=dependency.cause,
        link="depends on" if dependency.is_at_fault else "",
        why=". ".join(part for part in (similar, before) if part),
        severity=Severity.WARNING if is_ready(pod) else Severity.CRITICAL,
        evidence=tuple(_evidence(view, told, dependency)),
        next=(*((_look(dependency),) if dependency.service else ()), advice.logs(view.subject, told.box.name)),
        since_ms=since_ms(told),
    )


def _evidence(view: RuleView, told: Told, dependency: Dependency) -> Iterator[Evidence]:
    for one in told.digest.errors[:3]:
        yield evidence.log(view.subject, told.box.name, one.example.line[:_LONGEST])
    if told.digest.before:
        yield evidence.log(view.subject, told.box.name, told.digest.before[:_LONGEST])
    if dependency.service and dependency.kind is Kind.ABSENT:
        yield evidence.absence(dependency.service, f"namespace {dependency.service.namespace}")
    elif dependency.service:
        yield evidence.field(dependency.service, "endpoints", dependency.kind.value, dependency.text)


def _look(dependency: Dependency) -> str:
    ref = dependency.service
    return advice.listing(ref) if ref and dependency.kind is Kind.ABSENT else advice.look(ref) if ref else ""
