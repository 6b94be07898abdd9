"""An Ingress leads nowhere: its class, a Service, a port or a certificate that it names is not there.

Found: for 2 minutes the IngressClass does not exist, or none is named and there is no default one; a backend Service does not exist, or has
no such port; the Secret of a TLS entry does not exist, so that visitors get the controller's own certificate.

Quiet: where the Ingress has an address, some controller serves it whatever its class; classes that their controllers know without an object
(gce, gce-internal); the old annotation, where a controller for it runs; TLS entries without a Secret; backends that an annotation stands
for.

Do: correct the name in the Ingress, or create what is missing.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from arcops.base.clock import rfc3339
from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.ingresses import Backend, backends, class_fault
from arcops.findings.view import RuleView
from arcops.kube.objects.config import Secret
from arcops.kube.objects.network import Ingress, IngressClass
from arcops.kube.objects.service import Service
from arcops.kube.refs import ObjectRef

_SHORT_WAIT = 2


@rule(Ingress, severity=Severity.CRITICAL, for_minutes=_SHORT_WAIT)
def check(ingress: Ingress, view: RuleView) -> Iterator[Hit]:
    """One hit for the class, for each absent Service and Secret, and for all wrong ports together."""
    if sees_classes := view.sees(IngressClass.GROUP_KIND):
        yield from _class(ingress, view)
    found: dict[str, list[Backend]] = {}
    for backend in backends(ingress):
        found.setdefault(backend.service, []).append(backend)
    wrong: list[tuple[Backend, Service]] = []
    for name, uses in found.items():
        ref = ObjectRef.of(Service.GROUP_KIND, view.subject.namespace, name)
        entry = view.get(ref)
        if entry is None:
            yield _absent(view, ref, uses)
        elif isinstance(entry.obj, Service):
            wrong += [(use, entry.obj) for use in uses if not _offers(entry.obj, use.port)]
    if wrong:
        yield _ports(view, wrong)
    yield from _certificates(ingress, view)
    if not sees_classes:
        yield from _class(ingress, view)  # raises CannotLook, last, so that all else was looked at


def _class(ingress: Ingress, view: RuleView) -> Iterator[Hit]:
    fault = class_fault(ingress, view)
    if fault is None:
        return
    there = f" (there is {', '.join(fault.others[:5])})" if fault.others else " (there is no IngressClass at all)"
    if fault.missing is not None:
        said = f"its ingress class {fault.missing.name} does not exist{there}"
        told = (evidence.absence(fault.missing, "the cluster"),)
    else:
        said = f"it names no ingress class, and there is no default IngressClass{there}"
        told = (evidence.field(view.subject, "spec.ingressClassName", None),)
    yield Hit(
        title=f"No controller serves {view.subject}: {said}",
        cause=fault.missing,
        link="is handled by" if fault.missing else "",
        severity=Severity.CRITICAL if fault.missing else Severity.WARNING,
        evidence=told,
        next=("kubectl get ingressclass", advice.edit(view.subject, "spec.ingressClassName")),
    )


def _absent(view: RuleView, ref: ObjectRef, uses: list[Backend]) -> Hit:
    names = [entry.ref.name for entry in view.list(ref.group_kind, ref.namespace)]
    near = get_close_matches(ref.name, names, n=3, cutoff=0.6)
    gone = next((was.gone_ms for was in reversed(view.gone(ref.group_kind, ref.namespace)) if was.ref == ref), None)
    told = f"; it was deleted at {rfc3339(gone)}" if gone else f"; near it is {', '.join(near)}" if near else ""
    return Hit(
        title=f"{view.subject} sends {_where(uses)} to Service {ref.name}, which does not exist in namespace {ref.namespace}{told}",
        cause=ref,
        link="routes to",
        evidence=(evidence.field(view.subject, "spec.rules", ref.name, f"{view.subject} names Service {ref.name} for {_where(uses)}"),
                  evidence.absence(ref, f"namespace {ref.namespace}")),
        next=(advice.listing(ref), advice.edit(view.subject, "the backend")),
        since_ms=gone,
    )  # fmt: skip


def _offers(service: Service, port: int | str | None) -> bool:
    spec = service.spec
    if port is None or spec is None or spec.type == "ExternalName":
        return True
    return any(str(port) in (one.name, str(one.port)) for one in spec.ports or ())


def _ports(view: RuleView, wrong: list[tuple[Backend, Service]]) -> Hit:
    use, service = wrong[0]
    ref = ObjectRef.of(Service.GROUP_KIND, view.subject.namespace, use.service)
    offered = ", ".join(f"{one.port}{f' ({one.name})' if one.name else ''}" for one in (service.spec.ports if service.spec else None) or ())
    changes = [one for one in view.changes(ref) if one.path.startswith("spec.ports")]
    moved = evidence.aside(changes)
    return Hit(
        title=f"{view.subject} sends {_where([one for one, _ in wrong])} to port {use.port} of {ref}, which it does not offer: "
        f"it offers {offered or 'none'}{moved}",
        cause=ref if changes else None,
        link="routes to" if changes else "",
        evidence=(evidence.field(ref, "spec.ports[*].port", offered), *(evidence.change(one) for one in changes)),
        next=(advice.kubectl(ref, "get", "-o wide"), advice.edit(view.subject, "the port of the backend")),
        since_ms=changes[-1].at_ms if changes else None,
    )


def _certificates(ingress: Ingress, view: RuleView) -> Iterator[Hit]:
    names = dict.fromkeys(one.secret_name for one in (ingress.spec.tls if ingress.spec else None) or () if one.secret_name)
    for name in names:
        ref = ObjectRef.of(Secret.GROUP_KIND, view.subject.namespace, name)
        if view.get(ref) is None:
            yield Hit(
                title=f"{view.subject} takes its certificate from Secret {name}, which does not exist in namespace {ref.namespace}: "
                "visitors get the controller's own certificate",
                cause=ref,
                link="takes its certificate from",
                severity=Severity.WARNING,
                evidence=(
                    evidence.field(view.subject, "spec.tls[*].secretName", name),
                    evidence.absence(ref, f"namespace {ref.namespace}"),
                ),
                next=(advice.listing(ref), f"Create Secret {name} of type kubernetes.io/tls, or correct the name in {view.subject}."),
            )


def _where(uses: list[Backend]) -> str:
    names = list(dict.fromkeys(use.where for use in uses))
    return f"{', '.join(names[:3])}{' and more' if len(names) > 3 else ''}"  # noqa: PLR2004
