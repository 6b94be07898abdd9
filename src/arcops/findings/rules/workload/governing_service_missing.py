"""A StatefulSet names a Service that does not exist, so its pods have no stable DNS names.

Found: ``serviceName`` names a Service that is not in the namespace, for 5 minutes.

Quiet: where no name is given.

Do: create the headless Service, or correct the name (the StatefulSet must then be made anew).
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.view import RuleView
from arcops.kube.objects.service import Service
from arcops.kube.objects.workloads import StatefulSet
from arcops.kube.refs import ObjectRef


@rule(StatefulSet, severity=Severity.WARNING, for_minutes=5)
def check(workload: StatefulSet, view: RuleView) -> Iterator[Hit]:
    """One hit."""
    name = workload.spec.service_name if workload.spec else None
    if not name or workload.metadata.deletion_timestamp:
        return
    ref = ObjectRef.of(Service.GROUP_KIND, view.subject.namespace, name)
    if view.get(ref) is not None:
        return
    gone = [change for change in view.changes(ref) if change.what == "deleted"]
    yield Hit(
        title=f"{view.subject} names the governing Service {name}, which does not exist (not found in namespace {ref.namespace})",
        cause=ref,
        link="names",
        why=f"Without it the pods have no DNS names of their own, such as {view.subject.name}-0.{name}",
        evidence=(
            evidence.field(view.subject, "spec.serviceName", name),
            evidence.absence(ref, f"namespace {ref.namespace}"),
            *(evidence.change(change) for change in gone[-1:]),
        ),
        next=(advice.listing(ref), f"Create the headless Service {name} (clusterIP: None) with the labels of the pods as its selector."),
        since_ms=gone[-1].at_ms if gone else None,
    )
