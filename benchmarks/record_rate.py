"""How fast watch events become committed versions: ``python -m benchmarks.record_rate``.

2,000 synthetic pods of about 9.4 KB (40 % of it managedFields) are listed, then 12,000 watch lines follow: status
changes as a cluster writes them (conditions, restarts, readiness; the writer's time each time). Every line is decoded to
a typed object, appended, framed and committed to SQLite with ``synchronous=FULL``. One core, everything included but
the making of the lines.
"""

from __future__ import annotations

import asyncio
import gc
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from arcops.kube.objects.decode import decode
from arcops.kube.refs import GroupKind, ObjectRef
from arcops.kube.watch import Observation, Op
from arcops.store.base import Scope, Window
from arcops.store.days import opening
from arcops.store.engines.sqlite import SqliteStore
from benchmarks import child, synthetic

PODS = 2_000
CHANGES = 12_000
BATCH, COMMIT = 20, 500
POD = GroupKind("", "Pod")
OPS = {"ADDED": Op.ADDED, "MODIFIED": Op.MODIFIED, "DELETED": Op.DELETED}


class Line(msgspec.Struct, gc=False):
    """A line of a watch."""

    type: str
    object: msgspec.Raw


def lines() -> Iterator[bytes]:
    """Watch lines: every pod once, then changes in random order."""
    rng = random.Random(7)
    pods = [synthetic.pod(i, random.Random(i % synthetic.APPS), 1000 + i) for i in range(PODS)]
    for pod in pods:
        yield msgspec.json.encode({"type": "ADDED", "object": pod})
    for turn in range(CHANGES):
        pod = rng.choice(pods)
        change(pod, turn, rng)
        yield msgspec.json.encode({"type": "MODIFIED", "object": pod})


def change(pod: dict[str, Any], turn: int, rng: random.Random) -> None:
    """One status update by the kubelet."""
    now = f"2026-11-24T{turn // 3600 % 24:02}:{turn // 60 % 60:02}:{turn % 60:02}Z"
    pod["metadata"]["resourceVersion"] = str(100_000 + turn)
    pod["metadata"]["managedFields"][1]["time"] = now
    status = pod["status"]
    for condition in status["conditions"][1:3]:
        condition["status"] = "False" if condition["status"] == "True" else "True"
        condition["lastTransitionTime"] = now
    container = status["containerStatuses"][0]
    container["ready"] = not container["ready"]
    if rng.random() < 0.5:
        container["restartCount"] += 1
        container["containerID"] = f"containerd://{rng.randbytes(32).hex()}"
        container["lastState"] = {"terminated": {"exitCode": 1, "reason": "Error", "finishedAt": now}}


def observe(line: bytes, now_ms: int, decoder: msgspec.json.Decoder[Line]) -> Observation:
    """What a source makes of a line."""
    parsed = decoder.decode(line)
    raw = bytes(parsed.object)
    return Observation(OPS[parsed.type], POD, decode(POD, raw), raw, now_ms)


async def measure(folder: Path) -> None:
    """Append everything and print the figures as JSON."""
    made = list(lines())
    gc.collect()
    before_mb = child.memory_mb()
    store = SqliteStore(folder)
    await store.start()
    decoder = msgspec.json.Decoder(Line)
    waits: list[float] = []
    rates: list[float] = []
    for first, last in ((0, PODS), (PODS, len(made))):
        cpu, wall = child.cpu_s(), time.perf_counter()
        for at in range(first, last, BATCH):
            now_ms = time.time_ns() // 1_000_000
            batch = [observe(line, now_ms, decoder) for line in made[at : at + BATCH]]
            started = time.perf_counter()
            await store.append(batch)
            waits.append((time.perf_counter() - started) / len(batch))
            await asyncio.sleep(0)
        await store.flush()
        rates += [(last - first) / (child.cpu_s() - cpu), (last - first) / (time.perf_counter() - wall)]
    stats = await store.stats()
    after_mb = child.memory_mb()
    reads = await read_times(store)
    await store.aclose()
    size = await asyncio.to_thread(lambda: sum(path.stat().st_size for path in folder.glob("*.sqlite")))
    child.answer(
        new_per_cpu_s=round(rates[0]), new_per_s=round(rates[1]), changed_per_cpu_s=round(rates[2]), changed_per_s=round(rates[3]),
        raw_bytes=round(sum(map(len, made)) / len(made)), bytes_per_version=round(size / stats.revisions), revisions=stats.revisions,
        append_p50_us=round(statistics.median(waits) * 1e6), append_p99_us=round(sorted(waits)[len(waits) * 99 // 100] * 1e6),
        raw_per_s=round(raw_rate(folder, made[PODS:])), rss_mb=round(after_mb), rss_store_mb=round(after_mb - before_mb), **reads,
    )  # fmt: skip


def raw_rate(folder: Path, made: list[bytes]) -> float:
    """Lines a second if each were decoded just so and its JSON kept as it is, in the same table, committed by 500."""
    decoder = msgspec.json.Decoder(Line)
    connection = opening.create(folder / "raw.sqlite")
    connection.close()
    connection = opening.open_for_writing(folder / "raw.sqlite")
    began = time.perf_counter()
    for at in range(0, len(made), COMMIT):
        rows = []
        for place, line in enumerate(made[at : at + COMMIT], at + 1):
            seen = observe(line, 1, decoder)
            rows.append((place, place % PODS, 0, 0, 0, None, None, seen.raw))
        connection.execute("begin immediate")
        connection.executemany("insert into ver(id, obj, how, paths, writer, wrote, base, body) values (?, ?, ?, ?, ?, ?, ?, ?)", rows)
        connection.execute("commit")
    rate = len(made) / (time.perf_counter() - began)
    connection.close()
    return rate


async def read_times(store: SqliteStore) -> dict[str, float]:
    """Milliseconds of the usual questions."""
    now_ms = time.time_ns() // 1_000_000
    state = await store.state_at(now_ms, Scope(POD))
    refs = [revision.ref for revision in random.Random(3).sample(state, 200)]
    spans: list[float] = []
    for ref in refs:
        started = time.perf_counter()
        await store.object_at(ref, now_ms)
        spans.append(time.perf_counter() - started)
    return {
        "object_at_p50_ms": round(statistics.median(spans) * 1e3, 2),
        "state_of_all_ms": round(await timed(store.state_at(now_ms, Scope(POD))) * 1e3),
        "state_of_namespace_ms": round(await timed(store.state_at(now_ms, Scope(POD, "team-07"))) * 1e3, 1),
        "changes_100_ms": round(await timed(store.changes(Window(0, now_ms), Scope())) * 1e3, 1),
        "changes_of_namespace_ms": round(await timed(store.changes(Window(0, now_ms), Scope(namespace="team-07"))) * 1e3, 1),
        "versions_ms": round(await timed(store.versions(ObjectRef.of(POD, refs[0].namespace, refs[0].name), Window(0, now_ms))) * 1e3, 1),
    }


async def timed(question: Any) -> float:
    """Seconds an answer takes."""
    started = time.perf_counter()
    await question
    return time.perf_counter() - started


def main() -> None:
    """Measure in a fresh process pinned to one core and print a table."""
    if "--here" in sys.argv:
        child.be_like_the_service()
        with tempfile.TemporaryDirectory() as folder:
            asyncio.run(measure(Path(folder)))
        return
    for name, figure in child.run("benchmarks.record_rate", "--here").items():
        print(f"{name:28} {figure:>10,}")


if __name__ == "__main__":
    main()
