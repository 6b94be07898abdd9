"""What is wrong now, for whoever asks a running service: findings, incidents, one incident in full, the whole told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import msgspec
from msgspec.structs import asdict

from arcops.base.clock import rfc3339
from arcops.base.errors import BadInput, NotFound, Unreachable
from arcops.findings.base import Severity, State
from arcops.findings.catalog import rule_of
from arcops.findings.engine import Engine
from arcops.findings.incidents import blast_radius
from arcops.findings.report import Report, ruled_out
from arcops.kube.refs import ObjectRef
from arcops.kube.selectors import EVERYTHING, parse_selector
from arcops.queries.coverage import past_ms, seen_at
from arcops.queries.diagnosis import Diagnosis
from arcops.queries.diagnosis_at import diagnose_at
from arcops.queries.findings import CoverageItem, Document, EvidenceItem, FindingItem, FindingScope, IncidentItem, Named
from arcops.queries.incident_log import TOPIC, IncidentTurn, note_of, turn_of
from arcops.queries.services import Services
from arcops.queries.stories import StorySection, Told, narrowed_told, telling
from arcops.queries.times import zone_of
from arcops.store.notes import MemoryNotes, Note

_MOST_DEPENDANTS = 200


class NotLookedYet(Unreachable):
    """The cluster has not been diagnosed yet: {why}."""

    code = "not-looked-yet"
    hint = "Ask again in a few seconds; GET /api/health tells how far the loading is."


class IncidentNotFound(NotFound):
    """There is no incident {id}."""

    code = "incident-not-found"
    hint = "GET /api/incidents lists those that are open; with state=all also what is over."


@dataclass(frozen=True, slots=True)
class FindingQuery:
    """Which findings. Empty fields do not restrict; ``severity``, ``code`` and ``state`` may be lists with commas.

    ``kind`` is any word for a kind; it and ``name`` mean the subject, its workload, or the cause. ``at`` is a moment of the past.
    """

    severity: str = ""
    code: str = ""
    state: str = ""
    namespace: str = ""
    kind: str = ""
    name: str = ""
    selector: str = ""
    at: str = ""
    zone: str | None = None


class FindingPage(msgspec.Struct, frozen=True, gc=False):
    """The findings of a moment, worst first, then what was resolved of late; ``coverage`` says what was looked at."""

    at: str
    items: list[FindingItem]
    coverage: CoverageItem


class IncidentRow(IncidentItem, frozen=True, gc=False, kw_only=True):
    """One incident: open, settling (gone for less than a minute), unseen or resolved.

    One is ``unseen`` when it was open and cannot be looked at any more, so that it cannot be told to be over; the field of that
    name says why. ``updated_at`` is when it last opened, changed, went out of sight or was resolved.
    """

    state: str
    updated_at: str | None
    resolved_at: str | None
    unseen: str = ""


class IncidentPage(msgspec.Struct, frozen=True, gc=False):
    """Incidents, open ones first and the worst of them first, then those that are over, the latest first."""

    at: str
    items: list[IncidentRow]
    coverage: CoverageItem


class IncidentDetail(msgspec.Struct, frozen=True, gc=False):
    """All there is to say of one incident: its findings with their evidence, the story, and what depends on its root.

    ``turns`` are how it opened, changed, was resolved and came back, oldest first. Of one that is over the findings are
    those it had at its end.
    """

    incident: IncidentRow
    findings: list[FindingItem]
    sections: list[StorySection]
    changes: list[EvidenceItem]
    ruled_out: list[str]
    next: list[str]
    blast_radius: list[Named]
    turns: list[IncidentTurn]


class Current(NamedTuple):
    """What is told of a moment, the engine it is of, the notes of its time, and why it may not be whole."""

    told: Told
    report: Report
    engine: Engine
    notes: Sequence[Note]
    unseen: list[str]


async def current(services: Services, query: FindingQuery) -> Current:
    """The diagnosis of now, or of the moment ``query.at``. A service keeps one going; elsewhere it is made for the question.

    Raises ``NotLookedYet``, and ``BadTime`` and ``BadInput`` for the moment.
    """
    standing = services.standing
    notes = standing.notes if standing else MemoryNotes()
    if query.at:
        at_ms = past_ms(services, query.at, zone_of(query.zone))
        found, then = await diagnose_at(services, at_ms, notes)
        story = await then.in_steps(telling(found, then.engine, services.source.catalog))
        return Current(story, found, then.engine, notes.latest(TOPIC, at_ms), (await seen_at(services, at_ms)).notes)
    if standing is None:
        made = Diagnosis(services)
        report = await made.look(services.clock.now_ms())
        return Current(await made.in_steps(telling(report, made.engine, services.source.catalog)), report, made.engine, (), [])
    if standing.report is None or standing.engine is None or standing.told is None:
        raise NotLookedYet(why="its objects are still loading")
    return Current(standing.told, standing.report, standing.engine, notes.latest(TOPIC), [])


async def diagnosis(services: Services, query: FindingQuery) -> Told:
    """Everything that is wrong, with the story of each incident. Raises what ``list_findings`` does."""
    return _told(services, await current(services, query), scope_of(services, query))


def _told(services: Services, found: Current, scope: FindingScope) -> Told:
    made = narrowed_told(found.told, found.engine, services.source.catalog, scope)
    if not found.unseen:
        return made
    coverage = msgspec.structs.replace(made.document.coverage, notes=found.unseen)
    return msgspec.structs.replace(made, document=msgspec.structs.replace(made.document, coverage=coverage))


async def list_findings(services: Services, query: FindingQuery) -> FindingPage:
    """The findings that a query means.

    Raises ``UnknownKind``, ``UnknownCode``, ``BadSelector``, ``BadInput``, ``BadTime`` and ``NotLookedYet``.
    """
    wanted = _Wanted(query)
    document = await _document(services, query)
    return FindingPage(document.at, [finding for finding in document.findings if wanted.takes(finding)], document.coverage)


async def list_incidents(services: Services, query: FindingQuery) -> IncidentPage:
    """The incidents that a query means; ``state`` is all that are not over unless it says otherwise.

    A code or a kind is looked for among an incident's findings. Raises what ``list_findings`` does.
    """
    wanted = _Wanted(query, states=("open", "settling", "unseen", "resolved", "all"))
    found = await current(services, query)
    document = _told(services, found, scope_of(services, query)).document
    by_id = {finding.id: finding for finding in document.findings}
    rows = [
        _open_row(item, found.notes)
        for item in document.incidents
        if wanted.takes_incident(item.severity, (by_id[one].code for one in item.findings))
    ]
    scope = scope_of(services, query)
    standing = {item.id for item in document.incidents}
    rows += [row for row in _past_rows(found, standing) if _is_meant(row, scope, wanted)]
    states = wanted.states or {"open", "settling", "unseen"}
    rows = [row for row in rows if row.state in states or "all" in states]
    return IncidentPage(document.at, rows, document.coverage)


async def incident_detail(services: Services, identity: str) -> IncidentDetail:
    """One incident, open or over. Raises ``IncidentNotFound``."""
    found = await current(services, FindingQuery())
    held = services.standing.notes.of(TOPIC, identity) if services.standing else []
    turns = [turn_of(note) for note in held]
    whole = found.told
    item = next((one for one in whole.document.incidents if one.id == identity), None)
    if item is None:
        return _detail_of_note(identity, held, turns)
    by_id = {finding.id: finding for finding in whole.document.findings}
    sections = next(story.sections for story in whole.stories if story.incident == identity)
    root = next(incident.root for incident in found.report.incidents if incident.id == identity)
    reached = blast_radius(root, found.engine.inventory, _MOST_DEPENDANTS)
    main = next(finding for finding in found.report.findings if finding.id == item.main)
    row = _open_row(item, found.notes)
    made = _detail(row, [by_id[one] for one in item.findings], sections, _named(services, reached), turns)
    return msgspec.structs.replace(made, ruled_out=ruled_out(found.engine, main.subject))


def scope_of(services: Services, query: FindingQuery) -> FindingScope:
    """The part of a query that is about objects. Raises ``UnknownKind``, ``BadSelector`` and ``BadInput``."""
    selector = parse_selector(query.selector) if query.selector else EVERYTHING
    if not query.kind:
        if query.name:
            raise BadInput(what="the query", why="a name needs a kind", hint="Give both, as kind=deployment&name=web.")
        return FindingScope(query.namespace, selector)
    resource = services.source.catalog.find(query.kind)
    return FindingScope(query.namespace if resource.namespaced else "", selector, resource.group_kind, query.name)


class _Wanted:
    """The part of a query that is about findings themselves."""

    def __init__(self, query: FindingQuery, states: Iterable[str] = tuple(State)) -> None:
        self.severities = _words("severity", query.severity, [severity.value for severity in Severity])
        self.states = _words("state", query.state, states)
        self.codes = {rule_of(word).code for word in _split(query.code)}

    def takes(self, finding: FindingItem) -> bool:
        if self.severities and finding.severity not in self.severities:
            return False
        return (not self.states or finding.state in self.states) and (not self.codes or finding.code in self.codes)

    def takes_incident(self, severity: str, codes: Iterable[str]) -> bool:
        return (not self.severities or severity in self.severities) and (not self.codes or not self.codes.isdisjoint(codes))


def _split(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _words(what: str, text: str, known: Iterable[str]) -> set[str]:
    words = {word.lower() for word in _split(text)}
    if strange := sorted(words - set(known)):
        raise BadInput(what=f'{what} "{strange[0]}"', why="there is no such one", hint=f"There are: {', '.join(known)}.")
    return words


async def _document(services: Services, query: FindingQuery) -> Document:
    return _told(services, await current(services, query), scope_of(services, query)).document


def _open_row(item: IncidentItem, notes: Sequence[Note]) -> IncidentRow:
    updated = next((rfc3339(note.at_ms) for note in notes if note.key == item.id), None)
    return IncidentRow(**asdict(item), state="open", updated_at=updated, resolved_at=None)


def _past_rows(found: Current, standing: set[str]) -> list[IncidentRow]:
    """Incidents that stand no more: out of sight, gone since less than a minute (``settling``), or over."""
    alive = {incident.id for incident in found.report.incidents} | standing
    return [_past_row(note) for note in found.notes if note.key not in alive]


def _past_row(note: Note) -> IncidentRow:
    held = note_of(note)
    state = "resolved" if note.is_over else "unseen" if held.unseen else "settling"
    over = held.at if note.is_over else None
    return IncidentRow(**asdict(held.incident), state=state, updated_at=held.at, resolved_at=over, unseen=held.unseen)


def _is_meant(row: IncidentRow, scope: FindingScope, wanted: _Wanted) -> bool:
    """Whether an incident that is over is asked for: by the names it had, for its objects may be gone."""
    if not wanted.takes_incident(row.severity, (member.code for member in row.members)):
        return False
    return any(_is_named(one, scope) for one in (row.root, *(member.speaker for member in row.members)))


def _is_named(one: Named, scope: FindingScope) -> bool:
    if scope.kind is not None and one.kind != scope.kind.kind:
        return False
    return scope.namespace in ("", one.namespace) and scope.name in ("", one.name)


def _detail_of_note(identity: str, held: Sequence[Note], turns: list[IncidentTurn]) -> IncidentDetail:
    if not held:
        raise IncidentNotFound(id=identity)
    last = note_of(held[-1])
    unseen = [StorySection("Out of sight", [f"{last.unseen}: whether it still goes on cannot be told."])] if last.unseen else []
    return _detail(_past_row(held[-1]), last.findings, [*unseen, *last.sections], [], turns)


def _detail(
    row: IncidentRow, findings: list[FindingItem], sections: list[StorySection], reached: list[Named], turns: list[IncidentTurn]
) -> IncidentDetail:
    said = {section.head: section.lines for section in sections}
    return IncidentDetail(
        incident=row, findings=findings, sections=sections, changes=row.changes, ruled_out=said.get("Ruled out", []),
        next=said.get("Next", []), blast_radius=reached, turns=turns,
    )  # fmt: skip


def _named(services: Services, refs: Iterable[ObjectRef]) -> list[Named]:
    catalog = services.source.catalog
    found = []
    for ref in refs:
        resource = catalog.get(ref.group_kind)
        found.append(Named(resource.api_version if resource else ref.group, ref.kind, ref.namespace, ref.name))
    return found
