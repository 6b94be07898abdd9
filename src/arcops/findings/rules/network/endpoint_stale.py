"""An EndpointSlice kept by hand sends a Service's traffic to an address that its node no longer has.

Found: the slice is kept by no controller of Kubernetes, an endpoint names its node, and neither that node nor any pod has the
address. It is critical where no other address is left.

Quiet: for slices that name no node (addresses outside the cluster cannot be judged), and while the node reports no addresses.

Do: write the node's present address into the slice, or give the Service a selector so that it is kept for you.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.endpoints import SERVICE_NAME, is_by_hand, stale_in
from arcops.findings.view import RuleView
from arcops.kube.objects.service import EndpointSlice
from arcops.kube.refs import ObjectRef


@rule(EndpointSlice, severity=Severity.WARNING, for_minutes=2, gate=is_by_hand)
def check(obj: EndpointSlice, view: RuleView) -> Iterator[Hit]:
    """One hit for all stale addresses of a slice."""
    stale = list(stale_in(view, view.subject, obj))
    if not stale:
        return
    service = (obj.metadata.labels or {}).get(SERVICE_NAME, "")
    said = ", ".join(f"{one.address} as node {one.node}, whose address is {' and '.join(one.now)}" for one in stale[:3])
    count = sum(len(one.addresses or ()) for one in obj.endpoints or ())
    yield Hit(
        title=f"{view.subject} sends {f'Service {service}' if service else 'traffic'} to {said}",
        severity=Severity.CRITICAL if len(stale) == count else None,
        evidence=tuple(
            proof
            for one in stale[:3]
            for proof in (
                evidence.field(view.subject, "endpoints.addresses", one.address),
                evidence.field(ObjectRef("", "Node", "", one.node), "status.addresses", ", ".join(one.now)),
            )
        ),
        next=(advice.edit(view.subject, "endpoints[].addresses"), f"kubectl get node {stale[0].node} -o wide"),
    )
