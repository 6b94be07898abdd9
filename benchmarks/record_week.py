"""Seven days in a few minutes: ``python -m benchmarks.record_week [PER_MIN] [CAP_MB] [DAYS]``, 500, 200 and 7 if not given.

400 pods change at that rate for seven days of virtual time (a third number gives other days), under a cap in bytes, pruned every
ten virtual minutes. After each minute everything is committed: the longest of these waits bounds the longest pause of the
writer, with its rolls, digests and checkpoints in it. Each 200 minutes a state is read back and compared.
"""

from __future__ import annotations

import asyncio
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import msgspec

from arcops.kube.objects.decode import decode
from arcops.kube.refs import GroupKind, ObjectRef
from arcops.kube.watch import Observation, Op
from arcops.store.engines.sqlite import SqliteStore
from arcops.store.retention import DAY_MS, Retention
from benchmarks import child, synthetic
from benchmarks.record_day import Turned
from benchmarks.record_rate import change

PODS = 400
POD = GroupKind("", "Pod")
START_MS = 1_795_500_000_000
MINUTE_MS = 60_000
PRUNED_EACH = 10
"""Virtual minutes; each prune waits for a commit."""


class Watched:
    """How long commits and prunes took, and how large the record was at most."""

    def __init__(self) -> None:
        self.pauses: list[float] = []
        self.worked: list[float] = []
        """CPU seconds of the same waits: what of them was work, not other programs or the disk."""
        self.most_bytes = 0
        self.most_over_cap = 0

    async def wait_for_commit(self, store: SqliteStore) -> None:
        """Wait until all of a minute is on disk."""
        started, cpu = time.perf_counter(), child.cpu_s()
        await store.flush()
        self.pauses.append(time.perf_counter() - started)
        self.worked.append(child.cpu_s() - cpu)

    def weigh(self, folder: Path, cap: int) -> None:
        """The bytes on disk now, and how much of them is above the cap and not the open file's."""
        sizes = {path.name: path.stat().st_size for path in sorted(folder.glob("*.sqlite*"))}
        total = sum(sizes.values())
        newest = max((name for name in sizes if name.endswith(".sqlite")), default="")
        open_bytes = sum(size for name, size in sizes.items() if newest and name.startswith(newest))
        self.most_bytes = max(self.most_bytes, total)
        self.most_over_cap = max(self.most_over_cap, total - cap - open_bytes)


async def measure(folder: Path, per_minute: int, cap: int, days: int) -> dict[str, Any]:
    """Live so many days."""
    rng = random.Random(7)
    clock = Turned()
    clock.ms = START_MS
    store = SqliteStore(folder, clock, Retention(max_age_ms=30 * DAY_MS, max_bytes=cap))
    await store.start()
    pods = [synthetic.pod(i, random.Random(i % synthetic.APPS), 1000 + i) for i in range(PODS)]
    await store.append([seen(Op.ADDED, pod, clock.ms) for pod in pods])
    watched = Watched()
    began, cpu, wrong, checked, removed = time.perf_counter(), child.cpu_s(), 0, 0, 0
    for minute in range(days * 24 * 60):
        clock.ms = START_MS + minute * MINUTE_MS
        batch: list[Observation] = []
        for turn in range(per_minute):
            pod = rng.choice(pods)
            change(pod, minute * per_minute + turn, rng)
            batch.append(seen(Op.MODIFIED, pod, clock.ms + turn * MINUTE_MS // per_minute))
        for at in range(0, per_minute, 50):
            await store.append(batch[at : at + 50])
            await asyncio.sleep(0)
        await watched.wait_for_commit(store)
        if minute % PRUNED_EACH == 0:
            await asyncio.to_thread(watched.weigh, folder, cap)
            removed += await store.prune(clock.ms) > 0
        if minute % 200 == 0:
            checked += 1
            wrong += not await is_right(store, rng.choice(pods), clock.ms + MINUTE_MS)
    stats = await store.stats()
    await store.aclose()
    pauses = sorted(watched.pauses)
    changes = days * 24 * 60 * per_minute
    return {
        "changes": changes, "versions kept now": stats.revisions, "cap MB": cap / 1e6, "most MB": round(watched.most_bytes / 1e6, 1),
        "most above cap and open file, MB": round(watched.most_over_cap / 1e6, 1), "times pruned": removed,
        "days reached back": round((clock.ms - stats.since_ms) / DAY_MS, 2), "states wrong": wrong, "states checked": checked,
        "commit of a minute, p50 ms": round(pauses[len(pauses) // 2] * 1e3, 1),
        "commit of a minute, p99 ms": round(pauses[len(pauses) * 99 // 100] * 1e3, 1),
        "commit of a minute, most ms": round(pauses[-1] * 1e3, 1),
        "commit of a minute, most ms of CPU": round(max(watched.worked) * 1e3, 1),
        "commits above 200 ms": sum(pause > 0.2 for pause in pauses),
        "seconds": round(time.perf_counter() - began), "changes per CPU second": round(changes / (child.cpu_s() - cpu)),
        "peak memory MB": round(child.memory_mb("VmHWM")), "dropped": stats.dropped, "gaps": stats.gaps,
    }  # fmt: skip


def seen(op: Op, pod: dict[str, Any], at_ms: int) -> Observation:
    """A pod as a source would tell it."""
    raw = msgspec.json.encode(pod)
    return Observation(op, POD, decode(POD, raw), raw, at_ms)


async def is_right(store: SqliteStore, pod: dict[str, Any], at_ms: int) -> bool:
    """Whether the record knows a pod as it is."""
    meta = pod["metadata"]
    found = await store.object_at(ObjectRef.of(POD, meta["namespace"], meta["name"]), at_ms)
    return found is not None and msgspec.json.decode(found.body)["status"] == pod["status"]


def main() -> None:
    """Measure in a fresh process and print a table."""
    if "--here" in sys.argv:
        child.be_like_the_service()
        with tempfile.TemporaryDirectory() as folder:
            child.answer(**asyncio.run(measure(Path(folder), int(sys.argv[2]), int(sys.argv[3]) * 1_000_000, int(sys.argv[4]))))
        return
    given = [*sys.argv[1:], *("500", "200", "7")[len(sys.argv) - 1 :]]
    for name, figure in child.run("benchmarks.record_week", "--here", *given, timeout_s=7200, pin=None).items():
        print(f"{name:36} {figure:>12,}")


if __name__ == "__main__":
    main()
