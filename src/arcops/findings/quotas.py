"""How much of a quota is used."""

from __future__ import annotations

from typing import NamedTuple

from arcops.base.errors import BadInput
from arcops.kube.objects.policy import ResourceQuota
from arcops.kube.quantities import number


class Use(NamedTuple):
    """One resource of a quota, as written; ``share`` is used by hard, 0 where the quota is 0."""

    name: str
    used: str
    hard: str
    share: float


def uses_of(quota: ResourceQuota) -> list[Use]:
    """Every resource the quota limits, by name; what cannot be read is left out."""
    status = quota.status
    found: list[Use] = []
    for name, hard in sorted((status.hard or {}).items()) if status else ():
        used = (status.used or {}).get(name, "0") if status else "0"
        try:
            limit, spent = number(hard), number(used)
        except BadInput:
            continue
        share = spent / limit if limit else 2.0 if spent else 0.0
        found.append(Use(name, str(used), str(hard), share))
    return found
