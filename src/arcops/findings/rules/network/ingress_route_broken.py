"""A Traefik IngressRoute leads nowhere: a Service, a port, a Middleware or the certificate that it names is not there.

Found: for 2 minutes a Service that a route names does not exist or has no such port, or a Middleware does not exist: Traefik then drops
the route and answers 404. Or the Secret of its certificate does not exist, so that visitors get Traefik's own certificate.

Quiet: for Traefik's own services (api@internal) and what another provider defines (name@file).

Do: correct the name in the IngressRoute, or create what is missing. Traefik's log repeats the fault at each change.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.view import RuleView
from arcops.kube.objects.config import Secret
from arcops.kube.objects.custom import CustomObject, RouteTarget, TrafficRoute
from arcops.kube.objects.service import Service
from arcops.kube.refs import GroupKind, ObjectRef

_GROUPS = ("traefik.io", "traefik.containo.us")
_KINDS = ("IngressRoute", "IngressRouteTCP", "IngressRouteUDP")


@rule(severity=Severity.CRITICAL, for_minutes=2)
def check(obj: CustomObject, view: RuleView) -> Iterator[Hit]:
    """One hit for each thing that is missing."""
    if view.subject.group not in _GROUPS or view.subject.kind not in _KINDS or obj.spec is None or obj.metadata.deletion_timestamp:
        return
    missing: dict[ObjectRef, str] = {}
    for route in obj.spec.routes or ():
        for ref in _named(view, route):
            if ref not in missing and view.sees(ref.group_kind) and view.get(ref) is None:
                missing[ref] = route.match or "its traffic"
    for ref, where in missing.items():
        yield _absent(view, ref, where)
    yield from _ports(view, obj.spec.routes or ())
    name = obj.spec.tls.secret_name if obj.spec.tls else None
    secret = ObjectRef.of(Secret.GROUP_KIND, view.subject.namespace, name or "")
    if name and view.sees(Secret.GROUP_KIND) and view.get(secret) is None:
        yield Hit(
            title=f"{view.subject} takes its certificate from Secret {name}, which does not exist in namespace {secret.namespace}: "
            "visitors get Traefik's own certificate",
            cause=secret,
            link="takes its certificate from",
            severity=Severity.WARNING,
            evidence=(evidence.field(view.subject, "spec.tls.secretName", name), evidence.absence(secret, f"namespace {secret.namespace}")),
            next=(advice.listing(secret), advice.edit(view.subject, "spec.tls.secretName")),
        )


def _named(view: RuleView, route: TrafficRoute) -> Iterator[ObjectRef]:
    """The objects that a route needs."""
    for one in route.services or ():
        kind = Service.GROUP_KIND if one.kind in (None, "", "Service") else GroupKind(view.subject.group, one.kind or "")
        yield from _ref(view, kind, one)
    for one in route.middlewares or ():
        yield from _ref(view, GroupKind(view.subject.group, "Middleware"), one)


def _ref(view: RuleView, kind: GroupKind, target: RouteTarget) -> Iterator[ObjectRef]:
    if target.name and "@" not in target.name:
        yield ObjectRef.of(kind, target.namespace or view.subject.namespace, target.name)


def _absent(view: RuleView, ref: ObjectRef, where: str) -> Hit:
    near = get_close_matches(ref.name, [entry.ref.name for entry in view.list(ref.group_kind, ref.namespace)], n=3, cutoff=0.6)
    told = f"; near it is {', '.join(near)}" if near else ""
    what = f"sends {where} to" if ref.group_kind == Service.GROUP_KIND else f"needs for {where}"
    gone = f"does not exist in namespace {ref.namespace}{told}"
    return Hit(
        title=f"{view.subject} {what} {ref.kind} {ref.name}, which {gone}: Traefik drops the route",
        cause=ref,
        link="routes to",
        evidence=(evidence.field(view.subject, "spec.routes", ref.name), evidence.absence(ref, f"namespace {ref.namespace}")),
        next=(advice.listing(ref), advice.edit(view.subject, "spec.routes")),
    )


def _ports(view: RuleView, routes: tuple[TrafficRoute, ...]) -> Iterator[Hit]:
    """The first port that its Service does not offer."""
    for route in routes:
        for one in route.services or ():
            for ref in _ref(view, Service.GROUP_KIND, one) if one.kind in (None, "", "Service") and one.port is not None else ():
                entry = view.get(ref) if view.sees(ref.group_kind) else None
                spec = entry.obj.spec if entry and isinstance(entry.obj, Service) else None
                offered = [f"{port.port}{f' ({port.name})' if port.name else ''}" for port in (spec.ports if spec else None) or ()]
                if spec is None or spec.type == "ExternalName" or any(str(one.port) in (p.name, str(p.port)) for p in spec.ports or ()):
                    continue
                yield Hit(
                    title=f"{view.subject} sends {route.match or 'its traffic'} to port {one.port} of {ref}, which it does not offer: "
                    f"it offers {', '.join(offered) or 'none'}",
                    evidence=(evidence.field(ref, "spec.ports[*].port", ", ".join(offered)),),
                    next=(advice.kubectl(ref, "get", "-o wide"), advice.edit(view.subject, "spec.routes")),
                )
                return
