"""Where an object stands: its links, what it depends on, and what depends on it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import msgspec

from arcops.findings.report import Report
from arcops.inventory.graph import Step, downstream, neighbours, upstream
from arcops.inventory.links.base import Link
from arcops.kube.refs import ObjectRef
from arcops.queries.diagnosed import FindingQuery, current
from arcops.queries.findings import Named
from arcops.queries.missing import object_not_found
from arcops.queries.services import Services

MOST_STEPS = 500


class Edge(msgspec.Struct, frozen=True, gc=False, rename={"from_": "from"}):
    """One link: ``from`` names ``to`` in its field ``field``. ``key``: the key of a ConfigMap or Secret that must be there."""

    from_: Named
    to: Named
    relation: str
    field: str
    optional: bool
    key: str


class Reached(msgspec.Struct, frozen=True, gc=False):
    """An object that a walk reached: over which relation, from where, how many links away; ``exists`` false if it is only named."""

    object: Named
    via: Named
    relation: str
    distance: int
    exists: bool
    findings: list[str]


class Topology(msgspec.Struct, frozen=True, gc=False):
    """An object's neighbourhood. ``findings`` are codes of what is open about it (and about each object reached).

    ``depends_on`` may be to blame for it, ``dependants`` may suffer with it (the blast radius), both nearest first and at most
    500; ``truncated`` says that there are more.
    """

    object: Named
    exists: bool
    findings: list[str]
    edges: list[Edge]
    depends_on: list[Reached]
    dependants: list[Reached]
    truncated: bool


async def topology(
    services: Services, kind: str, namespace: str, name: str, depth: int = 2, *, at: str = "", zone: str | None = None
) -> Topology:
    """The neighbourhood of an object, now or at a moment, also of one that does not exist but is named by others.

    Raises ``UnknownKind``, ``BadTime``, and ``ObjectNotFound`` where nothing of that name exists or is named.
    """
    resource = services.source.catalog.find(kind)
    report = services.standing.report if services.standing else None
    if at:
        found = await current(services, FindingQuery(at=at, zone=zone))
        services, report = replace(services, inventory=found.engine.inventory), found.report
    ref = ObjectRef.of(resource.group_kind, namespace if resource.namespaced else "", name)
    edges = neighbours(ref, services.inventory)
    exists = services.inventory.get(ref) is not None
    if not exists and not edges:
        raise object_not_found(services, ref)
    codes = _open_codes(report)
    above, below = upstream(ref, services.inventory, depth), downstream(ref, services.inventory, depth)
    return Topology(
        object=_named(services, ref), exists=exists, findings=codes.get(ref, []),
        edges=[_edge(services, link) for link in edges[:MOST_STEPS]],
        depends_on=_reached(services, above, codes), dependants=_reached(services, below, codes),
        truncated=max(len(edges), len(above), len(below)) > MOST_STEPS,
    )  # fmt: skip


def _open_codes(report: Report | None) -> dict[ObjectRef, list[str]]:
    found: dict[ObjectRef, list[str]] = {}
    for finding in report.findings if report else ():
        if finding.is_problem:
            for ref in dict.fromkeys((finding.subject, finding.speaker)):
                codes = found.setdefault(ref, [])
                if finding.code not in codes:
                    codes.append(finding.code)
    return found


def _reached(services: Services, steps: Iterable[Step], codes: dict[ObjectRef, list[str]]) -> list[Reached]:
    found = list(steps)[:MOST_STEPS]
    return [
        Reached(
            _named(services, step.ref), _named(services, step.came_from), step.link.relation, step.depth,
            services.inventory.get(step.ref) is not None, codes.get(step.ref, []),
        )
        for step in found
    ]  # fmt: skip


def _edge(services: Services, link: Link) -> Edge:
    return Edge(_named(services, link.source), _named(services, link.target), link.relation, link.field, link.optional, link.key)


def _named(services: Services, ref: ObjectRef) -> Named:
    resource = services.source.catalog.get(ref.group_kind)
    return Named(resource.api_version if resource else ref.group, ref.kind, ref.namespace, ref.name)
