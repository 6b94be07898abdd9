"""A node's clock is wrong.

Found: its Lease, which its kubelet renews by its own clock, lies more than 30 seconds ahead of the others' newest and of now; or more than
2 minutes behind them although the node is ready, for 5 minutes.

Quiet: for a node that is not ready (its Lease is old because nobody renews it), and where no other Lease tells the time.

Do: see to time synchronisation on the machine (chrony, ntp). Certificates, tokens and logs suffer from a wrong clock.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.leases import NODES, others_renewed, renewed_ms
from arcops.findings.nodes import node_of, node_ref, not_ready
from arcops.findings.view import RuleView
from arcops.kube.objects.cluster import Lease
from arcops.kube.objects.meta import KubeObject
from arcops.kube.times import duration_text

_AHEAD_MS = 30_000
_BEHIND_MS = 120_000
_LEAST_OTHERS = 2


def _is_of_node(obj: KubeObject) -> bool:
    return isinstance(obj, Lease) and obj.metadata.namespace == NODES


@rule(Lease, severity=Severity.WARNING, for_minutes=5, gate=_is_of_node)
def check(lease: Lease, view: RuleView) -> Iterator[Hit]:
    """One hit, blaming the node."""
    at_ms = renewed_ms(lease)
    name = lease.metadata.name
    node = node_of(view, name)
    if at_ms is None or node is None or not_ready(node) is not None:
        return
    if -_AHEAD_MS < view.now_ms - at_ms < _BEHIND_MS:
        return
    others = others_renewed(view, at_ms)
    if len(others) < _LEAST_OTHERS:
        return
    skew_ms = at_ms - others[len(others) // 2]
    if -_BEHIND_MS <= skew_ms <= _AHEAD_MS or view.now_ms - others[-1] > _BEHIND_MS:
        return
    side = "ahead of" if skew_ms > 0 else "behind"
    yield Hit(
        title=f"The clock of Node {name} is {duration_text(abs(skew_ms))} {side} those of the other nodes",
        cause=node_ref(name),
        link="is renewed by",
        evidence=(evidence.field(view.subject, "spec.renewTime", lease.spec.renew_time if lease.spec else None),),
        next=(f"On the machine {name}: timedatectl; chronyc tracking",),
    )
