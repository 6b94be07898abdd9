"""Random histories: what is said of any moment, any two moments and any window equals a plain list of what happened."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from arcops.base.clock import rfc3339
from arcops.inventory.index import Inventory
from arcops.kube.builtin import BUILTIN
from arcops.kube.kinds import KindCatalog
from arcops.kube.watch import Op
from arcops.queries.changes import ChangeQuery, changes
from arcops.queries.diffs import DiffQuery, diff
from arcops.queries.objects import ObjectQuery
from arcops.queries.objects_at import list_objects_at
from arcops.queries.rebuild import rebuild
from arcops.queries.services import Services
from arcops.queries.timeline import TimelineQuery, timeline
from arcops.source.base import SourceState
from arcops.store.base import HistoryStore
from arcops.store.engines.memory import MemoryStore
from arcops.store.engines.sqlite import SqliteStore
from tests.observations import DEPLOYMENT, START_MS, ManualClock, seen

steps = st.lists(
    st.tuples(st.sampled_from(["set", "set", "status", "delete"]), st.integers(0, 3), st.integers(0, 3)), min_size=3, max_size=30
)
STEP_MS = 1_000
Step = tuple[str, int, int]


class OnlyKinds:
    """A source that shows nothing."""

    def __init__(self) -> None:
        self.state = SourceState("none", connected=True)
        self.catalog = KindCatalog(BUILTIN)


@dataclass
class History:
    """What happened: (when, name, uid, replicas, ready) in order; replicas None for an end."""

    happened: list[tuple[int, str, str, int | None, int]] = field(default_factory=list)
    now_ms: int = START_MS

    def at(self, at_ms: int) -> dict[str, tuple[str, int, int]]:
        """uid, replicas and ready count of each object that existed at a moment."""
        state: dict[str, tuple[str, int, int]] = {}
        for when, name, uid, replicas, ready in self.happened:
            if when > at_ms:
                break
            if replicas is None:
                state.pop(name, None)
            else:
                state[name] = (uid, replicas, ready)
        return state

    def within(self, since_ms: int, until_ms: int) -> Iterator[tuple[int, str]]:
        """When what changed."""
        return ((when, name) for when, name, _, _, _ in self.happened if since_ms <= when <= until_ms)


async def played(found: list[Step], folder: Path | None) -> tuple[Services, History]:
    """The steps in a record and in a list."""
    clock, truth = ManualClock(), History()
    store: HistoryStore = SqliteStore(folder, clock) if folder else MemoryStore(clock)
    await store.start()
    live: dict[str, tuple[str, int, int]] = {}
    for number, (what, which, value) in enumerate(found, 1):
        truth.now_ms = clock.ms = START_MS + number * STEP_MS
        name = f"d{which}"
        uid, replicas, ready = live.get(name, (f"uid-{number}", -1, 0))
        is_new = name not in live
        if what == "delete":
            if is_new:
                continue
            del live[name]
            truth.happened.append((clock.ms, name, uid, None, 0))
            await store.append([observation(Op.DELETED, name, number, (uid, replicas, ready), clock.ms)])
            continue
        changed = (uid, value, ready) if what == "set" or is_new else (uid, replicas, value)
        if live.get(name) == changed:
            continue
        live[name] = changed
        truth.happened.append((clock.ms, name, *changed))
        await store.append([observation(Op.ADDED if is_new else Op.MODIFIED, name, number, changed, clock.ms)])
    return Services(OnlyKinds(), Inventory(), store, clock, START_MS), truth  # type: ignore[arg-type]  # nothing live is asked


def observation(op: Op, name: str, version: int, life: tuple[str, int, int], at_ms: int) -> Any:
    uid, replicas, ready = life
    fields = {"spec": {"replicas": replicas}, "status": {"readyReplicas": ready, "observedGeneration": version}}
    return seen(op, name, version, at_ms, kind=DEPLOYMENT, uid=uid, fields=fields)


async def check_moment(services: Services, truth: History, at_ms: int) -> None:
    """A list of a moment, and the inventory of it."""
    page = await list_objects_at(services, ObjectQuery("deploy", at=rfc3339(at_ms)))
    bodies = [msgspec.json.decode(body) for body in page.items]
    found = {b["metadata"]["name"]: (b["metadata"]["uid"], b["spec"]["replicas"], b["status"]["readyReplicas"]) for b in bodies}
    assert found == truth.at(at_ms)
    then = await rebuild(services.store, at_ms)
    assert {entry.ref.name: entry.uid for entry in then.list(DEPLOYMENT)} == {name: life[0] for name, life in truth.at(at_ms).items()}


async def check_diff(services: Services, truth: History, since_ms: int, until_ms: int) -> None:
    """The difference of two moments."""
    before, after = truth.at(since_ms), truth.at(until_ms)
    expected: dict[str, tuple[str, set[str]]] = {}
    for name in before.keys() | after.keys():
        old, new = before.get(name), after.get(name)
        if old is None or new is None:
            expected[name] = ("created" if old is None else "deleted", set())
        elif old != new:
            words = {f"replicas {old[1]} → {new[1]}"} if old[1] != new[1] else set()
            words |= {f"ready replicas {old[2]} → {new[2]}"} if old[2] != new[2] else set()
            expected[name] = ("changed" if old[0] == new[0] else "replaced", words)
    page = await diff(services, DiffQuery(since=rfc3339(since_ms), until=rfc3339(until_ms)))
    assert {item.object.name: (item.change, {one.text for one in item.fields}) for item in page.items} == expected
    assert page.total == len(expected)


async def check_changes(services: Services, truth: History, since_ms: int, until_ms: int) -> None:
    """The changes of a window."""
    page = await changes(services, ChangeQuery(since=rfc3339(since_ms), until=rfc3339(until_ms), least="noise"))
    counts: dict[str, int] = {}
    for _, name in truth.within(since_ms, until_ms):
        counts[name] = counts.get(name, 0) + 1
    assert {item.object.name: item.count for item in page.items} == counts
    ranks = [("noise", "labels", "status", "consequence", "deliberate").index(item.rank) for item in page.items]
    assert ranks == sorted(ranks, reverse=True)


async def check_timeline(services: Services, truth: History, name: str) -> None:
    """Spans cover exactly the time in which an object existed, each with the state it had."""
    if not any(each == name for _, each, _, _, _ in truth.happened):
        return
    found = await timeline(services, TimelineQuery("deploy", "shop", name, rfc3339(START_MS), rfc3339(truth.now_ms)))
    for at_ms in range(START_MS, truth.now_ms, STEP_MS):
        state = truth.at(at_ms).get(name)
        stamp = rfc3339(at_ms)
        covering = [span for lane in found.lanes for span in lane.spans if span.since <= stamp < span.until]
        assert [span.state for span in covering] == ([state_text(*state[1:])] if state else []), at_ms


def state_text(replicas: int, ready: int) -> str:
    return f"{ready}/{replicas} ready" if replicas else "scaled to 0"


async def check(found: list[Step], first: int, second: int, folder: Path | None) -> None:
    """Play the steps and hold every answer against the list."""
    services, truth = await played(found, folder)
    try:
        since_ms, until_ms = (min(START_MS + one * STEP_MS, truth.now_ms) for one in sorted((first, second)))
        for at_ms in (since_ms, until_ms):
            await check_moment(services, truth, at_ms)
        await check_diff(services, truth, since_ms, until_ms)
        await check_changes(services, truth, since_ms, until_ms)
        for number in range(4):
            await check_timeline(services, truth, f"d{number}")
    finally:
        await services.store.aclose()


@settings(max_examples=300, deadline=None)
@given(steps, st.integers(0, 31), st.integers(0, 31))
def test_every_answer_about_the_past_equals_a_plain_list(found: list[Step], first: int, second: int) -> None:
    asyncio.run(check(found, first, second, None))


@settings(max_examples=40, deadline=None)
@given(steps, st.integers(0, 31), st.integers(0, 31))
def test_so_does_every_answer_out_of_the_record_on_disk(found: list[Step], first: int, second: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(check(found, first, second, Path(folder)))


def test_the_list_itself_notices_a_wrong_answer() -> None:
    truth = History([(1, "d0", "u", 1, 0), (2, "d0", "u", 2, 0), (3, "d0", "u", None, 0)])
    assert truth.at(1) == {"d0": ("u", 1, 0)}
    assert truth.at(3) == {}
    assert list(truth.within(2, 3)) == [(2, "d0"), (3, "d0")]
