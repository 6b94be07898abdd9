"""Leases as heartbeats, measured against other signs of life rather than against our own clock."""

from __future__ import annotations

from arcops.findings.view import RuleView
from arcops.kube.objects.cluster import Lease
from arcops.kube.refs import ObjectRef
from arcops.kube.times import time_ms

NODES = "kube-node-lease"


def renewed_ms(lease: Lease) -> int | None:
    """When it was renewed last."""
    return time_ms(lease.spec.renew_time) if lease.spec else None


def others_renewed(view: RuleView, own: ObjectRef) -> list[int]:
    """When the other Leases were renewed, the newest last: what a clock of the cluster would show at least."""
    found = [
        at_ms
        for entry in view.list(Lease.GROUP_KIND)
        if entry.ref != own and isinstance(entry.obj, Lease) and (at_ms := renewed_ms(entry.obj)) is not None
    ]
    return sorted(found)
