"""What the diagnosis endpoints of a running service say, held against each other."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from arcops.base.errors import NotFound
from arcops.cli.service import Service
from arcops.queries.diagnosed import FindingPage, IncidentDetail, IncidentPage
from arcops.queries.findings import Named
from arcops.queries.rules import RulePage
from arcops.queries.stories import Told
from arcops.queries.suppressions import SuppressionItem
from arcops.queries.topology import Topology

Faults = Iterator[str]
_LOOKED_INTO = 5


class _Meta(msgspec.Struct, gc=False):
    name: str


class _Item(msgspec.Struct, gc=False):
    metadata: _Meta


class _Names(msgspec.Struct, gc=False):
    """Enough of a list of objects to know their names."""

    items: list[_Item]


def check_findings(service: Service) -> Faults:
    """Findings are of known rules, have evidence, and are those of the whole diagnosis."""
    found = service.ask("/api/findings", FindingPage)
    codes = {rule.code for rule in service.ask("/api/rules", RulePage).items}
    yield from (f"finding {one.id} has the unknown code {one.code}" for one in found.items if one.code not in codes)
    yield from (f"finding {one.code} about {_said(one.subject)} has no evidence" for one in found.items if not one.evidence)
    whole = service.ask("/api/diagnosis", Told)
    if not {one.id for one in found.items if one.state == "open"} & {one.id for one in whole.document.findings} and found.items:
        yield "GET /api/findings and GET /api/diagnosis have nothing in common"


def check_incidents(service: Service) -> Faults:
    """Each incident can be opened, and holds the findings it names."""
    for row in service.ask("/api/incidents", IncidentPage).items[:_LOOKED_INTO]:
        try:
            whole = service.ask(f"/api/incidents/{row.id}", IncidentDetail)
        except NotFound:
            yield f"incident {row.id} is listed and cannot be opened"
            continue
        if not whole.findings or not whole.sections:
            yield f"incident {row.id} tells nothing"
        if whole.incident.root != row.root:
            yield f"incident {row.id} has the root {_said(row.root)} in the list and {_said(whole.incident.root)} by itself"


def check_topology(service: Service) -> Faults:
    """The neighbourhood of a node is that node's."""
    nodes = service.ask("/api/objects/nodes", _Names)
    for item in nodes.items[:1]:
        name = item.metadata.name
        around = service.ask("/api/topology", Topology, {"kind": "node", "name": name})
        if (around.object.name, around.exists) != (name, True):
            yield f"the neighbourhood of Node {name} is that of {_said(around.object)}"


def check_suppressions(service: Service) -> Faults:
    """Every decision says who and why."""
    for one in service.ask("/api/suppressions", list[SuppressionItem]):
        if not (one.who and one.why):
            yield f"suppression {one.id} does not say who or why"


def _said(named: Named) -> str:
    return f"{named.kind} {named.namespace}/{named.name}" if named.namespace else f"{named.kind} {named.name}"
