"""A Service of type ExternalName stands for a Service of this cluster that does not exist.

Found: the name it stands for ends in `.svc` or `.svc.cluster.local`, and there is no such Service, for 2 minutes.

Quiet: for names outside the cluster, which cannot be asked from here.

Do: correct externalName, or create the Service it means.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.view import RuleView
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.service import Service
from arcops.kube.refs import ObjectRef

_LEAST = 2


def _stands_for_another(obj: KubeObject) -> bool:
    return isinstance(obj, Service) and obj.spec is not None and obj.spec.type == "ExternalName"


@rule(Service, severity=Severity.WARNING, for_minutes=2, gate=_stands_for_another)
def check(service: Service, view: RuleView) -> Iterator[Hit]:
    """One hit."""
    name = ((service.spec.external_name if service.spec else None) or "").rstrip(".")
    labels = name.removesuffix(".cluster.local").split(".")
    if labels[-1] != "svc" or len(labels) <= _LEAST:
        return
    ref = ObjectRef.of(Service.GROUP_KIND, labels[-2], labels[-3])
    if view.get(ref) is not None:
        return
    yield Hit(
        title=f"{view.subject} stands for {name}, but {ref} does not exist",
        cause=ref,
        link="stands for",
        evidence=(evidence.field(view.subject, "spec.externalName", name), evidence.absence(ref, f"namespace {ref.namespace}")),
        next=(advice.listing(ref), advice.edit(view.subject, "externalName")),
    )
