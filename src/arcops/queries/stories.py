"""A diagnosis told: the document of a moment, each incident's story in sections, and what was ruled out where nothing is wrong."""

from __future__ import annotations

import msgspec

from arcops.findings.engine import Engine
from arcops.findings.explain import Section, incident_sections
from arcops.findings.report import Report, RuledOut, ruled_out
from arcops.findings.steps import Steps, finished
from arcops.inventory.base import Reader
from arcops.kube.kinds import KindCatalog
from arcops.kube.refs import ObjectRef, group_of
from arcops.kube.selectors import EVERYTHING
from arcops.queries.findings import Document, FindingItem, FindingScope, Named, documenting


class StorySection(msgspec.Struct, frozen=True, gc=False):
    """A heading (What, Since, Why, Changed, Evidence, Ruled out, Next) and its lines."""

    head: str
    lines: list[str]


class Story(msgspec.Struct, frozen=True, gc=False):
    """One incident, told from its root."""

    incident: str
    root: Named
    sections: list[StorySection]


class Looked(msgspec.Struct, frozen=True, gc=False):
    """An object that was asked about and exists, and the rules that looked at it and found nothing, by area."""

    object: Named
    ruled_out: list[str]


class Told(msgspec.Struct, frozen=True, gc=False):
    """A document with its stories; ``looked`` only where one object was asked about, empty if there is none of that name."""

    document: Document
    stories: list[Story]
    looked: list[Looked]

    @property
    def has_problem(self) -> bool:
        """Whether something of warning or above is open that nobody decided to live with."""
        return any(is_problem(finding) for finding in self.document.findings)


def is_problem(finding: FindingItem) -> bool:
    """Whether a finding is open, of warning or above, and not ignored."""
    return finding.state == "open" and finding.severity != "info" and not finding.ignored


def told(report: Report, engine: Engine, catalog: KindCatalog, scope: FindingScope, file: str = "") -> Told:
    """A report, narrowed to a scope, in the form of the answers."""
    return narrowed_told(finished(telling(report, engine, catalog, file)), engine, catalog, scope)


def telling(report: Report, engine: Engine, catalog: KindCatalog, file: str = "") -> Steps[Told]:
    """The whole of a report in the form of the answers, in steps."""
    document = yield from documenting(report, catalog, file)
    by_id = report.by_id
    ruled_out = RuledOut(engine)
    stories: list[Story] = []
    for incident, item in zip(report.incidents, document.incidents, strict=True):
        sections = incident_sections(incident, by_id, ruled_out.briefly(by_id[incident.main].subject))
        stories.append(Story(incident.id, item.root, sections_of(sections)))
        yield
    return Told(document, stories, [])


def narrowed_told(whole: Told, engine: Engine, catalog: KindCatalog, scope: FindingScope) -> Told:
    """What of it is in a scope: findings about its objects, the incidents they belong to, and of one object's incidents everything."""
    if scope == FindingScope():
        return whole
    document = whole.document
    is_meant = _Meant(scope, engine.inventory)
    ids = {finding.id for finding in document.findings if is_meant.finding(finding)}
    incidents = [one for one in document.incidents if not ids.isdisjoint(one.findings)]
    if scope.name:
        ids |= {identity for one in incidents for identity in one.findings}
    kept = [msgspec.structs.replace(one, findings=[identity for identity in one.findings if identity in ids]) for one in incidents]
    alive = {one.id for one in kept}
    return Told(
        msgspec.structs.replace(document, findings=[finding for finding in document.findings if finding.id in ids], incidents=kept),
        [story for story in whole.stories if story.incident in alive],
        _looked(engine, catalog, scope),
    )


class _Meant:
    """Whether a finding is about the objects of a scope. Whom a workload speaks for belongs to it."""

    def __init__(self, scope: FindingScope, reader: Reader) -> None:
        self._scope = scope
        self._reader = reader

    def finding(self, finding: FindingItem) -> bool:
        scope = self._scope
        if scope.namespace and finding.subject.namespace != scope.namespace:
            return False
        if (scope.name or scope.kind) and not any(self._is_named(one) for one in (finding.subject, finding.speaker, finding.cause) if one):
            return False
        if scope.selector == EVERYTHING:
            return True
        entries = [entry for one in (finding.subject, finding.speaker) if (entry := self._reader.get(ref_of(one))) is not None]
        return any(scope.selector.matches(entry.obj.metadata.labels) for entry in entries)

    def _is_named(self, one: Named) -> bool:
        return self._scope.name in ("", one.name) and self._scope.kind in (None, ref_of(one).group_kind)


def ref_of(named: Named) -> ObjectRef:
    """An object's name as a ref."""
    return ObjectRef(group_of(named.api_version) if "/" in named.api_version else "", named.kind, named.namespace, named.name)


def sections_of(made: tuple[Section, ...]) -> list[StorySection]:
    """Sections in the form of the answers."""
    return [StorySection(head, list(lines)) for head, lines in made]


def _looked(engine: Engine, catalog: KindCatalog, scope: FindingScope) -> list[Looked]:
    if scope.kind is None or not scope.name:
        return []
    resource = catalog.get(scope.kind)
    version = resource.api_version if resource else scope.kind.group
    found = [entry.ref for entry in engine.inventory.list(scope.kind, scope.namespace or None) if entry.ref.name == scope.name]
    return [Looked(Named(version, ref.kind, ref.namespace, ref.name), ruled_out(engine, ref)) for ref in found]
