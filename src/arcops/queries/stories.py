"""A diagnosis told: the document of a moment, each incident's story in sections, and what was ruled out where nothing is wrong."""

from __future__ import annotations

import msgspec

from arcops.findings.engine import Engine
from arcops.findings.explain import Section, incident_sections
from arcops.findings.report import Report, ruled_out
from arcops.kube.kinds import KindCatalog
from arcops.queries.findings import Document, FindingItem, FindingScope, Named, document_of, narrowed


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
    kept = narrowed(report, scope, engine.inventory)
    document = document_of(kept, catalog, file)
    by_id = kept.by_id
    stories = [
        Story(incident.id, item.root, sections_of(incident_sections(incident, by_id, ruled_out(engine, by_id[incident.main].subject))))
        for incident, item in zip(kept.incidents, document.incidents, strict=True)
    ]
    return Told(document, stories, _looked(engine, catalog, scope))


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
