"""What a day of a cluster takes on disk, and how fast its record answers: ``python -m benchmarks.record_day [DAY]``.

``DAY`` is a recorded watch stream: for each observation ``u64 ms, u8 type, u32 length`` (little-endian), then the body;
type 0 added, 1 modified, 2 deleted, 10 and 11 events, 20 the last lines of a container. Without it the generator of the
design notes beside the checkout writes one of 500 pods and 12 nodes (24 hours, seed 7, scale 0.25).

Beside the record stand the same versions as zlib would keep them one by one, and the first version's buffer, which
held 2.25 KiB for each pod of each of 1,000 snapshots.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import importlib.util
import random
import sqlite3
import statistics
import struct
import subprocess
import sys
import tempfile
import time
import zlib
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from arcops.kube.objects.decode import decode
from arcops.kube.refs import GroupKind, ObjectRef, group_of
from arcops.kube.watch import Observation, Op
from arcops.store.base import ChangeFilter, EventFilter, LogFilter, Scope, Window
from arcops.store.engines.sqlite import SqliteStore
from arcops.store.revisions import changed_paths, keep
from benchmarks import child

GENERATOR = Path(__file__).parents[2] / "shared" / "record_day" / "gen.py"
BATCH = 200
HEADER = struct.Struct("<QBI")
LOG, FIRST_EVENT = 20, 10
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
FIRST_BUFFER_BYTES = 2304
"""Of the first version: bytes for one pod in one snapshot."""


ROW_BYTES = 45
"""Of a version beside its body: the row's other columns, and its place in the index."""

GROUPS = {
    "ver": "versions", "obj": "versions", "paths": "versions", "ev": "events", "seen": "events", "msg": "events", "about": "events",
    "log": "logs", "snap": "ticks",
}  # fmt: skip
"""Tables by what they hold; each counts with its indexes."""


class Named(msgspec.Struct):
    """Of what kind a body is."""

    kind: str
    api_version: str = msgspec.field(name="apiVersion", default="")


class LogMeta(msgspec.Struct):
    """Whose lines."""

    namespace: str
    name: str
    uid: str


class LogBlock(msgspec.Struct):
    """The last lines of a container."""

    metadata: LogMeta
    container: str
    lines: list[str]


class Turned:
    """A clock that stands where the stream is."""

    ms = 0

    def now_ms(self) -> int:
        """The time of the last body read."""
        return self.ms

    def monotonic_s(self) -> float:
        """The machine's own."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """As the machine does."""
        await asyncio.sleep(seconds)


class Played(NamedTuple):
    """What went in; ``bodies`` are digests of everything that was seen of each object, as the record keeps it."""

    raw_bytes: int
    seen: int
    events: int
    zlib_bytes: int
    cpu_s: float
    first_ms: int
    last_ms: int
    bodies: dict[ObjectRef, set[bytes]]


def bodies(day: Path) -> Iterator[tuple[int, int, bytes]]:
    """Time, type and body of everything in a day."""
    with day.open("rb") as file:
        while head := file.read(HEADER.size):
            ms, kind, length = HEADER.unpack(head)
            yield ms, kind, file.read(length)


async def play(day: Path, store: SqliteStore, clock: Turned) -> Played:
    """Put a day into the record, a snapshot of counts each 30 seconds, and weigh what zlib would make of it."""
    raw = seen = events = zipped = first = tick = 0
    batch: list[Observation] = []
    named = msgspec.json.Decoder(Named)
    cpu = child.cpu_s()
    beside = 0.0
    told: dict[ObjectRef, set[bytes]] = {}
    for ms, kind, body in bodies(day):
        first, clock.ms = first or ms, ms
        if kind == LOG:
            block = msgspec.json.decode(body, type=LogBlock)
            ref = ObjectRef("", "Pod", block.metadata.namespace, block.metadata.name)
            await store.append(batch)
            batch = []
            await store.append_log(ref, block.metadata.uid, block.container, "\n".join(block.lines) + "\n", ms, previous=False)
            continue
        head = named.decode(body)
        group_kind = GroupKind(group_of(head.api_version), head.kind)
        batch.append(Observation(Op(kind % FIRST_EVENT), group_kind, decode(group_kind, body), body, ms))
        if kind < FIRST_EVENT:
            raw, seen = raw + len(body), seen + 1
            before = child.cpu_s()
            zipped += len(zlib.compress(body)) if seen % 20 == 0 else 0
            told.setdefault(batch[-1].ref, set()).add(digest(keep(group_kind, body).body))
            beside += child.cpu_s() - before
        else:
            events += 1
        if len(batch) >= BATCH:
            await store.append(batch)
            batch = []
        if ms - tick >= 30_000:
            tick = ms
            await store.add_snapshot(ms, {"pods": 500, "nodes": 12, "deployments": 75, "warnings": seen % 40, "events": events % 2000})
    await store.append(batch)
    await store.flush()
    return Played(raw, seen, events, zipped * 20, child.cpu_s() - cpu - beside, first, clock.ms, told)


def digest(body: bytes) -> bytes:
    """A short stand-in for a body."""
    return hashlib.blake2b(body, digest_size=12).digest()


async def read_back(store: SqliteStore, played: Played) -> tuple[int, int]:
    """How many versions the record tells, all of every object, and how many of them were never seen so."""
    ever, count, wrong = Window(0, played.last_ms), 0, 0
    for ref, seen in played.bodies.items():
        before: int | None = None
        while page := await store.versions(ref, ever, 1000, before):
            count += len(page)
            wrong += sum(digest(revision.body) not in seen for revision in page)
            before = page[-1].id
    return count, wrong


def carried_share(folder: Path) -> float:
    """What the newest file takes for the state it begins with, in per cent of all files, which hold 24 hours."""
    path = max(folder.glob("*.sqlite"))
    with contextlib.closing(sqlite3.connect(path)) as connection:
        (start,) = connection.execute("select value from meta where key = 'start'").fetchone()
        (carried,) = connection.execute(f"select sum(length(body) + {ROW_BYTES}) from ver where id < ?", (start,)).fetchone()  # noqa: S608
    return 100 * (carried or 0) / sum(each.stat().st_size for each in folder.glob("*.sqlite"))


def table_bytes(folder: Path) -> dict[str, int]:
    """Bytes on disk by table, each with its indexes, if this SQLite can tell."""
    found: Counter[str] = Counter()
    for path in folder.glob("*.sqlite"):
        with contextlib.closing(sqlite3.connect(path)) as connection, contextlib.suppress(sqlite3.OperationalError):
            owners = dict(connection.execute("select name, tbl_name from sqlite_master"))
            for name, size in connection.execute("select name, sum(pgsize) from dbstat group by name"):
                found[owners.get(name, "other")] += size
    summed: Counter[str] = Counter()
    for name, size in found.items():
        summed[GROUPS.get(name, "rest")] += size
    return dict(summed)


async def answers(store: SqliteStore, played: Played) -> dict[str, float]:
    """Milliseconds of the usual questions, the median of many moments."""
    rng = random.Random(3)
    end = played.last_ms
    state = await store.state_at(end, Scope())
    namespaces = sorted({revision.ref.namespace for revision in state if revision.ref.namespace.startswith("team")})

    def moment() -> int:
        return rng.randrange(played.first_ms + HOUR_MS, end)

    def place() -> Scope:
        return Scope(namespace=rng.choice(namespaces))

    def before(span_ms: int) -> Window:
        at = moment()
        return Window(at - span_ms, at)

    day = Window(end - DAY_MS, end)
    listed, decoded = iter(namespaces), iter(namespaces)  # the two that are compared are asked about the same
    asked: dict[str, tuple[int, Callable[[], Awaitable[object]]]] = {
        "object at T": (300, lambda: store.object_at(rng.choice(state).ref, moment())),
        "namespace at T": (40, lambda: store.state_at(moment(), place())),
        f"all {len(state):,} objects at T": (8, lambda: store.state_at(moment(), Scope())),
        "changes of a namespace, 10 min": (100, lambda: store.change_list(before(600_000), place(), None, 10_000)),
        "changes of a namespace, 24 h": (len(namespaces), lambda: store.change_list(day, Scope(namespace=next(listed)), None, 100_000)),
        "  the same, decoded and compared": (len(namespaces), lambda: compared(store, day, Scope(namespace=next(decoded)))),
        "changed fields with a word, 24 h": (10, lambda: store.change_list(day, Scope(), ChangeFilter(text="no such word"))),
        "events with an absent word, 24 h": (10, lambda: store.events(day, EventFilter(text="no such word"))),
        "log excerpts with an absent word, 24 h": (10, lambda: store.logs(day, LogFilter(text="no such word"))),
    }
    return {
        name: round(statistics.median([await timed(question) for _ in range(times)]) * 1e3, 2) for name, (times, question) in asked.items()
    }


async def compared(store: SqliteStore, window: Window, scope: Scope) -> int:
    """What a listing of changes would cost without the changed fields beside each version."""
    last: dict[ObjectRef, bytes] = {}
    found = 0
    for revision in await store.changes(window, scope, 100_000):
        if revision.ref in last:
            found += bool(changed_paths(revision.body, last[revision.ref]))
        last[revision.ref] = revision.body
    return found


async def timed(question: Callable[[], Awaitable[object]]) -> float:
    """Seconds an answer takes."""
    started = time.perf_counter()
    await question()
    return time.perf_counter() - started


async def measure(day: Path, folder: Path) -> dict[str, Any]:
    """Every figure of a day."""
    clock = Turned()
    store = SqliteStore(folder, clock)
    await store.start()
    played = await play(day, store, clock)
    stats = await store.stats()
    times = await answers(store, played)
    told, wrong = await read_back(store, played)
    await store.aclose()
    size = await asyncio.to_thread(lambda: sum(path.stat().st_size for path in folder.glob("*.sqlite")))
    return {
        "versions seen, leases included": played.seen, "versions kept": stats.revisions, "events": played.events,
        "log excerpts": stats.logs, "versions read back": told, "  never seen so": wrong,
        "carried over midnight, % of a day's bytes": round(carried_share(folder), 1),
        "raw bytes per version": round(played.raw_bytes / played.seen), "bytes on disk": size,
        "bytes per version seen, all tables": round(size / played.seen, 1),
        "bytes per version kept, all tables": round(size / stats.revisions, 1), "raw JSON / record": round(played.raw_bytes / size, 1),
        "bytes per version seen, zlib one by one": round(played.zlib_bytes / played.seen),
        "bytes per pod sample, first version": FIRST_BUFFER_BYTES,
        **{f"bytes per version kept, {name}": round(part / stats.revisions, 1) for name, part in sorted(table_bytes(folder).items())},
        "observations per CPU second": round((played.seen + played.events) / played.cpu_s),
        **{f"{name}, p50 ms": figure for name, figure in times.items()},
    }  # fmt: skip


def generated(folder: Path) -> Path:
    """A day by the generator beside the checkout. It wants orjson; our own encoder does as well."""
    if not GENERATOR.exists():
        raise SystemExit("There is no generator beside this checkout: name the file of a day.")
    day = folder / "day.bin"
    path = [str(GENERATOR.parent)]
    if importlib.util.find_spec("orjson") is None:
        (folder / "orjson.py").write_text("import msgspec\n\ndumps = msgspec.json.encode\n")
        path = [str(folder), *path]
    program = (
        f"import runpy, sys; sys.path[:0] = {path!r}; sys.argv = ['gen.py', {str(day)!r}, '7', '0.25']; runpy.run_path({str(GENERATOR)!r})"
    )
    subprocess.run([sys.executable, "-c", program], check=True, stdout=subprocess.DEVNULL)
    return day


def main() -> None:
    """Measure in a fresh process pinned to one core and print a table."""
    if "--here" in sys.argv:
        child.be_like_the_service()
        with tempfile.TemporaryDirectory() as folder:
            child.answer(**asyncio.run(measure(Path(sys.argv[-1]), Path(folder))))
        return
    with tempfile.TemporaryDirectory() as folder:
        day = Path(sys.argv[1]) if len(sys.argv) > 1 else generated(Path(folder))
        for name, figure in child.run("benchmarks.record_day", "--here", str(day), timeout_s=600).items():
            print(f"{name:52} {figure:>12,}")


if __name__ == "__main__":
    main()
