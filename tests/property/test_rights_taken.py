"""Rights taken away kind by kind: no finding appears or vanishes silently, and the coverage names each gap.

Looked at three times: by an engine that never saw the kind, by one that saw everything and is then kept from it, and by the log of
incidents of a service that is started again without the right.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from arcops.findings.base import Finding
from arcops.findings.coverage import Coverage
from arcops.findings.engine import Engine
from arcops.findings.report import report
from arcops.inventory.index import Inventory
from arcops.kube.kinds import KindCatalog
from arcops.kube.refs import GroupKind, ObjectRef
from arcops.queries.findings import FindingScope
from arcops.queries.incident_log import SETTLE_MS, IncidentLog, note_of
from arcops.queries.sight import Sight
from arcops.queries.stories import told
from arcops.store.notes import MemoryNotes, Note
from tests.case_pictures import FILES, engine_over, observations, picture

CODES = tuple(sorted({path.parent for path in FILES}))
Key = tuple[str, ObjectRef]


def findings(engine: Engine, *, alarms: bool = True) -> dict[Key, Finding]:
    """What holds now, by code and subject."""
    return {
        (found.code, found.subject): found
        for found in engine.findings
        if found.resolved_ms is None and (found.severity.is_alarm or not alarms)
    }


def pictures(folder: Path) -> list[tuple[Path, GroupKind]]:
    """Every case of a code with every kind that occurs in it."""
    return [(path, kind) for path in sorted(folder.glob("*.yaml")) for kind in sorted({one.group_kind for one in observations(path)})]


def is_about(finding: Finding, others: list[Finding]) -> bool:
    """Whether one of the others speaks of the same object or workload."""
    named = {finding.subject, finding.speaker}
    return any(named & {other.subject, other.speaker, other.cause} for other in others)


@pytest.mark.parametrize("folder", CODES, ids=lambda folder: folder.name)
def test_what_was_never_seen_is_named_and_taken_for_nothing(folder: Path) -> None:
    for path, kind in pictures(folder):
        now_ms, seen = picture(path).steps[-1].at_ms, observations(path)
        whole, rest = Inventory(), Inventory()
        whole.apply(seen)
        rest.apply([one for one in seen if one.group_kind != kind])
        sighted, blind = engine_over(whole), engine_over(rest, Coverage(forbidden=frozenset({kind})))
        sighted.evaluate(now_ms)
        blind.evaluate(now_ms)
        known, told = findings(sighted), findings(blind)
        silenced = blind.silence.codes.get(kind, set())
        for (code, subject), finding in told.items():
            assert (code, subject) in known or is_about(finding, list(known.values())), f"{path.name} without {kind}: {finding.title}"
        for code, subject in known.keys() - findings(blind, alarms=False).keys():
            assert subject.group_kind == kind or code in silenced, f"{path.name} without {kind}: {code} of {subject} vanished"


@pytest.mark.parametrize("folder", CODES, ids=lambda folder: folder.name)
def test_what_is_taken_from_our_eyes_heals_nothing(folder: Path) -> None:
    for path, kind in pictures(folder):
        now_ms = picture(path).steps[-1].at_ms
        inventory = Inventory()
        inventory.apply(observations(path))
        engine, sighted = engine_over(inventory), engine_over(inventory)
        for one in (engine, sighted):
            one.evaluate(now_ms)
        before = findings(engine)
        turn = engine.evaluate(now_ms + 1000, Coverage(forbidden=frozenset({kind})))
        sighted.evaluate(now_ms + 1000)
        later = findings(sighted)
        assert not turn.resolved, f"{path.name} without {kind}: {turn.resolved[0].title}"
        for key, finding in findings(engine).items():
            assert key in later or is_about(finding, list(before.values())), f"{path.name} without {kind}: {finding.title}"
            if key in later:
                assert (finding.state, finding.severity) == (later[key].state, later[key].severity)
                assert finding.since == later[key].since
        assert before.keys() <= findings(engine).keys()


async def logged(notes: MemoryNotes, engine: Engine, *moments_ms: int) -> list[Note]:
    """What a service's life adds to the log."""
    log, made = IncidentLog(notes), []
    for now_ms in moments_ms:
        if now_ms == moments_ms[0]:
            engine.evaluate(now_ms)
        else:
            engine.tick(now_ms)
        made += await log.take(told(report(engine, now_ms), engine, KindCatalog(), FindingScope()), now_ms, Sight(engine))
    return made


@pytest.mark.anyio
@pytest.mark.parametrize("folder", CODES, ids=lambda folder: folder.name)
async def test_a_restart_without_a_right_ends_no_incident(folder: Path) -> None:
    for path, kind in pictures(folder):
        now_ms, seen = picture(path).steps[-1].at_ms, observations(path)
        whole, rest = Inventory(), Inventory()
        whole.apply(seen)
        rest.apply([one for one in seen if one.group_kind != kind])
        moments_ms = now_ms, now_ms + SETTLE_MS
        sighted, blind = MemoryNotes(), MemoryNotes()
        for notes in (sighted, blind):
            await logged(notes, engine_over(whole), now_ms)
        ended = {note.key for note in await logged(sighted, engine_over(whole), *moments_ms) if note.is_over}
        for note in await logged(blind, engine_over(rest, Coverage(forbidden=frozenset({kind}))), *moments_ms):
            assert not note.is_over or note.key in ended, f"{path.name} without {kind}: {note_of(note).incident.title} is called over"


def test_it_heals_when_it_can_be_seen_to_have_healed() -> None:
    path = next(path for path in FILES if path.parent.name == "ServiceSelectsNothing")
    pod = GroupKind("", "Pod")
    now_ms, inventory = picture(path).steps[0].at_ms, Inventory()
    inventory.apply(observations(path))
    engine = engine_over(inventory)
    engine.evaluate(now_ms)
    before = findings(engine)
    engine.evaluate(now_ms + 1000, Coverage(forbidden=frozenset({pod})))
    assert engine.silence.codes[pod] >= {"ServiceSelectsNothing"}
    (service,) = [entry for entry in inventory.list(GroupKind("", "Service")) if entry.ref in {subject for _, subject in before}]
    inventory.replace(GroupKind("", "Service"), ())
    engine.evaluate(now_ms + 2000, Coverage())
    assert ("ServiceSelectsNothing", service.ref) not in findings(engine)
    assert pod not in engine.silence.codes
