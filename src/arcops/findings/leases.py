"""Leases as heartbeats, measured against other signs of life rather than against our own clock."""

from __future__ import annotations

from arcops.findings.view import RuleView
from arcops.kube.objects.cluster import Lease
from arcops.kube.times import time_ms

NODES = "kube-node-lease"


def renewed_ms(lease: Lease) -> int | None:
    """When it was renewed last."""
    return time_ms(lease.spec.renew_time) if lease.spec else None


def others_renewed(view: RuleView, own_ms: int) -> list[int]:
    """When the other Leases were renewed, the newest last: what a clock of the cluster would show at least."""
    every = list(view.fact(_renewals))
    if own_ms in every:
        every.remove(own_ms)
    return every


def _renewals(view: RuleView) -> list[int]:
    """When each Lease was renewed, in order."""
    found = (renewed_ms(entry.obj) for entry in view.list(Lease.GROUP_KIND) if isinstance(entry.obj, Lease))
    return sorted(at_ms for at_ms in found if at_ms is not None)


def newest_renewal(view: RuleView) -> int | None:
    """When any Lease was renewed last; None where there is none to see."""
    every = view.fact(_renewals) if view.sees(Lease.GROUP_KIND) else []
    return every[-1] if every else None
