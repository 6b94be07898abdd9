"""A view for a single question from outside the engine, as whether a pod would fit somewhere: nothing is kept of what it asks."""

from __future__ import annotations

from arcops.findings.coverage import Coverage
from arcops.findings.factbook import FactBook
from arcops.findings.past import Recall
from arcops.findings.reads import ReadIndex
from arcops.findings.view import RuleView
from arcops.inventory.base import Reader


def lone_view(inventory: Reader, now_ms: int) -> RuleView:
    """A view of the moment that sees every kind and knows nothing of the past."""
    return RuleView(inventory, now_ms, Coverage(), Recall(), FactBook(ReadIndex()))
