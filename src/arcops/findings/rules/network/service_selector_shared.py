"""Two Services of different names select exactly the same pods and send to different ports.

Found: another Service of the namespace has the same selector, and the two share no target port.

Quiet: where they lead to the same port (a second name, a headless twin, a NodePort beside a ClusterIP), and where their selectors differ.

Do: check that both are meant; a copied Service whose selector was not adapted looks like this.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.traffic import declared, is_external, number_of, pods_of, target_of
from arcops.findings.view import RuleView
from arcops.kube.objects.service import Service


@rule(Service, severity=Severity.INFO)
def check(service: Service, view: RuleView) -> Iterator[Hit]:
    """One hit, about the later of the two by name."""
    spec = service.spec
    if is_external(service) or spec is None:
        return
    for entry in view.list(Service.GROUP_KIND, view.subject.namespace):
        other = entry.obj
        if not isinstance(other, Service) or other.spec is None or other.spec.selector != spec.selector or entry.ref >= view.subject:
            continue
        if _targets(other) & _targets(service) or not _is_odd(service, view):
            continue
        yield Hit(
            title=f"{view.subject} and {entry.ref} select the same pods but send to different ports",
            evidence=(
                evidence.field(view.subject, "spec.ports[*].targetPort", ", ".join(sorted(_targets(service)))),
                evidence.field(entry.ref, "spec.ports[*].targetPort", ", ".join(sorted(_targets(other)))),
            ),
            next=(f"kubectl -n {view.subject.namespace} get service {view.subject.name} {entry.ref.name} -o wide",),
        )
        return


def _targets(service: Service) -> set[str]:
    return {str(target_of(port)) for port in (service.spec.ports if service.spec else None) or ()}


def _is_odd(service: Service, view: RuleView) -> bool:
    """Whether some port of it is declared by none of the pods: a metrics port beside the main one is not odd."""
    pods = pods_of(view, view.subject.namespace, service)
    return any(
        number_of(pod.spec, port) not in {one.container_port for one in declared(pod.spec)}
        for _, pod in pods
        for port in (service.spec.ports if service.spec else None) or ()
    )
