"""A Service of type LoadBalancer gets no address.

Found: its status has no address for 10 minutes, or for 2 while events say why: the cloud's or MetalLB's controller refuses (quota, no
free address), or the pods of the k3s load balancer cannot run because their host port is taken.

Quiet: for other types, and while the Service is young.

Do: read the event; where nothing says anything, no controller for load balancers runs in the cluster.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.began import first_seen_ms
from arcops.findings.pods import is_ready
from arcops.findings.speaker import speaker_of
from arcops.findings.traffic import waits_for_address
from arcops.findings.view import RuleView
from arcops.inventory.base import Entry
from arcops.kube.objects.pod import Pod
from arcops.kube.objects.service import Service
from arcops.kube.selectors import selector_of_labels

_FAILED = (
    "SyncLoadBalancerFailed",
    "CreatingLoadBalancerFailed",
    "AllocationFailed",
    "UpdateLoadBalancerFailed",
    "UnAvailableLoadBalancer",
)
_K3S_NAME, _K3S_NAMESPACE = "svccontroller.k3s.cattle.io/svcname", "svccontroller.k3s.cattle.io/svcnamespace"
_K3S_HOME = "kube-system"
_SOON = 2


@rule(Service, severity=Severity.WARNING, for_minutes=10, gate=waits_for_address)
def check(service: Service, view: RuleView) -> Iterator[Hit]:
    """One hit."""
    events = view.events(*_FAILED)
    stuck = _stuck_balancer(view)
    if stuck is not None:
        why = f": {stuck.ref}, which should take its traffic, does not run"
    elif events:
        why = f": {events[-1].reason}: {events[-1].message}"
    else:
        why = "; no event says why, so perhaps no controller for load balancers runs here"
    kind = service.spec.load_balancer_class if service.spec else None
    yield Hit(
        title=f"{view.subject} of type LoadBalancer{f' (class {kind})' if kind else ''} has no external address{why}",
        cause=speaker_of(stuck.ref, stuck.obj, view) if stuck else None,
        link="balances for" if stuck else "",
        for_minutes=_SOON if events or stuck else None,
        evidence=(evidence.field(view.subject, "status.loadBalancer.ingress", None), *(evidence.event(event) for event in events)),
        next=(advice.look(view.subject), *((advice.look(stuck.ref),) if stuck else ())),
        since_ms=first_seen_ms(events),
    )


def _stuck_balancer(view: RuleView) -> Entry | None:
    """A pod of the k3s load balancer for this Service that is not ready; it lives in kube-system."""
    if not view.sees(Pod.GROUP_KIND):
        return None
    labels = {_K3S_NAME: view.subject.name, _K3S_NAMESPACE: view.subject.namespace}
    pods = list(view.select(Pod.GROUP_KIND, None, selector_of_labels(labels)))
    start = f"svclb-{view.subject.name}-"
    pods = pods or [entry for entry in view.list(Pod.GROUP_KIND, _K3S_HOME) if entry.ref.name.startswith(start)]
    return next((entry for entry in pods if isinstance(entry.obj, Pod) and not is_ready(entry.obj)), None)
