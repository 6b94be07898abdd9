"""An API that another server provides does not answer; whatever uses it fails, ``kubectl top`` and autoscalers for metrics.

Found: the APIService's condition Available is False for 5 minutes. The Service behind it and its pods are followed to the object
to blame.

Quiet: for APIs the API server serves itself.

Do: look at the workload behind the Service; delete the APIService if what provided it was removed.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.backends import no_answer
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.view import RuleView
from arcops.kube.conditions import condition_of, is_false
from arcops.kube.objects.cluster import APIService
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.service import Service
from arcops.kube.refs import ObjectRef
from arcops.kube.times import time_ms


def _is_down(obj: KubeObject) -> bool:
    return isinstance(obj, APIService) and obj.status is not None and is_false(obj.status.conditions, "Available")


@rule(APIService, severity=Severity.WARNING, for_minutes=5, gate=_is_down, is_symptom=True, mixin="AggregatedAPIDown")
def check(service: APIService, view: RuleView) -> Iterator[Hit]:
    """One hit."""
    available = condition_of(service.status.conditions, "Available") if service.status else None
    behind = service.spec.service if service.spec else None
    if available is None or behind is None:
        return
    ref = ObjectRef.of(Service.GROUP_KIND, behind.namespace, behind.name)
    found = no_answer(view, ref, behind.port) if view.sees(Service.GROUP_KIND) else None
    why = found.why if found else f"{available.reason}: {available.message}"
    yield Hit(
        title=f"The API {view.subject.name} is not available, {ref} behind it does not answer: {why}",
        cause=found.cause if found else None,
        link="serves" if found else "",
        why=f"{available.reason}: {available.message}" if found else "",
        evidence=(evidence.condition(view.subject, available), *(found.evidence if found else ())),
        next=(advice.look(view.subject), advice.look(found.cause if found else ref)),
        since_ms=time_ms(available.last_transition_time),
    )
