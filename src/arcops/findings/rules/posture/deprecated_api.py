"""A custom kind keeps objects in a version that is deprecated or no longer served, which the next upgrade may drop.

Found: the CustomResourceDefinition's stored versions hold one that is not served any more, or that is marked deprecated.

Quiet: when all stored versions are served and current.

Do: write the objects anew in the current version, then take the old one out of status.storedVersions.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.view import RuleView
from arcops.kube.objects.cluster import CustomResourceDefinition


@rule(CustomResourceDefinition, severity=Severity.INFO)
def check(kind: CustomResourceDefinition, view: RuleView) -> Iterator[Hit]:
    """One hit that names the versions."""
    current = {one.name for one in (kind.spec.versions if kind.spec else None) or () if one.served and not one.deprecated}
    stored = (kind.status.stored_versions if kind.status else None) or ()
    old = [name for name in stored if name not in current]
    if old and current:
        yield Hit(
            title=f"{view.subject} keeps objects in {', '.join(old)}, which is deprecated or not served any more; "
            f"current is {', '.join(sorted(current))}",
            evidence=(evidence.field(view.subject, "status.storedVersions", ", ".join(stored)),),
            next=(advice.kubectl(view.subject, "get", "-o yaml"),),
        )
