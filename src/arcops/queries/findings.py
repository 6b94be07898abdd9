"""Findings and incidents in the form of the answers: one document for a moment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from arcops.base.clock import rfc3339
from arcops.findings.base import Evidence, Finding, Since
from arcops.findings.catalog import areas
from arcops.findings.coverage import shown
from arcops.findings.explain import finding_text, incident_text
from arcops.findings.incidents import ChainLink, Incident, incidents_of
from arcops.findings.report import Report
from arcops.findings.steps import Steps, finished
from arcops.inventory.base import Reader
from arcops.kube.kinds import KindCatalog
from arcops.kube.refs import GroupKind, ObjectRef
from arcops.kube.selectors import EVERYTHING, Selector
from arcops.queries.answers import stamp


class Named(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    """An object by its full name, existing or not."""

    api_version: str
    kind: str
    namespace: str
    name: str


class When(msgspec.Struct, frozen=True, gc=False):
    """An onset: RFC 3339 or null, and how it is known."""

    time: str | None
    precision: str


class EvidenceItem(msgspec.Struct, frozen=True, gc=False):
    """One fact that a finding rests on."""

    id: str
    type: str
    ref: Named
    path: str
    value: str
    time: str | None
    text: str


class FindingItem(msgspec.Struct, frozen=True, gc=False):
    """One finding; ``speaker`` is the workload that speaks for the subject; ``ignored`` says who suppressed it and why, or is "".

    ``area`` is that of its rule: pod, network, posture …
    """

    id: str
    code: str
    severity: str
    state: str
    title: str
    subject: Named
    cause: Named | None
    speaker: Named
    since: When
    evidence: list[EvidenceItem]
    explanation: str
    next: list[str]
    ignored: str = ""
    area: str = ""


class LinkItem(msgspec.Struct, frozen=True, gc=False):
    """One step of a chain; ``evidence`` are ids of findings."""

    from_: Named = msgspec.field(name="from")
    to: Named
    link: str
    certainty: str
    evidence: list[str]


class MemberItem(msgspec.Struct, frozen=True, gc=False):
    """How many objects of one workload have the same finding."""

    speaker: Named
    code: str
    count: int


class IncidentItem(msgspec.Struct, frozen=True, gc=False):
    """One incident. ``main`` is the id of the finding that tells it best, ``title`` what that one says."""

    id: str
    severity: str
    root: Named
    since: When
    findings: list[str]
    members: list[MemberItem]
    chain: list[LinkItem]
    changes: list[EvidenceItem]
    explanation: str
    main: str = ""
    title: str = ""


class CoverageItem(msgspec.Struct, frozen=True, gc=False):
    """What was looked at. ``silenced`` names the codes that could not judge some object, by the kind they could not see.

    ``notes`` say in sentences why an answer about the past may not be whole.
    """

    kinds: list[str]
    forbidden: list[str]
    unreadable: list[str]
    since: str | None
    silenced: dict[str, list[str]]
    notes: list[str] = []


class Document(msgspec.Struct, frozen=True, gc=False):
    """The diagnosis of one moment. ``file`` is "" for a live cluster."""

    file: str
    at: str
    findings: list[FindingItem]
    incidents: list[IncidentItem]
    coverage: CoverageItem


@dataclass(frozen=True, slots=True)
class FindingScope:
    """Which findings are asked for: of a namespace, of labels, about one object. Empty fields do not restrict."""

    namespace: str = ""
    selector: Selector = EVERYTHING
    kind: GroupKind | None = None
    name: str = ""


def narrowed(report: Report, scope: FindingScope, reader: Reader) -> Report:
    """The report without findings outside a scope. Whom a workload speaks for belongs to it."""
    if scope == FindingScope():
        return report
    kept = tuple(finding for finding in report.findings if _in_scope(finding, scope, reader))
    ids = {finding.id for finding in kept}
    incidents = tuple(one for one in incidents_of(report.findings, reader) if not ids.isdisjoint(one.findings))
    told = {identity for one in incidents for identity in one.findings} if scope.name else ids
    findings = tuple(finding for finding in report.findings if finding.id in ids or finding.id in told)
    trimmed = tuple(msgspec.structs.replace(one, findings=tuple(i for i in one.findings if i in ids or i in told)) for one in incidents)
    held = tuple(one if one.main in one.findings else msgspec.structs.replace(one, main=one.findings[0]) for one in trimmed)
    return Report(report.at_ms, findings, held, report.coverage, report.silence, report.record_since_ms)


def _in_scope(finding: Finding, scope: FindingScope, reader: Reader) -> bool:
    concerned = [ref for ref in (finding.subject, finding.speaker, finding.cause) if ref is not None]
    if scope.namespace and finding.subject.namespace != scope.namespace:
        return False
    if scope.name and not any(ref.name == scope.name and ref.group_kind == scope.kind for ref in concerned):
        return False
    if scope.selector == EVERYTHING:
        return True
    entries = [entry for ref in (finding.subject, finding.speaker) if (entry := reader.get(ref)) is not None]
    return any(scope.selector.matches(entry.obj.metadata.labels) for entry in entries)


def document_of(report: Report, catalog: KindCatalog, file: str = "") -> Document:
    """A report as the document every surface gives."""
    return finished(documenting(report, catalog, file))


def documenting(report: Report, catalog: KindCatalog, file: str = "") -> Steps[Document]:
    """``document_of`` in steps."""
    name = _namer(catalog)
    by_id = report.by_id
    findings: list[FindingItem] = []
    for finding in report.findings:
        findings.append(_finding(finding, name))
        yield
    incidents: list[IncidentItem] = []
    for incident in report.incidents:
        incidents.append(_incident(incident, by_id, name))
        yield
    return Document(file=file, at=rfc3339(report.at_ms), findings=findings, incidents=incidents, coverage=_coverage(report))


def _coverage(report: Report) -> CoverageItem:
    coverage = report.coverage
    unreadable = sorted(
        {*map(str, coverage.unreadable), *shown(coverage.loading), *(f"{ref}: {why}" for ref, why in report.silence.unreadable.items())}
    )
    return CoverageItem(
        kinds=shown(coverage.kinds), forbidden=shown(coverage.forbidden), unreadable=unreadable, since=stamp(report.record_since_ms),
        silenced={str(kind): sorted(codes) for kind, codes in sorted(report.silence.codes.items())},
    )  # fmt: skip


Namer = Callable[[ObjectRef], Named]


def _namer(catalog: KindCatalog) -> Namer:
    def name(ref: ObjectRef) -> Named:
        resource = catalog.get(ref.group_kind)
        version = resource.api_version if resource else f"{ref.group}/v1" if ref.group else "v1"
        return Named(version, ref.kind, ref.namespace, ref.name)

    return name


def when(since: Since) -> When:
    """An onset in the form of the answers."""
    return When(None if since.at_ms is None else rfc3339(since.at_ms), since.precision.value)


def _evidence(evidence: tuple[Evidence, ...], name: Namer) -> list[EvidenceItem]:
    return [
        EvidenceItem(
            f"E{number}",
            one.type.value,
            name(one.ref),
            one.path,
            one.value,
            None if one.time_ms is None else rfc3339(one.time_ms),
            one.text,
        )
        for number, one in enumerate(evidence, 1)
    ]


def _finding(finding: Finding, name: Namer) -> FindingItem:
    return FindingItem(
        id=finding.id, code=finding.code, severity=finding.severity.value, state=finding.state.value, title=finding.title,
        subject=name(finding.subject), cause=name(finding.cause) if finding.cause is not None else None, speaker=name(finding.speaker),
        since=when(finding.since), evidence=_evidence(finding.evidence, name), explanation=finding_text(finding), next=list(finding.next),
        ignored=finding.ignored, area=areas().get(finding.code, ""),
    )  # fmt: skip


def _incident(incident: Incident, findings: dict[str, Finding], name: Namer) -> IncidentItem:
    return IncidentItem(
        id=incident.id, severity=incident.severity.value, root=name(incident.root), since=when(incident.since),
        findings=list(incident.findings), members=[MemberItem(name(m.speaker), m.code, m.count) for m in incident.members],
        chain=[_link(link, name) for link in incident.chain], changes=_evidence(incident.changes, name),
        explanation=incident_text(incident, findings), main=incident.main, title=findings[incident.main].title,
    )  # fmt: skip


def _link(link: ChainLink, name: Namer) -> LinkItem:
    return LinkItem(name(link.cause), name(link.effect), link.link, link.certainty, list(link.evidence))
