"""Two Ingresses of one class claim the same host and path for different Services: which of them wins is chance.

Found: an older Ingress of the same class has the same host and path, and leads elsewhere. The younger one is told.

Quiet: for canaries, minions of a merged Ingress, certificate challenges, and classes that give each Ingress an address of its own.

Do: take the path out of one of them, or give it another host.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.ingresses import class_name
from arcops.findings.view import RuleView
from arcops.inventory.base import Entry
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.network import Ingress

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
    own, name = _routes(ingress, view.subject.namespace), class_name(ingress)
    if name in _OWN_ADDRESS:
        return
    for entry in view.list(Ingress.GROUP_KIND):
        other = entry.obj
        if entry.ref == view.subject or not isinstance(other, Ingress) or class_name(other) != name or not _takes_part(other):
            continue
        theirs = _routes(other, entry.ref.namespace)
        shared = sorted(route for route in own.keys() & theirs.keys() if own[route] != theirs[route])
        if shared and _age(entry) < (ingress.metadata.creation_timestamp or "", view.subject):
            yield _hit(view, entry, shared)


def _age(entry: Entry) -> tuple[str, object]:
    return entry.obj.metadata.creation_timestamp or "", entry.ref


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


def _hit(view: RuleView, other: Entry, shared: list[Route]) -> Hit:
    named = ", ".join(f"{host}{path}" for host, path in shared[:3])
    return Hit(
        title=f"{view.subject} and the older {other.ref} both claim {named} and lead to different Services",
        evidence=(
            evidence.field(view.subject, "spec.rules", named, f"{view.subject} claims {named}"),
            evidence.field(other.ref, "spec.rules", named, f"{other.ref} claims {named}"),
        ),
        next=(advice.look(view.subject), advice.look(other.ref), advice.edit(view.subject, "the host or path")),
    )
