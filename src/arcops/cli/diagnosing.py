"""Where a diagnosis comes from: files, each for itself, or the cluster of a kubeconfig, read by this process."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from arcops.base.errors import BadInput
from arcops.cli.options import Scope, Speech, Target
from arcops.findings.explain import Section, incident_sections
from arcops.findings.report import Report, ruled_out
from arcops.inventory.index import Inventory
from arcops.kube.kinds import KindCatalog
from arcops.kube.refs import ObjectRef
from arcops.kube.selectors import EVERYTHING, parse_selector
from arcops.queries.diagnosis import Diagnosis
from arcops.queries.findings import Document, FindingScope, document_of, narrowed


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which findings are asked for: of a namespace, of labels, about one object (``kind/name``), as of a moment."""

    namespace: str = ""
    selector: str = ""
    about: str = ""
    at: str = ""

    def scope(self, catalog: KindCatalog) -> FindingScope:
        """The same in the words of the floor below. Raises ``UnknownKind``, ``BadSelector`` and ``BadInput``."""
        selector = parse_selector(self.selector) if self.selector else EVERYTHING
        if not self.about:
            return FindingScope(self.namespace, selector)
        kind, slash, name = self.about.partition("/")
        if not (kind and slash and name):
            raise BadInput(what=f'"{self.about}"', why="it is not KIND/NAME", hint="Write deploy/web or pod/web-0.")
        resource = catalog.find(kind)
        return FindingScope(self.namespace if resource.namespaced else "", selector, resource.group_kind, name)


@dataclass(frozen=True, slots=True)
class Diagnosed:
    """A diagnosis and what else can be asked of it."""

    name: str
    report: Report
    document: Document
    scope: FindingScope
    diagnosis: Diagnosis
    inventory: Inventory

    def stories(self) -> Iterator[tuple[ObjectRef, tuple[Section, ...]]]:
        """Each incident's root and its sections."""
        by_id = self.report.by_id
        for incident in self.report.incidents:
            subject = by_id[incident.main].subject
            yield incident.root, incident_sections(incident, by_id, ruled_out(self.diagnosis.engine, subject))


def diagnosed(target: Target, files: tuple[str, ...], scope: Scope, wanted: Wanted, speech: Speech) -> Iterator[Diagnosed]:
    """One diagnosis for each file, or the one of the cluster."""
    names = (*files, *target.files)
    if names:
        for name in names:
            yield of_file(name, wanted, speech)
    else:
        yield of_cluster(target, scope, wanted, speech)


def of_file(name: str, wanted: Wanted, speech: Speech) -> Diagnosed:
    """The diagnosis of a file, a folder or ``-``. Raises ``BadInput``."""
    from arcops.cli.quiet import keep_quiet
    from arcops.kube.times import time_ms
    from arcops.testing.cases import play

    keep_quiet(speech)
    until_ms = time_ms(wanted.at)
    if wanted.at and until_ms is None:
        raise BadInput(what=f"The time {wanted.at}", why="for a file it is written as RFC 3339, 2026-11-24T14:00:00Z")
    played = play([name], until_ms=until_ms)
    for problem in played.play.source.problems:
        speech.note(f"{problem.what}: {problem.why}")
    catalog = played.play.source.catalog
    return _made(name, played.report, catalog, played.play.diagnosis, wanted)


def of_cluster(target: Target, scope: Scope, wanted: Wanted, speech: Speech) -> Diagnosed:
    """The diagnosis of the cluster of a kubeconfig as it is now. Raises what ``ask_cluster`` does."""
    from dataclasses import replace

    from arcops.cli.local import NoRecord, ask_cluster

    asked = ask_cluster(target, None, speech)
    try:
        if wanted.at:
            raise NoRecord(where=asked.where)
        report, diagnosis, services = asked.diagnosis()
        namespace = "" if scope.all_namespaces else wanted.namespace
        chosen = replace(wanted, namespace=namespace or (asked.namespace if wanted.about and not scope.all_namespaces else ""))
        return _made("", report, services.source.catalog, diagnosis, chosen)
    finally:
        asked.close()


def _made(name: str, report: Report, catalog: KindCatalog, diagnosis: Diagnosis, wanted: Wanted) -> Diagnosed:
    scope = wanted.scope(catalog)
    inventory = diagnosis.engine.inventory
    told = narrowed(report, scope, inventory)
    return Diagnosed(name, told, document_of(told, catalog, name), scope, diagnosis, inventory)
