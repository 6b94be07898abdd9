"""What ResourceQuotas have left."""

from __future__ import annotations

from arcops.findings.amounts import read_amounts
from arcops.inventory.base import Entry
from arcops.kube.objects.policy import ResourceQuota


def quota_room(entry: Entry) -> list[tuple[str, int, int]]:
    """Of each resource of a quota its name, what is left and what is allowed, in thousandths; empty for other objects."""
    status = entry.obj.status if isinstance(entry.obj, ResourceQuota) else None
    hard, used = (read_amounts(status.hard), read_amounts(status.used)) if status else ({}, {})
    return [(name, max(0, amount - used.get(name, 0)), amount) for name, amount in sorted(hard.items())]
