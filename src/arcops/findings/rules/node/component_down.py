"""A part of the control plane no longer holds its lease.

Found: the Lease of kube-scheduler, kube-controller-manager or cloud-controller-manager in kube-system has not been renewed for a minute,
while other Leases have been. The pod that held it is to blame, where there is one.

Quiet: where there is no such Lease (k3s and others run these parts in one process), and where the holder gave it back.

Do: look at that component's pod or service on the control plane's machines.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.base.clock import rfc3339
from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.leases import others_renewed, renewed_ms
from arcops.findings.view import RuleView
from arcops.kube.objects.cluster import Lease
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.pod import Pod
from arcops.kube.refs import ObjectRef
from arcops.kube.selectors import selector_of_labels

NAMES = frozenset({"kube-scheduler", "kube-controller-manager", "cloud-controller-manager"})
_EFFECTS = {
    "kube-scheduler": "new pods get no node",
    "kube-controller-manager": "workloads, endpoints and nodes are no longer looked after",
    "cloud-controller-manager": "load balancers and nodes are no longer looked after",
}
_SILENT_MS = 60_000


def _is_component(obj: KubeObject) -> bool:
    return isinstance(obj, Lease) and obj.metadata.name in NAMES and obj.metadata.namespace == "kube-system"


@rule(Lease, severity=Severity.CRITICAL, for_minutes=1, gate=_is_component)
def check(lease: Lease, view: RuleView) -> Iterator[Hit]:
    """One hit."""
    at_ms = renewed_ms(lease)
    holder = lease.spec.holder_identity if lease.spec else None
    if at_ms is None or not holder:
        return
    others = others_renewed(view, at_ms)
    view.held(at_ms, 1.5)
    if not others or others[-1] - at_ms <= _SILENT_MS or view.now_ms - at_ms <= _SILENT_MS:
        return
    name = lease.metadata.name
    pod = _pod(view, name, holder)
    yield Hit(
        title=f"{name} has not renewed its lease since {rfc3339(at_ms)} (holder {holder}): {_EFFECTS[name]}",
        cause=pod,
        link="is renewed by" if pod else "",
        evidence=(
            evidence.field(view.subject, "spec.renewTime", rfc3339(at_ms)),
            evidence.field(view.subject, "spec.holderIdentity", holder),
        ),
        next=(advice.kubectl(view.subject, "get", "-o yaml"), f"kubectl -n kube-system get pods -l component={name} -o wide"),
        since_ms=at_ms,
    )


def _pod(view: RuleView, name: str, holder: str) -> ObjectRef | None:
    """The pod of the holder (``cp-1_1f0c…``), or the only one of the component."""
    if not view.sees(Pod.GROUP_KIND):
        return None
    own = ObjectRef.of(Pod.GROUP_KIND, view.subject.namespace, f"{name}-{holder.partition('_')[0]}")
    if view.get(own) is not None:
        return own
    found = view.select(Pod.GROUP_KIND, view.subject.namespace, selector_of_labels({"component": name}))
    return found[0].ref if len(found) == 1 else None
