"""A workload is told to call a Service that does not exist, or a port that the Service does not offer.

Found: a variable, an argument or a ConfigMap of the workload names a Service's address. The port is not among the Service's ports; or there
is no such Service, and the workload's log says that the name is not found. Services with nearly the same name are told.

Quiet: for hosts outside the cluster, headless and ExternalName Services, and images that look like addresses. An absent Service of
which no log complains is info: many programs carry addresses they never use.

Do: correct the address where it stands, or create the Service.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from arcops.findings import advice, evidence
from arcops.findings.addresses import Address, offers
from arcops.findings.base import Evidence, Hit, Severity, rule
from arcops.findings.callers import CALLERS, calls_of, complaint, is_caller, is_nobodys, pods_of
from arcops.findings.past import FieldChange
from arcops.findings.pods import is_ready
from arcops.findings.view import RuleView
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.pod import Pod
from arcops.kube.objects.service import Service
from arcops.kube.refs import ObjectRef


@rule(*CALLERS, severity=Severity.WARNING, for_minutes=2, gate=is_nobodys, blames_changes=True)
def check(workload: KubeObject, view: RuleView) -> Iterator[Hit]:
    """One hit for each wrong address."""
    for address in calls_of(view) if is_caller(workload) else ():
        if view.get(address.service) is None:
            hit = _absent(workload, view, address)
            if hit is not None:
                yield hit
        elif offers(view, address) is False:
            yield _unoffered(workload, view, address)


def _absent(workload: KubeObject, view: RuleView, address: Address) -> Hit | None:
    """No such Service; one that was deleted is another rule's."""
    service = address.service
    if any(was.ref == service for was in view.gone(Service.GROUP_KIND, service.namespace)):
        return None
    found = complaint(pods_of(workload, view), view, service.name)
    if found is None and not address.is_sure:
        return None
    near = _near(view, address)
    told = f"; near it is {', '.join(_called(ref, service) for ref in near)}" if near else ""
    logged = (evidence.log(found[0].ref, found[1], found[2]),) if found else ()
    return Hit(
        title=f"{view.subject} is told to call {address.said}, but there is no Service {service.name} in namespace {service.namespace}"
        f"{told} ({_place(view, address)})",
        cause=(address.source if address.source != view.subject else None) if near else service,
        link="is configured by" if near else "calls",
        why=f"Its log says: {found[2]}" if found else "No log complains of it yet",
        severity=Severity.WARNING if found else Severity.INFO,
        evidence=(_setting(address), evidence.absence(service, f"namespace {service.namespace}"), *logged),
        next=(f"kubectl -n {service.namespace} get services", *_correct(view, address)),
    )


def _called(near: ObjectRef, wanted: ObjectRef) -> str:
    return near.name if near.namespace == wanted.namespace else f"{near.name} in namespace {near.namespace}"


def _unoffered(workload: KubeObject, view: RuleView, address: Address) -> Hit:
    ports = _ports(view, address.service)
    changes = [one for one in view.changes(address.service) if one.path.startswith("spec.ports")]
    pods = pods_of(workload, view)
    is_down = bool(pods) and not any(isinstance(entry.obj, Pod) and is_ready(entry.obj) for entry in pods)
    moved = evidence.aside(changes)
    own = None if address.source == view.subject else address.source
    return Hit(
        title=f"{view.subject} is told to call {address.said}, but {address.service} has no port {address.port}: it offers {ports}"
        f"{moved} ({_place(view, address)})",
        cause=address.service if changes else own,
        link="calls" if changes else "is configured by" if own else "",
        severity=Severity.CRITICAL if is_down else Severity.WARNING,
        evidence=(_setting(address), evidence.field(address.service, "spec.ports[*].port", ports), *_changes(changes)),
        next=(advice.kubectl(address.service, "get", "-o wide"), *_correct(view, address)),
        since_ms=changes[-1].at_ms if changes else None,
    )


def _changes(changes: list[FieldChange]) -> Iterator[Evidence]:
    return (evidence.change(one) for one in changes)


def _place(view: RuleView, address: Address) -> str:
    return f"{address.path} of {address.source}" if address.source != view.subject else address.path


def _setting(address: Address) -> Evidence:
    return evidence.field(address.source, address.path, address.said, f"{address.source}: {address.path} names {address.said}")


def _correct(view: RuleView, address: Address) -> tuple[str, ...]:
    return (advice.edit(address.source, address.path), *advice.restart(view.subject))


def _ports(view: RuleView, ref: ObjectRef) -> str:
    entry = view.get(ref)
    spec = entry.obj.spec if entry is not None and isinstance(entry.obj, Service) else None
    return ", ".join(str(port.port) for port in (spec.ports if spec else None) or ()) or "none"


def _near(view: RuleView, address: Address) -> list[ObjectRef]:
    """Services of the same namespace that are named alike, or the only ones that offer the port."""
    services = view.list(Service.GROUP_KIND, address.service.namespace)
    names = {entry.ref.name: entry.ref for entry in services}
    alike = [names[name] for name in get_close_matches(address.service.name, list(names), n=2, cutoff=0.7)]
    ported = [
        entry.ref
        for entry in services
        if address.port and isinstance(entry.obj, Service) and entry.obj.spec
        and any(port.port == address.port for port in entry.obj.spec.ports or ())
    ]  # fmt: skip
    return alike or (ported if len(ported) == 1 else []) or _elsewhere(view, address.service)


def _elsewhere(view: RuleView, service: ObjectRef) -> list[ObjectRef]:
    """The only Service of this very name in another namespace."""
    found = [entry.ref for entry in view.list(Service.GROUP_KIND) if entry.ref.name == service.name]
    return found if len(found) == 1 else []
