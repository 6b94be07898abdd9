"""Two Ingresses of one class claim the same host and path for different Services: which of them wins is chance.

Found: an older Ingress of the same class has the same host and path, and leads elsewhere. The younger one is told.

Quiet: for canaries, minions of a merged Ingress, certificate challenges, and classes that give each Ingress an address of its own.

Do: take the path out of one of them, or give it another host.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.ingresses import class_name
from arcops.findings.view import RuleView
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.network import Ingress
from arcops.kube.refs import ObjectRef

_OWN_ADDRESS = frozenset({"gce", "gce-internal", "alb"})
_MEANT = ("/canary", "mergeable-ingress-type", "alb.ingress.kubernetes.io/")
_CHALLENGE = "/.well-known/acme-challenge"

Route = tuple[str, str]


def _has_rules(obj: KubeObject) -> bool:
    return isinstance(obj, Ingress) and bool(obj.spec and obj.spec.rules) and _takes_part(obj)


def _takes_part(ingress: Ingress) -> bool:
    return not any(sign in key for key in ingress.metadata.annotations or () for sign in _MEANT) and not ingress.metadata.deletion_timestamp


@rule(Ingress, severity=Severity.WARNING, gate=_has_rules)
def check(ingress: Ingress, view: RuleView) -> Iterator[Hit]:
    """One hit for each older Ingress."""
    name = class_name(ingress)
    if name in _OWN_ADDRESS:
        return
    claims = view.fact(_claims)
    age = ingress.metadata.creation_timestamp or "", view.subject
    shared: dict[ObjectRef, list[Route]] = {}
    for route, target in _routes(ingress, view.subject.namespace).items():
        for other in claims.get((name, route), ()):
            if other.age < age and other.target != target:
                shared.setdefault(other.age[1], []).append(route)
    for ref in sorted(shared):
        yield _hit(view, ref, sorted(shared[ref]))


class _Claim(NamedTuple):
    """An Ingress that claims a route, by its age, and where it leads."""

    age: tuple[str, ObjectRef]
    target: tuple[str, str]


def _claims(view: RuleView) -> dict[tuple[str, Route], list[_Claim]]:
    """Who claims each route of each class."""
    found: dict[tuple[str, Route], list[_Claim]] = {}
    for entry in view.list(Ingress.GROUP_KIND):
        if isinstance(entry.obj, Ingress) and _takes_part(entry.obj):
            name, age = class_name(entry.obj), (entry.obj.metadata.creation_timestamp or "", entry.ref)
            for route, target in _routes(entry.obj, entry.ref.namespace).items():
                found.setdefault((name, route), []).append(_Claim(age, target))
    return found


def _routes(ingress: Ingress, namespace: str) -> dict[Route, tuple[str, str]]:
    """Where each host and path leads, as namespace and Service."""
    found = {}
    for one in (ingress.spec.rules if ingress.spec else None) or ():
        for path in (one.http.paths if one.http else None) or ():
            route = one.host or "*", path.path or "/"
            if not route[1].startswith(_CHALLENGE):
                service = path.backend.service.name if path.backend and path.backend.service else ""
                found[route] = namespace, service
    return found


def _hit(view: RuleView, other: ObjectRef, shared: list[Route]) -> Hit:
    named = ", ".join(f"{host}{path}" for host, path in shared[:3])
    return Hit(
        title=f"{view.subject} and the older {other} both claim {named} and lead to different Services",
        evidence=(
            evidence.field(view.subject, "spec.rules", named, f"{view.subject} claims {named}"),
            evidence.field(other, "spec.rules", named, f"{other} claims {named}"),
        ),
        next=(advice.look(view.subject), advice.look(other), advice.edit(view.subject, "the host or path")),
    )
