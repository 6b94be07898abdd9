"""Whether a burst is kept whole, and what the record holds in memory: ``python -m benchmarks.record_burst``.

20,000 status changes of 2,000 pods come in 10 seconds, evenly, each decoded, appended and committed. Then the memory:
10,000 pods and 5,000 other objects in the index alone, and with the record beside it, each in a process of its own.
"""

from __future__ import annotations

import asyncio
import random
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from arcops.inventory.index import Inventory
from arcops.kube.objects.decode import decode
from arcops.kube.refs import GroupKind, group_of
from arcops.kube.watch import Observation, Op
from arcops.runtime.memory import give_back, keep_for_good
from arcops.store.engines.sqlite import SqliteStore
from benchmarks import child, synthetic
from benchmarks.record_rate import POD, PODS, Line, change, observe

BURST, SECONDS, SLICE = 20_000, 10.0, 20
CHUNK = 500


async def burst(folder: Path) -> dict[str, float]:
    """The burst: what was kept, what waited at most, and how long after the last change everything was committed."""
    rng = random.Random(9)
    pods = [synthetic.pod(i, random.Random(i % synthetic.APPS), 1000 + i) for i in range(PODS)]
    decoder = msgspec.json.Decoder(Line)
    store = SqliteStore(folder)
    await store.start()
    first = [msgspec.json.encode({"type": "ADDED", "object": pod}) for pod in pods]
    await store.append([observe(line, _now_ms(), decoder) for line in first])
    await store.flush()
    made = []
    for turn in range(BURST):
        pod = rng.choice(pods)
        change(pod, turn, rng)
        made.append(msgspec.json.encode({"type": "MODIFIED", "object": pod}))
    before, queued = await store.stats(), 0
    began = time.monotonic()
    for at in range(0, BURST, SLICE):
        await asyncio.sleep(max(0.0, began + at * SECONDS / BURST - time.monotonic()))
        await store.append([observe(line, _now_ms(), decoder) for line in made[at : at + SLICE]])
        queued = max(queued, (await store.stats()).queued) if at % 1000 == 0 else queued
    sent = time.monotonic()
    await store.flush()
    done, after = time.monotonic(), await store.stats()
    await store.aclose()
    return {
        "kept": after.revisions - before.revisions, "dropped": after.dropped, "sent_s": sent - began, "flushed_after_s": done - sent,
        "queued_most": queued,
    }  # fmt: skip


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


async def held(folder: Path | None, pods: int = 10_000) -> dict[str, float]:
    """Peak and resident memory with the index alone, or with the record in ``folder`` too; for each two pods one other object."""
    store = SqliteStore(folder) if folder else None
    if store:
        await store.start()
    inventory = Inventory()
    rng = random.Random(7)
    page: list[Observation] = []

    async def take() -> None:
        if store:
            await store.append(page)
        inventory.apply(page)
        page.clear()

    for i in range(pods):
        raw = msgspec.json.encode(synthetic.pod(i, rng, 1000))
        page.append(Observation(Op.ADDED, POD, decode(POD, raw), raw, _now_ms()))
        if len(page) == CHUNK:
            await take()
    for thing in islice(synthetic.others(1000), pods // 2):
        kind, raw = GroupKind(group_of(thing["apiVersion"]), thing["kind"]), msgspec.json.encode(thing)
        page.append(Observation(Op.ADDED, kind, decode(kind, raw), raw, _now_ms()))
    await take()
    if store:
        await store.flush()
    keep_for_good()
    give_back()
    answer = {"rss_mb": child.memory_mb(), "peak_mb": child.memory_mb("VmHWM"), "objects": len(inventory)}
    if store:
        await store.aclose()
    return answer


def measure() -> dict[str, Any]:
    """All of it, in fresh processes."""
    alone, both, tenth = (child.run("benchmarks.record_burst", "--here", which) for which in ("alone", "both", "tenth"))
    more = {"memory_mb": both["rss_mb"] - alone["rss_mb"], "grown": both["peak_mb"] / tenth["peak_mb"]}
    return {**child.run("benchmarks.record_burst", "--here", "burst"), **more}


def main() -> None:
    """Print the figures."""
    if "--here" in sys.argv:
        child.be_like_the_service()
        with tempfile.TemporaryDirectory() as folder:
            which = sys.argv[-1]
            here = None if which == "alone" else Path(folder)
            work = burst(Path(folder)) if which == "burst" else held(here, 1_000 if which == "tenth" else 10_000)
            child.answer(**asyncio.run(work))
        return
    for name, figure in measure().items():
        print(f"{name:20} {figure:>12,.2f}")


if __name__ == "__main__":
    main()
