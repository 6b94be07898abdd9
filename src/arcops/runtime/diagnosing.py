"""Keeps the diagnosis of a running service true: fed by the pipeline's deltas, woken by one timer, never in anybody's way.

The first look comes when the first sync is through. After that only what a change concerns is judged again, at most
twenty times a second; when other kinds can be seen than before, or a listener's queue overflowed, everything is. All of
it gives way to other tasks every few milliseconds, and log lines are fetched beside it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

import structlog
from msgspec.structs import replace

from arcops.base.bus import Bus, Subscription
from arcops.base.clock import rfc3339
from arcops.base.tasks import TaskGroup
from arcops.findings.base import Rule
from arcops.findings.catalog import all_rules
from arcops.findings.report import Report
from arcops.inventory.delta import MOST_MERGED, Delta
from arcops.queries.diagnosis import Diagnosis
from arcops.queries.excerpts import READERS, Excerpts
from arcops.queries.incident_log import TOPIC, IncidentLog, note_of, onsets
from arcops.queries.live import is_loaded
from arcops.queries.services import Services
from arcops.queries.sight import Sight
from arcops.queries.standing import Standing
from arcops.queries.stories import telling
from arcops.queries.suppressions import decisions
from arcops.store.notes import Note

log = structlog.get_logger(__name__)

GATHER_S: Final = 0.05
"""Pause after each turn, so that changes that come close together are judged together."""
PULSE_MS: Final = 5_000
"""At least so often it is looked whether other kinds can be seen, and whether decisions have run out."""
LET_GO_MS: Final = 600_000
_LISTENER: Final = 1_024


class Diagnosing:
    """The task. ``run`` until cancelled; what it finds is in ``services.standing``."""

    def __init__(self, services: Services, bus: Bus[Delta], rules: Sequence[Rule] | None = None) -> None:
        """Nothing is looked at yet. Raises ``ValueError`` for services without a ``standing``."""
        if services.standing is None:
            raise ValueError(services)
        self._services = services
        self._standing: Standing = services.standing
        self._bus = bus
        self._rules = rules
        self._clock = services.clock
        self._wake = asyncio.Event()
        self._standing.nudge = self._wake.set
        self._deltas: list[Delta] = []
        self._waiting = 0
        self._follows = False
        self._alarm_ms: int | None = None
        self._alarm: asyncio.Task[None] | None = None
        self._let_go_ms = 0
        self._failed: set[str] = set()

    async def run(self) -> None:
        """Look once everything is loaded, then follow."""
        excerpts = Excerpts(self._services, self._wake.set)
        rules = await asyncio.to_thread(all_rules) if self._rules is None else self._rules  # a hundred modules to import
        made = Diagnosis(self._services, rules, excerpts=excerpts, calm_ms=PULSE_MS)
        self._follows = False
        listener = self._bus.subscribe(_LISTENER)
        try:
            async with TaskGroup(self._clock) as tasks:
                tasks.spawn("diagnosis-listener", self._listen(listener))
                for number in range(READERS):
                    tasks.supervise(f"log-reader-{number}", excerpts.read)
                while not is_loaded(self._services):
                    await self._clock.sleep(0.05)
                await self._follow(made, excerpts, tasks)
        finally:
            listener.close()

    async def _follow(self, made: Diagnosis, excerpts: Excerpts, tasks: TaskGroup) -> None:
        notes = self._standing.notes
        made.remember(onsets(notes.latest(TOPIC)))
        incidents = IncidentLog(notes)
        self._follows = True
        found = await self._look(made)
        while True:
            await self._publish(made, incidents, found)
            self._report_failures(made)
            self._arm(made, tasks)
            await self._wake.wait()
            self._wake.clear()
            began = self._clock.monotonic_s()
            found = await self._turn(made, excerpts)
            self._count(made, began)
            await self._clock.sleep(GATHER_S)

    async def _turn(self, made: Diagnosis, excerpts: Excerpts) -> Report:
        """Whatever has come: changes, log lines, or the time at which something lasts long enough."""
        now_ms = self._clock.now_ms()
        made.decided = decisions(self._standing.notes, now_ms)
        deltas, self._deltas, self._waiting = self._deltas, [], 0
        if any(delta.lost for delta in deltas) or made.is_blind_anew():
            return await self._look(made)
        found = await made.take(deltas, now_ms)
        if came := excerpts.take():
            found = await made.arrived(came, now_ms)
        if made.next_wake_ms is not None and made.next_wake_ms <= now_ms:
            found = await made.tick(now_ms)
        if now_ms - self._let_go_ms > LET_GO_MS:
            self._let_go_ms = now_ms
            made.engine.let_go()
        self._standing.turns += 1
        self._standing.changes += sum(len(delta.changes) for delta in deltas)
        return found

    async def _look(self, made: Diagnosis) -> Report:
        """Everything anew."""
        began = self._clock.monotonic_s()
        made.decided = decisions(self._standing.notes, self._clock.now_ms())
        found = await made.look(self._clock.now_ms())
        self._count(made, began)
        say = log.info if not self._standing.looks else log.debug
        self._standing.looks += 1
        say("cluster_diagnosed", findings=len(found.findings), incidents=len(found.incidents), took_ms=round(self._standing.last_ms))
        return found

    async def _publish(self, made: Diagnosis, incidents: IncidentLog, found: Report) -> None:
        """Show what was found, and note what became of which incident."""
        standing = self._standing
        before, story = standing.report, standing.told
        if before is None or story is None or before.findings != found.findings or before.coverage != found.coverage:
            story = await made.in_steps(telling(found, made.engine, self._services.source.catalog))
        else:
            story = replace(story, document=replace(story.document, at=rfc3339(found.at_ms)))
        standing.report, standing.told, standing.engine = found, story, made.engine
        if before is None or before.incidents != found.incidents or incidents.is_due(found.at_ms):
            for note in await incidents.take(story, found.at_ms, Sight(made.engine)):
                _say(note)
                if note.is_over:
                    made.engine.outlive(note_of(note).incident.findings)

    def _report_failures(self, made: Diagnosis) -> None:
        """A rule that raises is a fault of arcops: said once."""
        for code, why in made.engine.failures.items():
            if code not in self._failed:
                self._failed.add(code)
                log.error("rule_failed", code=code, reason=why)

    def _count(self, made: Diagnosis, began: float) -> None:
        self._standing.last_ms = (self._clock.monotonic_s() - began) * 1000
        self._standing.longest_ms = max(self._standing.longest_ms, made.longest_s * 1000)

    async def _listen(self, listener: Subscription[Delta]) -> None:
        async for delta in listener:
            if not self._follows:
                continue  # the first look will see it
            self._waiting += len(delta.changes)
            if self._waiting > MOST_MERGED:
                self._deltas, self._waiting = [Delta(delta.revision, lost=True)], 0
            else:
                self._deltas.append(delta)
            self._wake.set()

    def _arm(self, made: Diagnosis, tasks: TaskGroup) -> None:
        """Set the one timer: to what is due next, or the pulse."""
        now_ms = self._clock.now_ms()
        due_ms = min(made.next_wake_ms or now_ms + PULSE_MS, now_ms + PULSE_MS)
        running = self._alarm is not None and not self._alarm.done()
        if running and self._alarm_ms is not None and now_ms < self._alarm_ms <= due_ms:
            return
        if self._alarm is not None:
            self._alarm.cancel()
        self._alarm_ms = due_ms
        self._alarm = tasks.spawn("diagnosis-timer", self._ring((due_ms - now_ms) / 1000))

    async def _ring(self, seconds: float) -> None:
        await self._clock.sleep(max(0.0, seconds))
        self._wake.set()


def _say(note: Note) -> None:
    held = note_of(note).incident
    root = f"{held.root.kind} {held.root.namespace}/{held.root.name}" if held.root.namespace else f"{held.root.kind} {held.root.name}"
    log.info("incident", what=note.op, id=note.key, severity=held.severity, root=root, title=held.title)
