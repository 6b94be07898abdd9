"""The objects of our own case files, for tests that turn and mix them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from arcops.findings.base import Finding
from arcops.findings.catalog import all_rules
from arcops.findings.coverage import Coverage
from arcops.findings.engine import Engine
from arcops.findings.past import Recall
from arcops.inventory.index import Inventory
from arcops.kube.watch import Observation, Op
from arcops.source.cases import Picture
from arcops.source.texts import read_picture

CASES = Path(__file__).parent / "cases" / "findings"
FILES = tuple(sorted(CASES.rglob("*.yaml")))


@cache
def picture(path: Path) -> Picture:
    """A case file as it is read."""
    return read_picture([path], 0)


def observations(path: Path) -> list[Observation]:
    """The first observation of a case, object by object."""
    first = picture(path).steps[0]
    return [Observation(Op.ADDED, found.resource.group_kind, found.obj, found.raw, first.at_ms) for found in first.apply]


def engine_over(inventory: Inventory, coverage: Coverage | None = None) -> Engine:
    """All rules over an inventory, with an empty record."""
    return Engine(all_rules(), inventory, coverage or Coverage(), Recall())


def told(findings: tuple[Finding, ...]) -> list[tuple[str, str, str, str, str]]:
    """What findings say, without what depends on when we looked."""
    return [(f.id, f.code, f.severity, f.title, str(f.cause)) for f in findings if f.resolved_ms is None]
