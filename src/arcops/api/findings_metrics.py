"""The diagnosis in ``GET /metrics``: what is wrong by code, and what finding it out costs."""

from __future__ import annotations

from collections import Counter

from arcops.api.exposition import Exposition
from arcops.findings.base import Severity
from arcops.queries.services import Services


def expose_findings(out: Exposition, services: Services) -> None:
    """Nothing where no diagnosis is kept going; no findings before the first look."""
    standing = services.standing
    if standing is None:
        return
    report = standing.report
    if report is not None:
        kinds = Counter((one.code, one.severity.value) for one in report.findings if one.is_problem)
        rows = [({"code": code, "severity": severity}, float(count)) for (code, severity), count in sorted(kinds.items())]
        out.family("arcops_findings_open", "gauge", "Open findings of warning or above that nobody ignores.", rows)
        worst = Counter(one.severity for one in report.incidents)
        alarms = [severity for severity in Severity if severity.is_alarm]
        out.family(
            "arcops_findings_incidents", "gauge", "Open incidents.", [({"severity": one.value}, float(worst[one])) for one in alarms]
        )
        out.gauge("arcops_findings_ignored", "Findings somebody decided to live with.", sum(bool(one.ignored) for one in report.findings))
        failed = standing.engine.failures if standing.engine else {}
        out.gauge("arcops_findings_failed_rules", "Rules that raised: a fault of arcops.", len(failed))
    out.counter("arcops_findings_looks_total", "Evaluations of everything.", standing.looks)
    out.counter("arcops_findings_turns_total", "Evaluations of what changed.", standing.turns)
    out.counter("arcops_findings_changes_total", "Changes judged.", standing.changes)
    out.gauge("arcops_findings_turn_seconds", "How long the last evaluation took.", standing.last_ms / 1000)
    out.gauge("arcops_findings_longest_stretch_seconds", "The longest time others had to wait for it.", standing.longest_ms / 1000)
