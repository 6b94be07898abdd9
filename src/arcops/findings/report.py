"""A diagnosis of one moment: findings with the changes that explain them, the incidents they make, and what was not seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from arcops.findings.base import Finding, Rule, State
from arcops.findings.blame import blamed
from arcops.findings.coverage import Coverage
from arcops.findings.engine import Engine, Silence
from arcops.findings.incidents import Incident, gathering
from arcops.findings.steps import Steps, finished
from arcops.findings.suppress import Suppression, suppression_of
from arcops.kube.refs import GroupKind, ObjectRef

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
    return finished(reporting(engine, now_ms, decided))


def reporting(engine: Engine, now_ms: int, decided: Sequence[Suppression] = ()) -> Steps[Report]:
    """``report`` in steps."""
    seeks = {rule.code for rule in engine.rules if rule.blames_changes}
    findings: list[Finding] = []
    for one in engine.findings:
        explained = blamed(one, engine.inventory, engine.recall) if one.code in seeks else one
        findings.append(_judged(explained, engine, decided, now_ms))
        yield
    incidents = yield from gathering(findings, engine.inventory)
    return Report(now_ms, tuple(findings), incidents, engine.coverage, engine.silence, engine.recall.since_ms)


def _judged(finding: Finding, engine: Engine, decided: Sequence[Suppression], now_ms: int) -> Finding:
    """The finding, with the decision to ignore it if there is one."""
    if not finding.severity.is_alarm or finding.state is State.RESOLVED:
        return finding
    found = suppression_of(finding, decided, engine.inventory, now_ms)
    return finding if found is None else replace(finding, ignored=found.text)


def ruled_out(engine: Engine, ref: ObjectRef) -> list[str]:
    """The codes of the rules that looked at an object and found nothing, by area: ``scheduling: PodUnschedulable``."""
    return RuledOut(engine).about(ref)


class RuledOut:
    """The same for many objects of one moment."""

    def __init__(self, engine: Engine) -> None:
        """Gather what was said of whom."""
        self._rules = engine.rules
        self._said: dict[ObjectRef, set[str]] = {}
        for finding in engine.findings:
            if finding.state is not State.RESOLVED:
                self._said.setdefault(finding.subject, set()).add(finding.code)
        self._judges: dict[GroupKind, list[Rule]] = {}

    def about(self, ref: ObjectRef) -> list[str]:
        """What was ruled out about one."""
        said = self._said.get(ref, ())
        areas: dict[str, list[str]] = {}
        for rule in self._judges_of(ref.group_kind):
            if rule.code not in said:
                areas.setdefault(rule.area, []).append(rule.code)
        return [f"{area}: {', '.join(codes)}" for area, codes in sorted(areas.items())]

    def briefly(self, ref: ObjectRef) -> list[str]:
        """The same as areas with the number of rules: ``pod: 24 rules``."""
        return [briefly(line) for line in self.about(ref)]

    def _judges_of(self, kind: GroupKind) -> list[Rule]:
        found = self._judges.get(kind)
        if found is None:
            found = self._judges[kind] = [rule for rule in self._rules if rule.kinds and kind in rule.kinds and rule.area != POSTURE]
        return found


def briefly(line: str) -> str:
    """A line of what was ruled out with the number of its codes in their place."""
    area, _, codes = line.partition(": ")
    count = codes.count(",") + 1
    return f"{area}: 1 rule" if count == 1 else f"{area}: {count} rules"
