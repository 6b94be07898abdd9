"""Incidents over time: opened, changed, resolved, reopened, each with its evidence, kept after the objects are gone."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

import msgspec

from arcops.base.clock import rfc3339
from arcops.findings.base import Precision, Since
from arcops.kube.times import time_ms
from arcops.queries.findings import FindingItem, IncidentItem
from arcops.queries.stories import StorySection, Told
from arcops.store.notes import Note, Notes

TOPIC = "incident"
OPENED, CHANGED, RESOLVED, REOPENED = "opened", "changed", "resolved", "reopened"
REOPEN_MS = 24 * 3_600_000
"""What comes back within a day is the same incident again."""
CALM_MS = 60_000
"""Changes of one incident are noted at most so often; what was in between is in the next note."""
SETTLE_MS = 60_000
"""An incident is over when it has been gone for so long: a container that crashes runs for a while in between."""
_MOST_FINDINGS = 50
_SLICE = 50
"""Incidents taken in between two pauses."""


class IncidentTurn(msgspec.Struct, frozen=True, gc=False):
    """One turn in the life of an incident: ``opened``, ``changed``, ``resolved`` or ``reopened``, and how it stood then."""

    at: str
    what: str
    severity: str
    findings: int
    title: str


class IncidentNote(msgspec.Struct, frozen=True, gc=False):
    """An incident as it stood at a moment, with its findings (the first 50) and its story."""

    at: str
    incident: IncidentItem
    findings: list[FindingItem]
    sections: list[StorySection]


class IncidentLog:
    """Compares each diagnosis with the one before and notes what became of which incident."""

    def __init__(self, notes: Notes) -> None:
        """Goes on where the notes of an earlier run end."""
        self._notes = notes
        self._open: dict[str, tuple[int, str]] = {}
        self._gone: dict[str, int] = {}
        self._last: dict[str, IncidentNote] = {}
        for note in notes.latest(TOPIC):
            if not note.is_over:
                held = self._last[note.key] = note_of(note)
                self._open[note.key] = (note.at_ms, _shape(held.incident))

    @property
    def is_settling(self) -> bool:
        """Whether an incident is gone, but not yet for long enough to be called over."""
        return bool(self._gone)

    async def take(self, told: Told, now_ms: int) -> list[Note]:
        """Note what is new since the last diagnosis; returns the new notes."""
        made: list[Note] = []
        bodies = _Bodies(told)
        standing = {item.id: item for item in told.document.incidents}
        for identity in self._open:
            if identity in standing:
                self._gone.pop(identity, None)
            else:
                self._gone.setdefault(identity, now_ms)
        aftermath = {finding for identity in self._gone for finding in self._last[identity].incident.findings}
        for place, (identity, item) in enumerate(standing.items(), 1):
            if place % _SLICE == 0:
                await asyncio.sleep(0)
            is_new = identity not in self._open
            if is_new and aftermath.issuperset(item.findings):
                continue  # while an incident settles, what is left of it is no new one
            body = self._last[identity] = bodies.of(item)
            if what := self._what(identity, item, now_ms):
                made.append(await self._add(now_ms, what, body))
        for identity in [identity for identity, gone_ms in self._gone.items() if now_ms - gone_ms >= SETTLE_MS]:
            ended = msgspec.structs.replace(self._last.pop(identity), at=rfc3339(now_ms))
            made.append(await self._add(now_ms, RESOLVED, ended))
        return made

    def _what(self, identity: str, item: IncidentItem, now_ms: int) -> str:
        held = self._open.get(identity)
        if held is None:
            before = self._notes.of(TOPIC, identity)
            return REOPENED if before and now_ms - before[-1].at_ms < REOPEN_MS else OPENED
        at_ms, shape = held
        return CHANGED if shape != _shape(item) and now_ms - at_ms >= CALM_MS else ""

    async def _add(self, now_ms: int, what: str, body: IncidentNote) -> Note:
        identity = body.incident.id
        note = await self._notes.add(now_ms, TOPIC, identity, what, msgspec.json.encode(body), is_over=what == RESOLVED)
        if what == RESOLVED:
            self._open.pop(identity, None)
            self._gone.pop(identity, None)
        else:
            self._open[identity] = (now_ms, _shape(body.incident))
        return note


class _Bodies:
    """Makes what is kept of an incident: its findings with their evidence, and its story."""

    def __init__(self, told: Told) -> None:
        self._at = told.document.at
        self._findings = {finding.id: finding for finding in told.document.findings}
        self._sections = {story.incident: story.sections for story in told.stories}

    def of(self, item: IncidentItem) -> IncidentNote:
        findings = [self._findings[one] for one in item.findings[:_MOST_FINDINGS]]
        return IncidentNote(self._at, item, findings, self._sections.get(item.id, []))


def note_of(note: Note) -> IncidentNote:
    """The incident in a note."""
    return msgspec.json.decode(note.body, type=IncidentNote)


def turn_of(note: Note) -> IncidentTurn:
    """A note as one turn."""
    held = note_of(note)
    return IncidentTurn(rfc3339(note.at_ms), note.op, held.incident.severity, len(held.incident.findings), held.incident.title)


def onsets(notes: Sequence[Note]) -> Mapping[str, Since]:
    """The onsets of the findings of incidents that were open when the notes end."""
    found: dict[str, Since] = {}
    for note in notes:
        if not note.is_over:
            for finding in note_of(note).findings:
                at_ms = time_ms(finding.since.time)
                if at_ms is not None:
                    found[finding.id] = Since(at_ms, Precision(finding.since.precision))
    return found


def _shape(item: IncidentItem) -> str:
    """What makes it another one when it changes: how bad, about what, whom it hits. Counts and texts do not."""
    members = sorted(f"{member.speaker.namespace}/{member.speaker.name}:{member.code}" for member in item.members)
    return " ".join((item.severity, item.main, *members))
