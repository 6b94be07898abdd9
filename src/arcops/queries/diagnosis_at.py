"""What was wrong at a moment of the past: the same engine and rules, over the inventory rebuilt from the record."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

from arcops.findings.report import Report
from arcops.inventory.index import Inventory
from arcops.kube.kinds import KindCatalog
from arcops.kube.refs import GroupKind
from arcops.queries.diagnosis import Diagnosis
from arcops.queries.incident_log import TOPIC, onsets
from arcops.queries.rebuild import rebuild
from arcops.queries.services import Services
from arcops.queries.suppressions import decisions
from arcops.source.base import KindPhase, LogQuery, Source, SourceEvent, SourceState
from arcops.store.notes import Notes

_LEASE = GroupKind("coordination.k8s.io", "Lease")
"""Renewals are not versions: what a lease said then is not remembered, so it cannot be judged."""


class _Then:
    """The source as of a moment of the past: its kinds, but no lines, for those that come now were not there then."""

    def __init__(self, source: Source) -> None:
        state = source.state
        kinds = {
            kind: replace(one, phase=KindPhase.LOADING) if kind == _LEASE else one for kind, one in state.kinds.items()
        }  # fmt: skip
        self._source = source
        self.state: SourceState = replace(state, kinds=kinds)

    @property
    def catalog(self) -> KindCatalog:
        return self._source.catalog

    async def logs(self, query: LogQuery) -> str:
        del query
        return ""

    async def observe(self) -> AsyncIterator[SourceEvent]:
        nothing: tuple[SourceEvent, ...] = ()
        for event in nothing:
            yield event

    def follow_logs(self, query: LogQuery) -> AsyncIterator[str]:
        return self._source.follow_logs(query)

    async def aclose(self) -> None:
        """The present goes on."""


async def diagnose_at(services: Services, at_ms: int, notes: Notes) -> tuple[Report, Diagnosis]:
    """The diagnosis of a moment. What was noted of incidents and decided until then counts."""
    then = replace(services, source=_Then(services.source), inventory=await inventory_at(services, at_ms), standing=None)
    made = Diagnosis(then)
    made.engine.recall.has_every_log = False  # no lines of then are kept, so that there is nothing to ask ten thousand times
    made.remember(onsets(notes.latest(TOPIC, at_ms)))
    made.decided = decisions(notes, at_ms)
    return await made.look(at_ms), made


async def inventory_at(services: Services, at_ms: int) -> Inventory:
    """The inventory of a moment, without leases."""
    inventory = await rebuild(services.store, at_ms)
    if _LEASE in inventory.kinds():
        inventory.drop_kind(_LEASE)
    return inventory
