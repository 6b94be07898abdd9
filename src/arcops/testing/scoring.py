"""Scores a diagnosis against what a case expects: recall, false alarms, onset, leaks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from arcops.base.errors import BadInput
from arcops.findings.base import Finding, State
from arcops.findings.speaker import named_speaker
from arcops.kube.refs import ObjectRef
from arcops.kube.selectors import EVERYTHING, parse_selector
from arcops.kube.times import time_ms
from arcops.queries.findings import FindingScope
from arcops.testing.cases import Played, as_json, play
from arcops.testing.expectation import Expectation, ExpectedRoot, read_expectation

ONSET_MS = 60_000


@dataclass(frozen=True, slots=True)
class Score:
    """One case. ``why`` says what was missed; ``onset`` is None where none is expected; ``leaks`` counts planted secrets."""

    file: str
    family: str
    verdict: str
    passed: bool
    why: str
    onset: bool | None
    leaks: int
    apart: str = ""
    """``manifest_only``, ``needs_question`` or "": those are counted apart."""


def score_file(path: Path) -> Score:
    """Play a case and score it. Raises ``BadInput``."""
    wanted = read_expectation(path)
    selector = parse_selector(wanted.scope.labels) if wanted.scope.labels else EVERYTHING
    played = play([path], FindingScope(namespace=wanted.scope.namespace, selector=selector))
    return score(str(path), wanted, played)


def score(file: str, wanted: Expectation, played: Played) -> Score:
    """The score of one diagnosis."""
    output = as_json(played.document)
    leaks = sum(secret in output for secret in wanted.never)
    apart = "manifest_only" if wanted.manifest_only else "needs_question" if wanted.needs_question else ""
    why, onset = _judged(wanted, played)
    if leaks:
        why = f"{why}; a secret is repeated" if why else "a secret is repeated"
    return Score(file, wanted.family, wanted.verdict, not why, why, onset, leaks, apart)


def _judged(wanted: Expectation, played: Played) -> tuple[str, bool | None]:
    raised = [finding for finding in played.report.findings if finding.state is not State.PENDING]
    if wanted.verdict == "none":
        alarms = [f for f in raised if f.severity.is_alarm and (not wanted.kinds or f.subject.kind in wanted.kinds)]
        return ("; ".join(sorted({f"{f.code} on {f.subject}: {f.title}" for f in alarms})), None)
    counted = raised if wanted.severity == "info" or wanted.resolved or wanted.opinion else [f for f in raised if f.severity.is_alarm]
    blaming, missed = _blaming(wanted.roots, counted, played)
    text = _text_of(blaming, played)
    wrong = [f"no finding blames {_said(root)}" for root in missed]
    if not missed:
        wrong += [f"the text names none of {group}" for group in wanted.text if not any(word.lower() in text for word in group)]
        wrong += [f"no finding {code}" for code in wanted.codes if code not in {finding.code for finding in blaming}]
    everything = _text_of(raised, played)
    wrong += [f'the text says "{word}"' for word in wanted.not_ if word.lower() in everything]
    if missed:
        wrong.append(f"found: {', '.join(sorted({f'{f.code} on {f.speaker}' for f in raised})) or 'nothing'}")
    return "; ".join(wrong), _onset(wanted, blaming, played)


def _blaming(roots: Iterable[ExpectedRoot], counted: Sequence[Finding], played: Played) -> tuple[list[Finding], list[ExpectedRoot]]:
    """The findings that blame some root, and the roots nobody blames."""
    roots_of: dict[str, list[ObjectRef]] = {}
    for incident in played.report.incidents:
        for identity in incident.findings:
            roots_of.setdefault(identity, []).append(incident.root)
    blaming: dict[str, Finding] = {}
    missed: list[ExpectedRoot] = []
    for root in roots:
        found = [f for f in counted if any(_meets(root, ref, played) for ref in (*_names(f), *roots_of.get(f.id, ())))]
        blaming.update((finding.id, finding) for finding in found)
        if not found:
            missed.append(root)
    return list(blaming.values()), missed


def _names(finding: Finding) -> list[ObjectRef]:
    return [ref for ref in (finding.subject, finding.speaker, finding.cause) if ref is not None]


def _meets(root: ExpectedRoot, ref: ObjectRef, played: Played) -> bool:
    return any(_is(choice, ref) or _speaks(choice, ref, played) for choice in root.choices)


def _is(root: ExpectedRoot, ref: ObjectRef) -> bool:
    if root.namespace != ref.namespace:
        return False
    return root.kind in ("*", ref.kind) and root.name in ("*", ref.name)


def _speaks(root: ExpectedRoot, ref: ObjectRef, played: Played) -> bool:
    """A pod stands for its workload, and the other way round."""
    inventory = played.play.services.inventory
    if root.kind == "Pod":
        return named_speaker(ObjectRef("", "Pod", root.namespace, root.name), inventory) == ref
    speaker = named_speaker(ref, inventory)
    return speaker != ref and _is(root, speaker)


def _text_of(findings: Sequence[Finding], played: Played) -> str:
    ids = {finding.id for finding in findings}
    items = [item for item in played.document.findings if item.id in ids]
    stories = [item.explanation for item in played.document.incidents if not ids.isdisjoint(item.findings)]
    parts: list[str] = []
    for item in items:
        parts += [item.title, item.explanation, *item.next, item.subject.name, item.cause.name if item.cause else ""]
        parts += [text for one in item.evidence for text in (one.text, one.value, one.path, one.ref.name)]
    return "\n".join((*parts, *stories)).lower()


def _onset(wanted: Expectation, blaming: Sequence[Finding], played: Played) -> bool | None:
    expected = time_ms(wanted.since)
    if expected is None:
        return None
    ids = {finding.id for finding in blaming}
    times = [finding.since.at_ms for finding in blaming]
    times += [incident.since.at_ms for incident in played.report.incidents if not ids.isdisjoint(incident.findings)]
    return any(at_ms is not None and abs(at_ms - expected) <= ONSET_MS for at_ms in times)


def _said(root: ExpectedRoot) -> str:
    return f"{root.kind} {root.namespace}/{root.name}" if root.namespace else f"{root.kind} {root.name}"


class FamilyScore(msgspec.Struct, frozen=True):
    """How one family of cases went."""

    family: str
    faults: int
    found: int
    healthy: int
    false_alarms: int
    onsets: int
    onsets_right: int
    leaks: int


class Miss(msgspec.Struct, frozen=True):
    """A case that did not pass, and why."""

    file: str
    family: str
    verdict: str
    why: str
    apart: str


class Evaluation(msgspec.Struct, frozen=True):
    """All scores summed up. Recall and false alarms leave out the cases that are counted ``apart``."""

    cases: int
    faults: int
    found: int
    recall: float
    healthy: int
    false_alarms: int
    onsets: int
    onsets_right: int
    leaks: int
    apart: int
    apart_passed: int
    families: list[FamilyScore]
    misses: list[Miss]
    wrong_onsets: list[str]


def summed(scores: Sequence[Score]) -> Evaluation:
    """The sum of the scores, by family too."""
    plain = [score for score in scores if not score.apart]
    names = sorted({score.family for score in plain})
    total = _family("all", plain)
    apart = [score for score in scores if score.apart]
    return Evaluation(
        cases=len(scores), faults=total.faults, found=total.found, recall=round(total.found / total.faults, 4) if total.faults else 1.0,
        healthy=total.healthy, false_alarms=total.false_alarms, onsets=total.onsets, onsets_right=total.onsets_right,
        leaks=sum(score.leaks for score in scores), apart=len(apart), apart_passed=sum(score.passed for score in apart),
        families=[_family(name, [score for score in plain if score.family == name]) for name in names],
        misses=[Miss(s.file, s.family, s.verdict, s.why, s.apart) for s in scores if not s.passed],
        wrong_onsets=[score.file for score in scores if score.onset is False],
    )  # fmt: skip


def _family(name: str, scores: Sequence[Score]) -> FamilyScore:
    faults = [score for score in scores if score.verdict != "none"]
    healthy = [score for score in scores if score.verdict == "none"]
    onsets = [score for score in scores if score.onset is not None]
    return FamilyScore(
        name, len(faults), sum(s.passed for s in faults), len(healthy), sum(not s.passed for s in healthy), len(onsets),
        sum(s.onset is True for s in onsets), sum(s.leaks for s in scores),
    )  # fmt: skip


def case_files(names: Iterable[str | Path]) -> list[Path]:
    """The case files among files and folders, sorted. Raises ``BadInput`` if there is none."""
    found: list[Path] = []
    for name in names:
        path = Path(name)
        found += sorted(path.rglob("*.yaml")) if path.is_dir() else [path]
    if not found:
        raise BadInput(what=", ".join(map(str, names)), why="there is no case file")
    return found
