"""The diagnosis of a running service: it follows every change, wakes by itself, blocks nobody, and survives a bad rule."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager

import msgspec
import pytest

from arcops.base.bus import Bus
from arcops.base.clock import SystemClock
from arcops.base.tasks import TaskGroup
from arcops.findings.base import Hit, Rule, Severity, State
from arcops.findings.view import RuleView
from arcops.inventory.delta import MOST_MERGED, Change, Delta, merged
from arcops.inventory.index import Inventory
from arcops.kube.objects.config import ConfigMap
from arcops.kube.objects.decode import decode
from arcops.kube.refs import ObjectRef
from arcops.kube.watch import Observation, Op
from arcops.queries.services import Services
from arcops.queries.standing import Standing
from arcops.runtime.diagnosing import Diagnosing
from arcops.source.base import KindPhase, KindState
from arcops.source.drivers.fake import FakeSource
from arcops.store.engines.memory import MemoryStore
from arcops.store.notes import MemoryNotes, Notes
from arcops.testing.clock import FakeClock

pytestmark = pytest.mark.anyio
KIND = ConfigMap.GROUP_KIND


def rule(check: object, minutes: float = 0) -> Rule:
    return Rule(
        code="Broken", area="config", kinds=(KIND,), check=check, severity=Severity.WARNING, for_minutes=minutes, mixin="",  # type: ignore[arg-type]
        gate=None, is_symptom=False, blames_changes=False, doc="A setting is broken.",
    )  # fmt: skip


def broken(settings: ConfigMap, view: RuleView) -> Iterator[Hit]:
    """Objects named ``bad…`` are broken."""
    if settings.metadata.name.startswith("bad"):
        yield Hit(title=f"{view.subject} is broken")


def failing(settings: ConfigMap, view: RuleView) -> Iterator[Hit]:
    """A rule with a fault of its own."""
    yield from broken(settings, view)
    raise ValueError(settings.metadata.name)


def seen(name: str, version: int = 1, op: Op = Op.ADDED) -> Observation:
    meta = {"name": name, "namespace": "shop", "uid": f"uid-{name}", "resourceVersion": str(version)}
    raw = msgspec.json.encode({"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta})
    return Observation(op, KIND, decode(KIND, raw), raw, 0)


class Cluster:
    """An inventory that is written by hand, and the diagnosis that follows it."""

    def __init__(self, clock: FakeClock, rules: Sequence[Rule], notes: Notes | None = None) -> None:
        self.clock = clock
        self.inventory = Inventory()
        self.source = FakeSource(clock)
        resource = self.source.catalog.find("configmaps")
        self.source.state.kinds.clear()
        self.source.state.kinds[KIND] = KindState(resource, KindPhase.SYNCED, synced_ms=clock.now_ms())
        self.standing = Standing(notes or MemoryNotes())
        store = MemoryStore(clock)
        self.services = Services(self.source, self.inventory, store, clock, clock.now_ms(), standing=self.standing)
        self.bus: Bus[Delta] = Bus(merged)
        self.diagnosing = Diagnosing(self.services, self.bus, rules)
        self.inventory.replace(KIND, ())

    def apply(self, *observations: Observation) -> None:
        self.bus.publish(self.inventory.apply(observations))

    @property
    def found(self) -> dict[str, State]:
        report = self.standing.report
        return {finding.subject.name: finding.state for finding in report.findings} if report else {}


@asynccontextmanager
async def followed(cluster: Cluster) -> AsyncIterator[Cluster]:
    async with TaskGroup(cluster.clock) as tasks:
        tasks.supervise("diagnosis", cluster.diagnosing.run)
        await cluster.clock.advance(0.2)
        yield cluster
        cluster.bus.close()


async def test_what_comes_changes_and_goes_is_followed() -> None:
    async with followed(Cluster(FakeClock(), [rule(broken)])) as cluster:
        assert (cluster.found, cluster.standing.looks) == ({}, 1)
        cluster.apply(seen("bad-1"), seen("good"))
        await cluster.clock.advance(0.2)
        assert cluster.found == {"bad-1": State.OPEN}
        cluster.apply(seen("bad-1", 2, Op.DELETED))
        await cluster.clock.advance(0.2)
        assert cluster.found == {"bad-1": State.RESOLVED}
        assert cluster.standing.looks == 1


async def test_a_pending_finding_opens_by_itself_when_its_time_has_come() -> None:
    async with followed(Cluster(FakeClock(), [rule(broken, minutes=2)])) as cluster:
        cluster.apply(seen("bad"))
        await cluster.clock.advance(119)
        assert cluster.found == {"bad": State.PENDING}
        await cluster.clock.advance(2)
        assert cluster.found == {"bad": State.OPEN}


async def test_a_kind_that_may_not_be_read_any_more_is_looked_at_anew() -> None:
    async with followed(Cluster(FakeClock(), [rule(broken)])) as cluster:
        cluster.source.state.kinds[KIND].phase = KindPhase.FORBIDDEN
        await cluster.clock.advance(6)
        assert cluster.standing.looks == 2
        assert cluster.standing.report is not None
        assert KIND in cluster.standing.report.coverage.forbidden


async def test_changes_that_were_left_out_make_it_look_at_everything() -> None:
    async with followed(Cluster(FakeClock(), [rule(broken)])) as cluster:
        cluster.inventory.apply([seen("bad")])
        cluster.bus.publish(Delta(cluster.inventory.revision, lost=True))
        await cluster.clock.advance(0.2)
        assert cluster.found == {"bad": State.OPEN}
        assert cluster.standing.looks == 2


def test_deltas_for_a_slow_listener_keep_every_step_until_they_are_too_many() -> None:
    ref = ObjectRef.of(KIND, "shop", "a")
    one, two = seen("a", 1).obj, seen("a", 2).obj
    both = merged(Delta(1, (Change(Op.ADDED, ref, None, one),)), Delta(2, (Change(Op.MODIFIED, ref, one, two),)))
    assert (len(both.changes), both.lost, bool(both)) == (2, False, True)
    many = Delta(3, (Change(Op.ADDED, ref, None, one),) * MOST_MERGED)
    assert merged(both, many) == Delta(3, lost=True)
    assert merged(Delta(3, lost=True), both).lost


async def test_a_rule_that_raises_ends_no_other_and_is_named() -> None:
    async with followed(Cluster(FakeClock(), [rule(failing), rule(broken)])) as cluster:
        cluster.apply(seen("bad"))
        await cluster.clock.advance(0.2)
        assert cluster.found == {"bad": State.OPEN}
        assert cluster.standing.engine is not None
        assert cluster.standing.engine.failures == {"Broken": "ValueError('bad')"}
        assert cluster.standing.report is not None
        assert "failed" in next(iter(cluster.standing.report.silence.unreadable.values()))


async def test_incidents_and_their_onsets_outlive_the_process() -> None:
    notes, clock = MemoryNotes(), FakeClock()
    async with followed(Cluster(clock, [rule(broken)], notes)) as cluster:
        cluster.apply(seen("bad"))
        await clock.advance(1)
        began = cluster.standing.report.findings[0].since if cluster.standing.report else None
    await clock.advance(3600)
    later = Cluster(clock, [rule(broken)], notes)
    later.inventory.apply([seen("bad")])
    async with followed(later):
        assert later.standing.report is not None
        assert later.standing.report.findings[0].since == began
        incident = later.standing.report.incidents[0]
        assert [note.op for note in notes.of("incident", incident.id)] == ["opened"]
        later.apply(seen("bad", 2, Op.DELETED))
        await clock.advance(70)
        assert [note.op for note in notes.of("incident", incident.id)] == ["opened", "resolved"]
        later.apply(seen("bad", 3))
        await clock.advance(70)
        assert [note.op for note in notes.of("incident", incident.id)] == ["opened", "resolved", "reopened"]


async def test_a_right_taken_away_between_two_runs_ends_no_incident() -> None:
    notes, clock = MemoryNotes(), FakeClock()
    async with followed(Cluster(clock, [rule(broken)], notes)) as cluster:
        cluster.apply(seen("bad"))
        await clock.advance(1)
        began = cluster.standing.report.findings[0].since if cluster.standing.report else None
    blind = Cluster(clock, [rule(broken)], notes)
    blind.source.state.kinds[KIND].phase = KindPhase.FORBIDDEN
    blind.source.state.kinds[KIND].synced_ms = 0
    others = blind.source.catalog.find("pods")
    blind.source.state.kinds[others.group_kind] = KindState(others, KindPhase.SYNCED, synced_ms=clock.now_ms())
    blind.inventory.replace(others.group_kind, ())
    async with followed(blind):
        await clock.advance(600)
        assert blind.found == {}
        assert [note.op for note in notes.all("incident")] == ["opened", "unseen"]
        blind.source.state.kinds[KIND].phase = KindPhase.SYNCED
        blind.apply(seen("bad"))
        await clock.advance(10)
        assert [note.op for note in notes.all("incident")] == ["opened", "unseen", "seen again"]
        assert blind.standing.report is not None
        assert blind.standing.report.findings[0].since == began


async def test_nothing_is_over_before_the_first_load_is_through() -> None:
    notes, clock = MemoryNotes(), FakeClock()
    async with followed(Cluster(clock, [rule(broken)], notes)) as cluster:
        cluster.apply(seen("bad"))
        await clock.advance(1)
    later = Cluster(clock, [rule(broken)], notes)
    later.source.state.kinds[KIND].phase = KindPhase.LOADING
    later.source.state.kinds[KIND].synced_ms = 0
    async with followed(later):
        await clock.advance(600)
        assert later.standing.report is None
        assert [note.op for note in notes.all("incident")] == ["opened"]
        later.inventory.apply([seen("bad")])
        later.source.state.kinds[KIND].phase = KindPhase.SYNCED
        later.source.state.kinds[KIND].synced_ms = clock.now_ms()
        await clock.advance(1)
        assert later.found == {"bad": State.OPEN}
        assert [note.op for note in notes.all("incident")] == ["opened"]


async def test_the_first_look_at_fifteen_thousand_objects_holds_nobody_up() -> None:
    """The service measures its longest stretch without giving way. Other programs may stop it too: one of three tries must do."""
    tries = [await _first_look() for _ in range(3)]
    assert min(longest_ms for longest_ms, _ in tries) < 50
    assert min(turns for _, turns in tries) > 50


async def _first_look() -> tuple[float, int]:
    """The longest stretch of a look that takes half a second, and how often another task had its turn meanwhile."""
    cluster = Cluster(SystemClock(), [rule(_slow)])  # type: ignore[arg-type]  # the real one: this is about real time
    cluster.inventory.replace(KIND, [seen(f"{'bad' if number % 1000 == 0 else 'good'}-{number}") for number in range(15_000)])
    turns = 0
    async with TaskGroup(cluster.clock) as tasks:
        tasks.supervise("diagnosis", cluster.diagnosing.run)
        async with asyncio.timeout(20):
            while cluster.standing.report is None:
                await asyncio.sleep(0)
                turns += 1
    assert len(cluster.found) == 15
    return cluster.standing.longest_ms, turns


def _slow(settings: ConfigMap, view: RuleView) -> Iterator[Hit]:
    end = time.perf_counter() + 30e-6
    while time.perf_counter() < end:
        pass
    yield from broken(settings, view)
