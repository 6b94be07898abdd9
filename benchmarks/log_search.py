"""How long a search for words takes over a week of log excerpts: ``python -m benchmarks.log_search [DAY]``.

The excerpts of a generated day of 500 pods (``record_day.py``), seven times, a day apart. Bar: 200 ms, the point at which the
design wants an index. Asked are a word that is nowhere, one that is in one excerpt of the oldest day, one that is in
one excerpt of each day, and one that is everywhere; ``first`` is the first search after a start.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
from pathlib import Path

import msgspec

from arcops.kube.refs import ObjectRef
from arcops.store.base import LogFilter, Window
from arcops.store.engines.sqlite import SqliteStore
from benchmarks import child
from benchmarks.record_day import DAY_MS, LOG, LogBlock, Turned, bodies, generated, timed

DAYS, PAGE, TIMES = 7, 100, 15
BAR_MS = 200


async def fill(store: SqliteStore, clock: Turned, day: Path) -> int:
    """A week of excerpts; one each day tells of ``rareword``, one on the first day of ``lostword``. Gives their number."""
    blocks = [(ms, msgspec.json.decode(body, type=LogBlock)) for ms, kind, body in bodies(day) if kind == LOG]
    for turn in range(DAYS):
        for place, (ms, block) in enumerate(blocks):
            clock.ms = ms + turn * DAY_MS
            lines = [*block.lines, *(["rareword seen"] if place == len(blocks) // 2 else []), *(["lostword"] if turn + place == 0 else [])]
            meta = block.metadata
            ref = ObjectRef("", "Pod", meta.namespace, meta.name)
            await store.append_log(ref, meta.uid, block.container, "\n".join(lines) + "\n", clock.ms, previous=False)
    await store.flush()
    return DAYS * len(blocks)


async def measure(day: Path, folder: Path) -> None:
    """Fill, start anew, ask; prints the figures as JSON."""
    clock = Turned()
    store = SqliteStore(folder, clock)
    await store.start()
    excerpts = await fill(store, clock, day)
    await store.aclose()
    store = SqliteStore(folder, clock)
    await store.start()
    week = Window(0, clock.ms)
    figures: dict[str, float] = {"excerpts": excerpts}
    before_mb = child.memory_mb()
    figures["first"] = await timed(lambda: store.logs(week, LogFilter(text="nosuchword"), PAGE)) * 1e3
    figures["memory of the words, MB"] = child.memory_mb() - before_mb
    for name, word in (("absent", "nosuchword"), ("once", "lostword"), ("once a day", "rareword"), ("everywhere", "error")):
        spans = [await timed(lambda: store.logs(week, LogFilter(text=word), PAGE)) for _ in range(TIMES)]  # noqa: B023 - awaited here
        figures[name] = statistics.median(spans) * 1e3
    await store.aclose()
    child.answer(**{name: round(figure, 1) for name, figure in figures.items()})


def main() -> int:
    """Measure in a fresh process pinned to one core and print a table; 1 if a bar was missed."""
    if "--here" in sys.argv:
        child.be_like_the_service()
        with tempfile.TemporaryDirectory() as folder:
            asyncio.run(measure(Path(sys.argv[-1]), Path(folder)))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        day = Path(sys.argv[1]) if len(sys.argv) > 1 else generated(Path(folder))
        figures = child.run("benchmarks.log_search", "--here", str(day), timeout_s=600)
    asked = ("absent", "once", "once a day", "everywhere")
    for name, figure in figures.items():
        print(f"{name:28} {figure:>10,.1f}  {f'< {BAR_MS} ms' if name in asked else ''}")
    return int(any(figures[name] >= BAR_MS for name in asked))


if __name__ == "__main__":
    sys.exit(main())
