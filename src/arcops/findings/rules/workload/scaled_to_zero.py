"""A workload is scaled to zero replicas, so that it runs nothing.

Found: it wants 0 replicas. Critical when a Service has its only pods from it and the record saw it scaled down (or nothing says
that it was meant), a warning when the record saw it scaled down, else only information. Who scaled it and when is told where the
record knows.

Quiet: what an autoscaler that scales to zero (KEDA, a HorizontalPodAutoscaler with a minimum of 0, Flagger) holds at zero.

Do: scale it up again, or remove the Service if it is meant to be off.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from arcops.base.clock import rfc3339
from arcops.findings import advice, evidence
from arcops.findings.base import Evidence, Hit, Severity, rule
from arcops.findings.idle import is_held_at_zero
from arcops.findings.past import FieldChange
from arcops.findings.view import RuleView
from arcops.inventory.podspecs import template_of
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.pod import Pod
from arcops.kube.objects.service import Service
from arcops.kube.objects.workloads import Deployment, StatefulSet
from arcops.kube.refs import ObjectRef
from arcops.kube.selectors import selector_of_labels
from arcops.kube.times import time_ms


def _wants_none(obj: KubeObject) -> bool:
    return isinstance(obj, Deployment | StatefulSet) and obj.spec is not None and obj.spec.replicas == 0


@rule(Deployment, StatefulSet, severity=Severity.INFO, gate=_wants_none)
def check(workload: Deployment | StatefulSet, view: RuleView) -> Iterator[Hit]:
    """One hit."""
    if workload.metadata.deletion_timestamp or is_held_at_zero(view, view.subject):
        return
    changes = [change for change in view.changes(view.subject) if change.path == "spec.replicas" and change.new == "0"]
    services = _services(workload, view)
    was = f" (from {changes[-1].old}{f' by {changes[-1].who}' if changes[-1].who else ''}, {rfc3339(changes[-1].at_ms)})" if changes else ""
    behind = f"; {', '.join(map(str, services))} has no pod and no endpoints" if services else ""
    yield Hit(
        title=f"{view.subject} is scaled to 0 replicas{was}{behind}",
        severity=Severity.CRITICAL if services else Severity.WARNING if changes else Severity.INFO,
        evidence=tuple(_evidence(view, changes, services)),
        next=(
            f"kubectl -n {view.subject.namespace} scale {advice.named(view.subject)} --replicas={changes[-1].old or 1 if changes else 1}",
        ),
        since_ms=changes[-1].at_ms if changes else _scaled_ms(view),
    )


def _services(workload: Deployment | StatefulSet, view: RuleView) -> list[ObjectRef]:
    """The Services whose only pods would be those of the workload."""
    template = template_of(workload)
    labels = template.metadata.labels if template else None
    found = []
    for entry in view.list(Service.GROUP_KIND, view.subject.namespace) if view.sees(Service.GROUP_KIND) else ():
        spec = entry.obj.spec if isinstance(entry.obj, Service) else None
        selector = selector_of_labels(spec.selector if spec else None)
        if selector.matches(labels) and not view.select(Pod.GROUP_KIND, view.subject.namespace, selector):
            found.append(entry.ref)
    return found


def _scaled_ms(view: RuleView) -> int | None:
    """When the controller took away the last pod, by its event."""
    events = [event for event in view.events("ScalingReplicaSet") if event.message.endswith("to 0")]
    return time_ms(events[-1].last_seen) if events else None


def _evidence(view: RuleView, changes: Sequence[FieldChange], services: Sequence[ObjectRef]) -> Iterator[Evidence]:
    yield evidence.field(view.subject, "spec.replicas", 0)
    for change in changes[-1:]:
        yield evidence.change(change)
    for event in view.events("ScalingReplicaSet")[-1:]:
        yield evidence.event(event)
    for ref in services:
        yield evidence.field(ref, "spec.selector", "", f"{ref} selects the pods of {view.subject} and no others")
