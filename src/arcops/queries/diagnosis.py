"""The diagnosis of a cluster, kept going: runs the engine, fetches what its rules wish to know, and reports."""

from __future__ import annotations

from collections.abc import Sequence

from arcops.findings.base import Rule
from arcops.findings.catalog import all_rules
from arcops.findings.coverage import Coverage
from arcops.findings.engine import Engine
from arcops.findings.past import Recall
from arcops.findings.report import Report, report
from arcops.inventory.delta import Delta
from arcops.kube.refs import GroupKind, ObjectRef
from arcops.queries.past import LogReach, fetch
from arcops.queries.services import Services
from arcops.source.base import KindPhase, SourceState

_MOST_ROUNDS = 4
"""A rule may wish for something only after it saw the answer to another wish; nothing needs more than three."""


class Diagnosis:
    """What is wrong with the cluster of ``services``. ``look`` once, then ``take`` each delta, ``tick`` when it is due."""

    def __init__(self, services: Services, rules: Sequence[Rule] | None = None, reach: LogReach | None = None) -> None:
        """Nothing has been looked at yet."""
        self._services = services
        self._reach = reach or LogReach()
        self.engine = Engine(all_rules() if rules is None else rules, services.inventory, Coverage(), Recall())

    @property
    def next_wake_ms(self) -> int | None:
        """When ``tick`` is due, if nothing changes before."""
        return self.engine.next_wake_ms

    async def look(self, now_ms: int, *, is_whole: bool = True) -> Report:
        """Everything anew, as of ``now_ms``; ``is_whole`` is false for a few manifests that are no cluster."""
        self.engine.recall.since_ms = (await self._services.store.stats()).since_ms
        self.engine.recall.outdate_all()
        self.engine.evaluate(now_ms, coverage_of(self._services.source.state, is_whole=is_whole))
        return await self._settled(now_ms)

    async def take(self, delta: Delta, now_ms: int) -> Report:
        """What a change of the inventory means."""
        self.engine.update(delta, now_ms)
        return await self._settled(now_ms)

    async def tick(self, now_ms: int) -> Report:
        """What the mere passing of time means."""
        self.engine.tick(now_ms)
        return await self._settled(now_ms)

    async def _settled(self, now_ms: int) -> Report:
        """The report, once every wish that could be fetched has been."""
        recall = self.engine.recall
        for _ in range(_MOST_ROUNDS):
            made = report(self.engine, now_ms)
            wishes = recall.take_wishes()
            if not wishes:
                return made
            answers = [(wish, await fetch(self._services, wish, now_ms, self._reach)) for wish in wishes]
            self.engine.answer([wish for wish, answer in answers if recall.fill(wish, answer)], now_ms)
        return report(self.engine, now_ms)


def coverage_of(state: SourceState, *, is_whole: bool = True) -> Coverage:
    """What a source lets us see."""
    kinds = state.kinds
    unreadable: set[ObjectRef] = set()
    for kind, one in kinds.items():
        for name in one.unreadable:
            namespace, _, plain = name.rpartition("/")
            unreadable.add(ObjectRef.of(kind, namespace, plain))
    return Coverage(
        kinds=frozenset(kind for kind, one in kinds.items() if one.phase in (KindPhase.SYNCED, KindPhase.STALE)),
        forbidden=frozenset(kind for kind, one in kinds.items() if one.phase is KindPhase.FORBIDDEN),
        loading=frozenset(kind for kind, one in kinds.items() if one.phase in (KindPhase.LOADING, KindPhase.FAILING)),
        unreadable=frozenset(unreadable),
        lost_groups=frozenset(_group(name) for name in state.discovery_errors),
        is_whole=is_whole,
    )


def _group(name: str) -> str:
    """``metrics.k8s.io/v1beta1`` is of group ``metrics.k8s.io``."""
    return name.partition("/")[0]


def named(kinds: frozenset[GroupKind]) -> list[str]:
    """Kinds as the answers write them, sorted."""
    return sorted(str(kind) for kind in kinds)
