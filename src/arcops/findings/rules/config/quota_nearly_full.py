"""A quota is nearly used up.

Found: more than 90 % of what the quota allows is used, and less than all, of at least one resource.

Quiet: for small counts of objects (below 10), where one object is more than a tenth.

Do: raise the quota in time, or remove what is not needed any more.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.quotas import uses_of
from arcops.findings.view import RuleView
from arcops.kube.objects.policy import ResourceQuota

_NEARLY = 0.9


@rule(ResourceQuota, severity=Severity.INFO, for_minutes=15, mixin="QuotaAlmostFull")
def check(quota: ResourceQuota, view: RuleView) -> Iterator[Hit]:
    """One hit that names every resource."""
    tight = [use for use in uses_of(quota) if _NEARLY < use.share < 1]
    if tight:
        named = ", ".join(f"{use.name} ({use.used} of {use.hard}, {use.share:.0%})" for use in tight)
        yield Hit(
            title=f"{view.subject} is nearly used up: {named}",
            evidence=tuple(evidence.field(view.subject, f"status.used[{use.name}]", use.used) for use in tight),
            next=(advice.look(view.subject),),
        )
