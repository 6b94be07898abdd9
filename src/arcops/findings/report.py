"""A diagnosis of one moment: findings with the changes that explain them, the incidents they make, and what was not seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from arcops.findings.base import Finding, State
from arcops.findings.blame import blamed
from arcops.findings.coverage import Coverage
from arcops.findings.engine import Engine, Silence
from arcops.findings.incidents import Incident, incidents_of
from arcops.findings.suppress import Suppression, suppression_of
from arcops.kube.refs import ObjectRef

POSTURE = "posture"
"""The area of what is no fault, but could be better; nobody asks whether it was ruled out."""


@dataclass(frozen=True, slots=True)
class Report:
    """What is wrong at ``at_ms``. ``record_since_ms`` is how far back the record reaches."""

    at_ms: int
    findings: tuple[Finding, ...]
    incidents: tuple[Incident, ...]
    coverage: Coverage
    silence: Silence
    record_since_ms: int

    @property
    def by_id(self) -> dict[str, Finding]:
        """The findings by their ids."""
        return {finding.id: finding for finding in self.findings}

    @property
    def has_problem(self) -> bool:
        """Whether something of warning or above is open."""
        return any(finding.is_problem for finding in self.findings)


def report(engine: Engine, now_ms: int, decided: Sequence[Suppression] = ()) -> Report:
    """The diagnosis of what the engine holds; ``decided`` are the suppressions beside those that objects carry.

    What it wants to know of the record becomes a wish in the engine's ``recall``.
    """
    seeks = {rule.code for rule in engine.rules if rule.blames_changes}
    found = engine.findings
    findings = tuple(blamed(one, engine.inventory, engine.recall) if one.code in seeks else one for one in found)
    findings = tuple(_judged(one, engine, decided, now_ms) for one in findings)
    incidents = incidents_of(findings, engine.inventory)
    return Report(now_ms, findings, incidents, engine.coverage, engine.silence, engine.recall.since_ms)


def _judged(finding: Finding, engine: Engine, decided: Sequence[Suppression], now_ms: int) -> Finding:
    """The finding, with the decision to ignore it if there is one."""
    if not finding.severity.is_alarm or finding.state is State.RESOLVED:
        return finding
    found = suppression_of(finding, decided, engine.inventory, now_ms)
    return finding if found is None else replace(finding, ignored=found.text)


def ruled_out(engine: Engine, ref: ObjectRef) -> list[str]:
    """The codes of the rules that looked at an object and found nothing, by area: ``scheduling: PodUnschedulable``."""
    said = {finding.code for finding in engine.findings if finding.subject == ref and finding.state is not State.RESOLVED}
    areas: dict[str, list[str]] = {}
    for rule in engine.rules:
        if rule.kinds and ref.group_kind in rule.kinds and rule.code not in said and rule.area != POSTURE:
            areas.setdefault(rule.area, []).append(rule.code)
    return [f"{area}: {', '.join(codes)}" for area, codes in sorted(areas.items())]
