"""A Service has pods, but none of them is ready, so nothing answers behind it.

Found: pods match the selector, and no EndpointSlice of the Service has a ready endpoint (where slices cannot be read: no matching pod is
ready), for 2 minutes. The finding of those pods tells why.

Quiet: Services that publish addresses of pods that are not ready, and those whose pods have run to their end.

Do: look at the pods.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.pods import is_over, is_ready, not_ready_since_ms
from arcops.findings.speaker import speaker_of
from arcops.findings.text.counts import none_of
from arcops.findings.view import RuleView
from arcops.inventory.base import Entry
from arcops.kube.objects.pod import Pod
from arcops.kube.objects.service import EndpointSlice, Service
from arcops.kube.selectors import selector_of_labels

_SERVICE_NAME = "kubernetes.io/service-name"


@rule(Service, severity=Severity.CRITICAL, for_minutes=2, is_symptom=True)
def check(service: Service, view: RuleView) -> Iterator[Hit]:
    """One hit, blaming the workload of the pods."""
    spec = service.spec
    if spec is None or not spec.selector or spec.type == "ExternalName" or spec.publish_not_ready_addresses:
        return
    if service.metadata.deletion_timestamp:
        return
    found = view.select(Pod.GROUP_KIND, view.subject.namespace, selector_of_labels(spec.selector))
    alive = [entry for entry in found if isinstance(entry.obj, Pod) and not is_over(entry.obj)]
    if not alive or _has_endpoint(view, alive):
        return
    first = alive[0]
    times = [since for entry in alive if isinstance(entry.obj, Pod) and (since := not_ready_since_ms(entry.obj)) is not None]
    names = ", ".join(entry.ref.name for entry in alive[:3])
    yield Hit(
        title=f"{view.subject} has no ready endpoint: {none_of(len(alive), 'pod')} ready ({names}{', …' if len(alive) > 3 else ''})",  # noqa: PLR2004
        cause=speaker_of(first.ref, first.obj, view),
        link="selects pods of",
        evidence=tuple(evidence.field(entry.ref, "status.conditions[Ready]", "False", f"{entry.ref} is not ready") for entry in alive[:5]),
        next=(advice.kubectl(view.subject, "get", "-o wide"), advice.look(first.ref)),
        since_ms=max(times, default=None) if len(times) == len(alive) else None,
    )


def _has_endpoint(view: RuleView, pods: Sequence[Entry]) -> bool:
    """By the slices; by the pods themselves where there are none (a file that shows none) or they cannot be read."""
    if any(isinstance(entry.obj, Pod) and is_ready(entry.obj) for entry in pods):
        return True
    if not view.sees(EndpointSlice.GROUP_KIND):
        return False
    slices = view.select(EndpointSlice.GROUP_KIND, view.subject.namespace, selector_of_labels({_SERVICE_NAME: view.subject.name}))
    return any(_is_ready(entry) for entry in slices)


def _is_ready(entry: Entry) -> bool:
    endpoints = entry.obj.endpoints if isinstance(entry.obj, EndpointSlice) else None
    return any(one.conditions is None or one.conditions.ready is not False for one in endpoints or ())
