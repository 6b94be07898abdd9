"""Incidents over time: opened, changed, resolved, reopened, each with its evidence, kept after the objects are gone."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from arcops.base.clock import rfc3339
from arcops.findings.base import Precision, Since
from arcops.kube.times import time_ms
from arcops.queries.findings import FindingItem, IncidentItem, Named
from arcops.queries.sight import Sight
from arcops.queries.stories import StorySection, Told
from arcops.store.notes import Note, Notes

TOPIC = "incident"
OPENED, CHANGED, RESOLVED, REOPENED = "opened", "changed", "resolved", "reopened"
UNSEEN, SEEN = "unseen", "seen again"
REOPEN_MS = 24 * 3_600_000
"""What comes back within a day is the same incident again."""
CALM_MS = 60_000
"""Changes of one incident are noted at most so often; what was in between is in the next note."""
SETTLE_MS = 60_000
"""An incident is over when it has been gone for so long: a container that crashes runs for a while in between."""
PEER_MS = 5_000
"""How often it is looked whether incidents that are out of sight can be judged again."""
_MOST_FINDINGS = 50
_SLICE = 50
"""Incidents taken in between two pauses."""


class IncidentTurn(msgspec.Struct, frozen=True, gc=False):
    """One turn in the life of an incident, and how it stood then.

    ``what``: ``opened``, ``changed``, ``resolved``, ``reopened``; ``unseen`` when it cannot be looked at any more (a right was
    taken away), so that nobody can say that it is over, and ``seen again`` when it then turns out to go on.
    """

    at: str
    what: str
    severity: str
    findings: int
    title: str


class IncidentNote(msgspec.Struct, frozen=True, gc=False):
    """An incident as it stood at a moment, with its findings (the first 50) and its story.

    ``unseen`` says why it is out of sight; ``gaps`` are the kinds that have been kept from us for as long as it is known.
    """

    at: str
    incident: IncidentItem
    findings: list[FindingItem]
    sections: list[StorySection]
    unseen: str = ""
    gaps: frozenset[str] = frozenset()


class IncidentLog:
    """Compares each diagnosis with the one before and notes what became of which incident."""

    def __init__(self, notes: Notes) -> None:
        """Goes on where the notes of an earlier run end."""
        self._notes = notes
        self._open: dict[str, tuple[int, str]] = {}
        self._gone: dict[str, int] = {}
        self._unseen: dict[str, str] = {}
        self._last: dict[str, IncidentNote] = {}
        self._taken_ms = 0
        for note in notes.latest(TOPIC):
            if not note.is_over:
                held = self._last[note.key] = note_of(note)
                self._open[note.key] = (note.at_ms, _shape(held.incident))
                if held.unseen:
                    self._unseen[note.key] = held.unseen

    def is_due(self, now_ms: int) -> bool:
        """Whether time alone may tell more: an incident is gone, but not yet for long enough to be called over, or out of sight."""
        return bool(self._gone) or (bool(self._unseen) and now_ms - self._taken_ms >= PEER_MS)

    async def take(self, told: Told, now_ms: int, sight: Sight) -> list[Note]:
        """Note what is new since the last diagnosis; returns the new notes. ``sight`` is of the engine that made it."""
        self._taken_ms = now_ms
        made: list[Note] = []
        bodies = _Bodies(told)
        standing = {item.id: item for item in told.document.incidents}
        for identity, why in self._missing(standing, sight, now_ms).items():
            if self._unseen.get(identity) != why:
                made.append(await self._add(now_ms, UNSEEN, self._ended(identity, now_ms, unseen=why)))
        over = [identity for identity, gone_ms in self._gone.items() if now_ms - gone_ms >= SETTLE_MS]
        made += [await self._add(now_ms, RESOLVED, self._ended(identity, now_ms)) for identity in over]
        remains = self._remains(standing)
        for place, (identity, item) in enumerate(standing.items(), 1):
            if place % _SLICE == 0:
                await asyncio.sleep(0)
            if identity not in self._open and remains.cover(bodies.findings_of(item)):
                continue  # while an incident settles or is out of sight, what is left of it is no new one
            body = self._last[identity] = bodies.of(item, sight.gaps & self._last[identity].gaps if identity in self._open else sight.gaps)
            if what := self._what(identity, item, now_ms):
                made.append(await self._add(now_ms, what, body))
        return made

    def _missing(self, standing: Mapping[str, IncidentItem], sight: Sight, now_ms: int) -> dict[str, str]:
        """The incidents that stand no more and are out of sight, with the reason; those that were seen to end begin to settle."""
        unseen: dict[str, str] = {}
        for identity in self._open:
            held = self._last[identity]
            if identity in standing:
                self._gone.pop(identity, None)
            elif why := sight.lost(held.incident, held.findings, held.gaps):
                self._gone.pop(identity, None)
                unseen[identity] = why
            else:
                self._gone.setdefault(identity, now_ms)
        return unseen

    def _remains(self, standing: Mapping[str, IncidentItem]) -> _Remains:
        remains = _Remains()
        for identity in self._gone:
            remains.ids.update(self._last[identity].incident.findings)
        for identity in self._unseen.keys() - standing.keys():
            remains.ids.update(self._last[identity].incident.findings)
            remains.faults.update((finding.code, finding.subject) for finding in self._last[identity].findings)
        return remains

    def _what(self, identity: str, item: IncidentItem, now_ms: int) -> str:
        held = self._open.get(identity)
        if held is None:
            before = self._notes.of(TOPIC, identity)
            return REOPENED if before and now_ms - before[-1].at_ms < REOPEN_MS else OPENED
        if identity in self._unseen:
            return SEEN
        at_ms, shape = held
        return CHANGED if shape != _shape(item) and now_ms - at_ms >= CALM_MS else ""

    def _ended(self, identity: str, now_ms: int, unseen: str = "") -> IncidentNote:
        """An incident as it stood last."""
        return msgspec.structs.replace(self._last[identity], at=rfc3339(now_ms), unseen=unseen)

    async def _add(self, now_ms: int, what: str, body: IncidentNote) -> Note:
        identity = body.incident.id
        note = await self._notes.add(now_ms, TOPIC, identity, what, msgspec.json.encode(body), is_over=what == RESOLVED)
        self._unseen.pop(identity, None)
        if what == RESOLVED:
            for known in (self._open, self._gone, self._last):
                known.pop(identity, None)
            return note
        self._open[identity] = (now_ms, _shape(body.incident))
        if what == UNSEEN:
            self._unseen[identity] = body.unseen
        return note


@dataclass(slots=True)
class _Remains:
    """The findings of incidents that stand no more, and of those out of sight also what they are about: the cause may be told otherwise."""

    ids: set[str] = field(default_factory=set)
    faults: set[tuple[str, Named]] = field(default_factory=set)

    def cover(self, findings: Iterable[FindingItem]) -> bool:
        """Whether all of these are among them."""
        return bool(self.ids) and all(one.id in self.ids or (one.code, one.subject) in self.faults for one in findings)


class _Bodies:
    """Makes what is kept of an incident: its findings with their evidence, and its story."""

    def __init__(self, told: Told) -> None:
        self._at = told.document.at
        self._findings = {finding.id: finding for finding in told.document.findings}
        self._sections = {story.incident: story.sections for story in told.stories}

    def findings_of(self, item: IncidentItem) -> list[FindingItem]:
        return [self._findings[one] for one in item.findings]

    def of(self, item: IncidentItem, gaps: frozenset[str]) -> IncidentNote:
        findings = [self._findings[one] for one in item.findings[:_MOST_FINDINGS]]
        return IncidentNote(self._at, item, findings, self._sections.get(item.id, []), gaps=gaps)


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
