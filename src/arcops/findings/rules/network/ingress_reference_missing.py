"""An annotation of an Ingress names something that is not there: a middleware, a Secret, a ConfigMap, a Service or an issuer.

Found: for 2 minutes a Middleware or TLSOption of Traefik, a Secret or ConfigMap of nginx or HAProxy, the Service that is asked whether a
request may pass, or the Issuer of cert-manager does not exist. For Traefik a name is ``namespace-name@kubernetescrd``.

Quiet: for what another provider defines (name@file), addresses outside the cluster, issuers of others, and clusters without cert-manager.

Do: correct the annotation, or create what is missing. The controller's log repeats the fault.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.annotations import Named, absent
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.past import FieldChange
from arcops.findings.view import RuleView
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.network import Ingress

_ISSUERS = ("Issuer", "ClusterIssuer")


def _is_annotated(obj: KubeObject) -> bool:
    return bool(obj.metadata.annotations) and not obj.metadata.deletion_timestamp


@rule(Ingress, severity=Severity.CRITICAL, for_minutes=2, gate=_is_annotated)
def check(ingress: Ingress, view: RuleView) -> Iterator[Hit]:
    """One hit for each object that is missing."""
    for named in absent(ingress.metadata.annotations or {}, view.subject.namespace, view):
        yield _hit(named, view)


def _hit(named: Named, view: RuleView) -> Hit:
    changes = [one for one in view.changes(view.subject) if named.annotation in one.path]
    gone_ms = next((was.gone_ms for was in reversed(view.gone(named.ref.group_kind, named.ref.namespace)) if was.ref == named.ref), None)
    near = f"; there is {', '.join(named.near[:3])}" if named.near else ""
    where = f" in namespace {named.ref.namespace}" if named.ref.namespace else ""
    return Hit(
        title=f"{view.subject} names {named.ref.kind} {named.ref.name} ({named.value}) in its annotation {named.annotation}, which does "
        f"not exist{where}, so {named.effect}{near}{evidence.aside(changes)}",
        cause=None if named.near and gone_ms is None else named.ref,
        link="" if named.near and gone_ms is None else "needs",
        severity=Severity.WARNING if named.ref.kind in _ISSUERS else None,
        evidence=(
            evidence.field(view.subject, f"metadata.annotations[{named.annotation}]", named.value),
            evidence.absence(named.ref, f"namespace {named.ref.namespace}" if named.ref.namespace else "the cluster"),
            *(evidence.change(one) for one in changes),
        ),
        next=(advice.listing(named.ref), advice.edit(view.subject, f"the annotation {named.annotation}")),
        since_ms=_since(changes, gone_ms),
    )


def _since(changes: list[FieldChange], gone_ms: int | None) -> int | None:
    return gone_ms or (changes[-1].at_ms if changes else None)
