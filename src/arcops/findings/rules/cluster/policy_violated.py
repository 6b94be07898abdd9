"""A policy report lists objects that break a policy.

Found: a PolicyReport or ClusterPolicyReport, or a Report of openreports.io (Kyverno, Trivy, Gatekeeper's exporter), has results
that fail. A warning where a result is of high or critical severity, otherwise information.

Quiet: for results that pass, are skipped or only warn.

Do: mend the objects that are named, or make an exception of the policy.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.view import RuleView
from arcops.kube.objects.custom import CustomObject

_KINDS = ("PolicyReport", "ClusterPolicyReport")
_OPEN = "openreports.io"
"""The group that takes the place of wgpolicyk8s.io; its kinds are Report and ClusterReport."""
_GRAVE = ("critical", "high")
_MOST = 5


@rule(severity=Severity.INFO)
def check(report: CustomObject, view: RuleView) -> Iterator[Hit]:
    """One hit for a report."""
    if view.subject.kind not in _KINDS and view.subject.group != _OPEN:
        return
    failed = [one for one in report.results or () if one.result in ("fail", "error")]
    if not failed:
        return
    counts = Counter(one.policy for one in failed)
    named = ", ".join(f"{policy} ({count})" for policy, count in counts.most_common(_MOST))
    grave = [one for one in failed if (one.severity or "").lower() in _GRAVE]
    first = (grave or failed)[0]
    about = f" on {', '.join(str(ref.ref) for ref in first.resources[:2])}" if first.resources else ""
    said = first.message or first.rule or "failed"
    yield Hit(
        title=f"{view.subject} lists {len(failed)} violations of policies: {named}; {first.policy}{about}: {said}",
        severity=Severity.WARNING if grave else None,
        evidence=tuple(
            evidence.field(
                view.subject, f"results[{one.policy}]", one.result, f"{view.subject}: {one.policy} fails: {one.message or one.rule or ''}"
            )
            for one in (*grave, *(one for one in failed if one not in grave))[:_MOST]
        ),
        next=(advice.kubectl(view.subject, "get", "-o yaml"),),
    )
