"""A Service sends to a port that its pods do not have, so every connection is refused.

Found: for 2 minutes a targetPort's name is on no container of the selected pods; or its number is on none, although they declare other
ports and none of the Service's ports is among them; or the record saw the number change to one that no pod has. All selected pods are
looked at, native sidecars too.

Quiet: for headless Services by number, and where a probe, an argument or a variable names the port: declaring ports is optional. A
Service of which another port fits, or whose pods declare none, is told as info only.

Do: set targetPort to the number or name of the container's port.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.past import FieldChange
from arcops.findings.traffic import declared, is_external, is_headless, is_spoken_of, number_of, pods_of, target_of
from arcops.findings.view import RuleView
from arcops.kube.objects.pod import Pod
from arcops.kube.objects.service import Service, ServicePort
from arcops.kube.refs import ObjectRef

Selected = Sequence[tuple[ObjectRef, Pod]]


@rule(Service, severity=Severity.CRITICAL, for_minutes=2)
def check(service: Service, view: RuleView) -> Iterator[Hit]:
    """One hit that names all ports that lead nowhere."""
    ports = (service.spec.ports if service.spec else None) or ()
    if is_external(service) or not ports:
        return
    pods = pods_of(view, view.subject.namespace, service)
    wrong = [port for port in ports if pods and not _is_met(service, port, pods)]
    if not wrong:
        return
    changes = [one for one in view.changes(view.subject) if "targetPort" in one.path or one.path.startswith("spec.ports")]
    severity = _severity(wrong, pods, changes, is_all=len(wrong) == len(ports))
    yield _hit(view, wrong, pods, changes, severity)


def _is_met(service: Service, port: ServicePort, pods: Selected) -> bool:
    """Whether some pod has the port, or may have it."""
    wanted = target_of(port)
    if isinstance(wanted, str):
        return any(number_of(pod.spec, port) is not None for _, pod in pods)
    if is_headless(service):
        return True
    return any(any(one.container_port == wanted for one in declared(pod.spec)) or is_spoken_of(pod.spec, wanted) for _, pod in pods)


def _severity(wrong: list[ServicePort], pods: Selected, changes: list[FieldChange], *, is_all: bool) -> Severity:
    if any(isinstance(target_of(port), str) for port in wrong) or changes:
        return Severity.CRITICAL if is_all else Severity.WARNING
    declares = all(declared(pod.spec) for _, pod in pods)
    return Severity.CRITICAL if declares and is_all else Severity.INFO


def _hit(view: RuleView, wrong: list[ServicePort], pods: Selected, changes: list[FieldChange], severity: Severity) -> Hit:
    has = sorted({f"{one.container_port}{f' ({one.name})' if one.name else ''}" for _, pod in pods for one in declared(pod.spec)})
    offered = f"they declare {', '.join(has)}" if has else "they declare no port at all"
    named = "; ".join(f"port {port.port} goes to targetPort {target_of(port)}" for port in wrong)
    moved = evidence.aside(changes)
    said = "may lead" if severity is Severity.INFO else "leads"
    return Hit(
        title=f"{view.subject} {said} nowhere: {named}, which is on no container of its {len(pods)} pods ({offered}){moved}",
        severity=severity,
        evidence=(
            *(evidence.field(view.subject, f"spec.ports[{port.name or port.port}].targetPort", target_of(port)) for port in wrong),
            *(evidence.field(ref, "spec.containers[*].ports", ", ".join(has), f"{ref}: {offered}") for ref, _ in pods[:1]),
            *(evidence.change(one) for one in changes),
        ),
        next=(
            advice.kubectl(view.subject, "get", "-o yaml"),
            advice.kubectl(pods[0][0], "get", "-o jsonpath='{.spec.containers[*].ports}'"),
            advice.edit(view.subject, "targetPort"),
        ),
        since_ms=changes[-1].at_ms if changes else None,
    )
