"""How fast the past answers: ``python -m benchmarks.past_rate``, one core, the record on disk, every answer as the API gives it.

1,300 synthetic pods of about 9.4 KB in 40 namespaces, then a day of 40,000 status and image changes, of which 3,000 in one
namespace. Each question is asked many times at random moments; what is printed is the median, beside its bar.
"""

from __future__ import annotations

import asyncio
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from arcops.base.clock import SystemClock, rfc3339
from arcops.inventory.index import Inventory
from arcops.kube.builtin import BUILTIN
from arcops.kube.kinds import KindCatalog
from arcops.kube.objects.decode import decode
from arcops.kube.refs import GroupKind, ObjectRef
from arcops.kube.watch import Observation, Op
from arcops.queries.changes import ChangeQuery, changes
from arcops.queries.diffs import DiffQuery, diff
from arcops.queries.history import HistoryQuery, object_history
from arcops.queries.objects import ObjectQuery
from arcops.queries.objects_at import get_object_at, list_objects_at
from arcops.queries.rebuild import rebuild
from arcops.queries.services import Services
from arcops.queries.timeline import TimelineQuery, timeline
from arcops.queries.worded import Worded
from arcops.source.base import SourceState
from arcops.store.base import Scope, Window
from arcops.store.engines.sqlite import SqliteStore
from benchmarks import child, synthetic
from benchmarks.record_rate import change

PODS, CHANGES, BUSY = 1_300, 40_000, 3_000
POD = GroupKind("", "Pod")
DAY_MS, MINUTE_MS = 86_400_000, 60_000
NAMESPACE = "team-07"


class Bar(NamedTuple):
    """A question: how it is asked once, how often, and the bar of its median in milliseconds (0 for none)."""

    name: str
    ask: Callable[[random.Random], Awaitable[Any]]
    times: int
    bar_ms: float = 0


class NoSource:
    """A source that shows nothing: the past needs only its kinds."""

    def __init__(self) -> None:
        self.state = SourceState("none", connected=True)
        self.catalog = KindCatalog(BUILTIN)


async def fill(store: SqliteStore, begin_ms: int) -> list[dict[str, Any]]:
    """The day: every pod once, then the changes, in order of time."""
    rng = random.Random(7)
    pods = [synthetic.pod(i, random.Random(i % synthetic.APPS), 1000 + i) for i in range(PODS)]
    busy = [pod for pod in pods if pod["metadata"]["namespace"] == NAMESPACE]
    await append(store, [(Op.ADDED, pod) for pod in pods], begin_ms, 0)
    for start in range(0, CHANGES, 20):
        batch = []
        for turn in range(start, start + 20):
            pod = rng.choice(busy if rng.random() < BUSY / CHANGES else pods)
            change(pod, turn, rng)
            if turn % 50 == 0:
                pod["spec"]["containers"][0]["image"] = f"registry.example/app:{turn}"
            batch.append((Op.MODIFIED, pod))
        await append(store, batch, begin_ms + start * DAY_MS // CHANGES, DAY_MS // CHANGES)
    await store.flush()
    return pods


async def append(store: SqliteStore, batch: list[tuple[Op, dict[str, Any]]], at_ms: int, apart_ms: int) -> None:
    """One batch, its observations some time apart."""
    seen = []
    for place, (op, body) in enumerate(batch):
        raw = msgspec.json.encode(body)
        seen.append(Observation(op, POD, decode(POD, raw), raw, at_ms + place * apart_ms))
    await store.append(seen)
    await asyncio.sleep(0)


def questions(services: Services, begin_ms: int, pods: list[dict[str, Any]]) -> list[Bar]:
    """Every question and its bar."""

    def when(rng: random.Random) -> str:
        return rfc3339(begin_ms + rng.randrange(DAY_MS // 10, DAY_MS))

    def pod(rng: random.Random) -> tuple[str, str]:
        meta = rng.choice(pods)["metadata"]
        return meta["namespace"], meta["name"]

    def since(minutes: int, rng: random.Random) -> tuple[str, str]:
        end_ms = begin_ms + rng.randrange(DAY_MS // 2, DAY_MS) if minutes < 1440 else begin_ms + DAY_MS
        return rfc3339(end_ms - minutes * MINUTE_MS), rfc3339(end_ms)

    def of_changes(minutes: int, rng: random.Random, *, anew: bool = False) -> Awaitable[Any]:
        start, end = since(minutes, rng)
        asked = replace(services, worded=Worded()) if anew else services
        return changes(asked, ChangeQuery(namespace=NAMESPACE, since=start, until=end))

    def listed(minutes: int, rng: random.Random) -> Awaitable[Any]:
        end_ms = begin_ms + (DAY_MS if minutes == 1440 else rng.randrange(DAY_MS // 2, DAY_MS))
        return services.store.change_list(Window(end_ms - minutes * MINUTE_MS, end_ms), Scope(namespace=NAMESPACE), None, 20_000)

    def of_diff(minutes: int, rng: random.Random, namespace: str | None = None, name: str | None = None) -> Awaitable[Any]:
        start, end = since(minutes, rng)
        return diff(services, DiffQuery("pod" if name else None, namespace, name, start, end))

    def of_timeline(rng: random.Random) -> Awaitable[Any]:
        start, end = since(360, rng)
        namespace, name = pod(rng)
        return timeline(services, TimelineQuery("pod", namespace, name, start, end))

    store = services.store
    return [
        Bar(
            "object at T, from the record", lambda r: store.object_at(ObjectRef("", "Pod", *pod(r)), begin_ms + r.randrange(DAY_MS)), 200, 1
        ),
        Bar("object at T", lambda r: get_object_at(services, "pod", *pod(r), at=when(r)), 200),
        Bar("all objects of a namespace at T", lambda r: list_objects_at(services, ObjectQuery("pods", NAMESPACE, at=when(r))), 50, 25),
        Bar("1,300 objects at T, from the record", lambda r: store.state_at(begin_ms + r.randrange(DAY_MS // 2, DAY_MS), Scope()), 7, 300),
        Bar("1,300 objects at T, as an inventory", lambda r: rebuild(store, begin_ms + r.randrange(DAY_MS // 2, DAY_MS)), 7),
        Bar("changes of a namespace in 10 min, listed", lambda r: listed(10, r), 50, 2),
        Bar("changes of a namespace in 10 min, in words", lambda r: of_changes(10, r), 50),
        Bar("changes of a namespace in 24 h, listed", lambda r: listed(1440, r), 20, 30),
        Bar("changes of a namespace in 24 h, in words", lambda r: of_changes(1440, r), 20, 30),
        Bar("  the same, asked for the first time", lambda r: of_changes(1440, r, anew=True), 10),
        Bar("diff of an object over 1 h", lambda r: of_diff(60, r, *pod(r)), 50),
        Bar("diff of a namespace over 1 h", lambda r: of_diff(60, r, NAMESPACE), 20),
        Bar("diff of the cluster over 1 h", lambda r: of_diff(60, r), 5),
        Bar("history of an object, 30 versions", lambda r: object_history(services, HistoryQuery("pod", *pod(r))), 50),
        Bar("timeline of a pod over 6 h", of_timeline, 50),
    ]


async def measure(folder: Path) -> None:
    """Fill the record, ask, and print the figures as JSON."""
    clock = SystemClock()
    begin_ms = clock.now_ms() - DAY_MS - MINUTE_MS
    store = SqliteStore(folder, clock)
    await store.start()
    pods = await fill(store, begin_ms)
    services = Services(NoSource(), Inventory(), store, clock, begin_ms)  # type: ignore[arg-type]  # nothing live is asked
    figures: dict[str, float] = {}
    for bar in questions(services, begin_ms, pods):
        rng = random.Random(3)
        spans = []
        for _ in range(bar.times):
            started = time.perf_counter()
            await bar.ask(rng)
            spans.append((time.perf_counter() - started) * 1e3)
        figures[bar.name] = round(statistics.median(spans), 2)
        if bar.bar_ms:
            figures[f"{bar.name} (bar)"] = bar.bar_ms
    await store.aclose()
    child.answer(**figures)


def main() -> int:
    """Measure in a fresh process pinned to one core and print a table; 1 if a bar was missed."""
    if "--here" in sys.argv:
        child.be_like_the_service()
        with tempfile.TemporaryDirectory() as folder:
            asyncio.run(measure(Path(folder)))
        return 0
    figures = child.run("benchmarks.past_rate", "--here")
    missed = False
    for name, figure in figures.items():
        if name.endswith("(bar)"):
            continue
        bar = figures.get(f"{name} (bar)")
        missed = missed or (bar is not None and figure >= bar)
        print(f"{name:44} {figure:>10,.2f} ms  {f'< {bar:g}' if bar else ''}")
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
