"""A node's clock is wrong.

Found: its Lease, which its kubelet renews by its own clock, lies more than 30 seconds ahead of the others' and of now; or more than
2 minutes behind them although the node is ready, for 5 minutes. Where there is but one other Lease, it and our own clock must agree.

Quiet: for a node that is not ready (its Lease is old because nobody renews it), and where no other Lease tells the time.

Do: see to time synchronisation on the machine (chrony, ntp). Certificates, tokens and logs suffer from a wrong clock.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.clocks import skew_ms
from arcops.findings.leases import NODES
from arcops.findings.nodes import node_ref
from arcops.findings.view import RuleView
from arcops.kube.objects.cluster import Lease
from arcops.kube.objects.meta import KubeObject
from arcops.kube.times import duration_text


def _is_of_node(obj: KubeObject) -> bool:
    return isinstance(obj, Lease) and obj.metadata.namespace == NODES


@rule(Lease, severity=Severity.WARNING, for_minutes=5, gate=_is_of_node)
def check(lease: Lease, view: RuleView) -> Iterator[Hit]:
    """One hit, blaming the node."""
    off_ms = skew_ms(lease, view)
    if off_ms is None:
        return
    name = lease.metadata.name
    side = "ahead of" if off_ms > 0 else "behind"
    yield Hit(
        title=f"The clock of Node {name} is {duration_text(abs(off_ms))} {side} those of the other nodes",
        cause=node_ref(name),
        link="is renewed by",
        evidence=(evidence.field(view.subject, "spec.renewTime", lease.spec.renew_time if lease.spec else None),),
        next=(f"On the machine {name}: timedatectl; chronyc tracking",),
    )
