"""One loop of the demo, diagnosed second by second: each fault is found with its root, heals, and nothing else is said."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import pytest

from arcops.base.tasks import TaskGroup
from arcops.demo.player import DemoSource
from arcops.demo.stories import FAULTS, LOOP_S, STORY, Fault, Step
from arcops.findings.base import Finding, State
from arcops.queries.incident_log import SETTLE_MS, TOPIC
from arcops.runtime.app import App, compose
from arcops.runtime.settings import Settings
from arcops.runtime.sources import Chosen
from arcops.store.notes import Note
from arcops.testing.clock import FakeClock

Root = tuple[str, str, str]
CALM_S = 15
"""A rollout that heals a fault takes its time."""
KILLED: Root = ("Deployment", "shop", "currency")
KILLED_S = range(110, 110 + 15 + 600)
"""A liveness probe has restarted currency: told for ten minutes."""


class Second(NamedTuple):
    """What was known at one second: alarms that are pending or open (code, roots they name), and the roots of the incidents."""

    alarms: dict[str, set[Root]]
    roots: set[Root]


class Loop(NamedTuple):
    """Every second of a loop, and what was noted."""

    seconds: list[Second]
    notes: list[Note]


def test_the_demo_breaks_in_ten_ways() -> None:
    assert len({fault.code for fault in FAULTS}) >= 8
    assert all(fault.until_s < LOOP_S for fault in FAULTS)


@pytest.mark.parametrize("fault", FAULTS, ids=[fault.code + "-" + fault.root[2] for fault in FAULTS])
def test_a_fault_is_found_with_its_root_within_a_minute_and_heals(fault: Fault) -> None:
    loop = played()
    found_s = next((s for s in range(fault.at_s, fault.until_s) if fault.root in loop.seconds[s].alarms.get(fault.code, ())), None)
    assert found_s is not None
    assert found_s - fault.at_s <= 60
    opened_s = next((s for s in range(fault.at_s, fault.until_s) if fault.root in loop.seconds[s].roots), None)
    assert opened_s is not None
    assert opened_s - fault.at_s <= 150
    healed = range(fault.until_s + CALM_S, LOOP_S)
    assert not [s for s in healed if fault.root in loop.seconds[s].roots]


def test_one_fault_is_one_incident_and_nothing_else_is_blamed() -> None:
    loop = played()
    wrong = {}
    for place, second in enumerate(loop.seconds):
        expected = {fault.root for fault in FAULTS if fault.at_s <= place <= fault.until_s + CALM_S}
        expected |= {KILLED} if place in KILLED_S else set()
        heals = any(fault.until_s - 2 <= place <= fault.until_s + CALM_S for fault in FAULTS)  # the last symptoms outlive their root
        if (extra := second.roots - expected) and not heals:
            wrong[place] = extra
    assert not wrong


def test_each_incident_is_noted_once_when_it_opens_and_once_when_it_is_over() -> None:
    turns: dict[str, list[str]] = {}
    for note in played().notes:
        if note.op != "changed":
            turns.setdefault(note.key, []).append(note.op)
    assert len(turns) == len(FAULTS) + 1
    assert all(ops == ["opened", "resolved"] for ops in turns.values()), turns


@pytest.mark.anyio
async def test_while_nothing_is_broken_nothing_is_said() -> None:
    peaceful = [step for step in STORY if step.what.startswith(("frontend", "search is scaled", "a node is cordoned", "the node is back"))]
    peaceful = [step for step in peaceful if step.at_s != 1700]
    assert len(peaceful) >= 6
    loop = await live(peaceful, LOOP_S)
    assert not [second.roots for second in loop.seconds if second.roots]
    assert not loop.notes


@cache
def played() -> Loop:
    return asyncio.run(live(STORY, LOOP_S + SETTLE_MS // 1000 + 15))


async def live(story: Sequence[Step], seconds: int) -> Loop:
    """The service over the demo, with a clock turned by hand."""
    clock = FakeClock()
    app = compose(Settings(), Chosen(DemoSource(clock, story=story), "demo", is_made_up=True), clock)
    await app.start()
    loop = Loop([], [])
    async with TaskGroup(clock) as tasks:
        tasks.spawn("pipeline", app.pipeline.run())
        tasks.supervise("diagnosis", app.diagnosing.run)
        await clock.advance(0.5)
        async with asyncio.timeout(20):
            while app.services.standing is None or app.services.standing.report is None:
                await asyncio.sleep(0.001)  # the rules are imported in a thread, which no clock of ours turns
                await clock.advance(0)
        for _ in range(seconds):
            await clock.advance(1)
            loop.seconds.append(_second(app))
    await app.aclose()
    notes = app.services.standing.notes if app.services.standing else None
    keys = {note.key for note in notes.latest(TOPIC)} if notes else set()
    loop.notes.extend(note for key in sorted(keys) for note in (notes.of(TOPIC, key) if notes else ()))
    return loop


def _second(app: App) -> Second:
    report = app.services.standing.report if app.services.standing else None
    assert report is not None
    alarms: dict[str, set[Root]] = {}
    for finding in report.findings:
        if finding.state is not State.RESOLVED and finding.severity.is_alarm:
            alarms.setdefault(finding.code, set()).add(_blamed(finding))
    return Second(alarms, {(incident.root.kind, incident.root.namespace, incident.root.name) for incident in report.incidents})


def _blamed(finding: Finding) -> Root:
    ref = finding.cause or finding.speaker
    return ref.kind, ref.namespace, ref.name
