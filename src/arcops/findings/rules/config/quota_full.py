"""A quota is used up: the next object of that kind will be refused.

Found: exactly as much is used as the quota allows, of at least one resource.

Quiet: for resources of which the quota allows none at all.

Do: raise the quota before something must be created, or remove what is not needed any more.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.quotas import uses_of
from arcops.findings.view import RuleView
from arcops.kube.objects.policy import ResourceQuota


@rule(ResourceQuota, severity=Severity.INFO, for_minutes=15, mixin="QuotaFullyUsed")
def check(quota: ResourceQuota, view: RuleView) -> Iterator[Hit]:
    """One hit that names every resource."""
    full = [use for use in uses_of(quota) if use.share == 1]
    if full:
        named = ", ".join(f"{use.name} ({use.used} of {use.hard})" for use in full)
        yield Hit(
            title=f"{view.subject} is used up: {named}; whatever needs more of it will be refused",
            evidence=tuple(evidence.field(view.subject, f"status.used[{use.name}]", use.used) for use in full),
            next=(advice.look(view.subject),),
        )
