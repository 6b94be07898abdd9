"""The diagnosis of a cluster, kept going: runs the engine, fetches what its rules wish to know, and reports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from arcops.findings.base import Rule, Since
from arcops.findings.catalog import all_rules
from arcops.findings.coverage import Coverage
from arcops.findings.engine import Engine
from arcops.findings.past import Answer, Asked, Recall, Wish
from arcops.findings.report import Report, reporting
from arcops.findings.steps import Steps
from arcops.findings.suppress import Suppression
from arcops.inventory.delta import Delta
from arcops.kube.refs import ObjectRef
from arcops.queries.excerpts import Excerpts
from arcops.queries.past import LogReach, fetch
from arcops.queries.services import Services
from arcops.source.base import KindPhase, SourceState

T = TypeVar("T")

_MOST_ROUNDS = 4
"""A rule may wish for something only after it saw the answer to another wish; nothing needs more than three."""
SLICE_S = 0.001
"""After so long other tasks get their turn. A request passes the loop several times before it is answered: each pass may cost a slice."""
LONGEST_SLICE_S = 0.005
"""The most when others are busy: a slice then lasts as long as their last turn, so that the diagnosis keeps its half of a full core."""
_LOGS = frozenset({Asked.LOG, Asked.PREVIOUS_LOG})


class Diagnosis:
    """What is wrong with the cluster of ``services``. ``look`` once, then ``take`` deltas, ``tick`` when it is due.

    ``excerpts`` fetches logs in the background (``arrived`` hands them in); without it they are waited for. ``decided`` are
    the suppressions in force beside those that objects carry.
    """

    def __init__(
        self, services: Services, rules: Sequence[Rule] | None = None, reach: LogReach | None = None, *,
        excerpts: Excerpts | None = None, calm_ms: int = 0,
    ) -> None:  # fmt: skip
        """Nothing has been looked at yet. For ``calm_ms`` a report stands while no finding changes, whatever else does."""
        self._services = services
        self._reach = reach or LogReach()
        self._excerpts = excerpts
        self._calm_ms = calm_ms
        self._made: tuple[int, tuple[object, ...], Report] | None = None
        self.decided: Sequence[Suppression] = ()
        self.longest_s = 0.0
        self.engine = Engine(all_rules() if rules is None else rules, services.inventory, Coverage(), Recall())
        self.engine.is_guarded = excerpts is not None
        self.engine.recall.has_every_log = excerpts is None

    @property
    def next_wake_ms(self) -> int | None:
        """When ``tick`` is due, if nothing changes before."""
        return self.engine.next_wake_ms

    def remember(self, onsets: Mapping[str, Since]) -> None:
        """Onsets by the ids of findings, from before this process: the first look carries them on."""
        self.engine.remember(onsets)

    async def look(self, now_ms: int, *, is_whole: bool = True) -> Report:
        """Everything anew, as of ``now_ms``; ``is_whole`` is false for a few manifests that are no cluster."""
        self.engine.recall.since_ms = (await self._services.store.stats()).since_ms
        self.engine.recall.outdate_all()
        self._made = None
        await self.in_steps(self.engine.evaluating(now_ms, coverage_of(self._services.source.state, is_whole=is_whole)))
        return await self._settled(now_ms)

    async def take(self, deltas: Iterable[Delta], now_ms: int) -> Report:
        """What changes of the inventory mean. One that is ``lost`` is not for here: ``look`` again."""
        changes = tuple(change for delta in deltas for change in delta.changes)
        await self.in_steps(self.engine.updating(Delta(self._services.inventory.revision, changes), now_ms))
        return await self._settled(now_ms)

    async def tick(self, now_ms: int) -> Report:
        """What the mere passing of time means."""
        await self.in_steps(self.engine.ticking(now_ms))
        return await self._settled(now_ms)

    async def arrived(self, answers: Iterable[tuple[Wish, Answer]], now_ms: int) -> Report:
        """What log lines that have come mean."""
        await self._fill(answers, now_ms)
        return await self._settled(now_ms)

    def is_blind_anew(self) -> bool:
        """Whether other kinds can be seen than when everything was looked at last."""
        return coverage_of(self._services.source.state, is_whole=self.engine.coverage.is_whole) != self.engine.coverage

    async def _settled(self, now_ms: int) -> Report:
        """The report, once every wish that could be fetched has been."""
        recall = self.engine.recall
        for _ in range(_MOST_ROUNDS):
            made = await self._report(now_ms)
            wishes = recall.take_wishes()
            if not wishes:
                return made
            await self._fill([(wish, answer) for wish in wishes if (answer := await self._answer(wish, now_ms)) is not None], now_ms)
        return await self._report(now_ms)

    async def _report(self, now_ms: int) -> Report:
        """The report; that of before where neither findings nor what is known of the past have changed."""
        marks = self.engine.version, self.engine.recall.version, tuple(self.decided)
        if self._made is not None and self._made[1] == marks and now_ms - self._made[0] <= self._calm_ms:
            return replace(self._made[2], at_ms=now_ms)
        made = await self.in_steps(reporting(self.engine, now_ms, self.decided))
        self._made = now_ms, marks, made
        return made

    async def _answer(self, wish: Wish, now_ms: int) -> Answer | None:
        if self._excerpts is not None and wish.asked in _LOGS:
            return self._excerpts.order(wish)
        return await fetch(self._services, wish, now_ms, self._reach)

    async def _fill(self, answers: Iterable[tuple[Wish, Answer]], now_ms: int) -> None:
        recall = self.engine.recall
        await self.in_steps(self.engine.answering([wish for wish, answer in answers if recall.fill(wish, answer)], now_ms))

    async def in_steps(self, steps: Steps[T]) -> T:
        """Work that gives way to other tasks every few milliseconds."""
        clock = self._services.clock
        began, slice_s = clock.monotonic_s(), SLICE_S
        while True:
            try:
                next(steps)
            except StopIteration as end:
                self.longest_s = max(self.longest_s, clock.monotonic_s() - began)
                result: T = end.value
                return result
            ended = clock.monotonic_s()
            if ended - began > slice_s:
                self.longest_s = max(self.longest_s, ended - began)
                await clock.sleep(0)
                began = clock.monotonic_s()
                slice_s = min(max(began - ended, SLICE_S), LONGEST_SLICE_S)


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
