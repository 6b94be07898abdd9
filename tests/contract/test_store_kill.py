"""A process that writes the record is killed at random moments; nothing committed is lost, nothing torn, the gap is marked."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from arcops.base.clock import rfc3339
from arcops.store.base import Scope, Window
from arcops.store.engines.sqlite import SqliteStore
from tests.contract.record_child import PODS, content, time_of
from tests.observations import POD, ManualClock

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
KILLS = 200
GROUP_S = 1.0
COMMIT_S = 0.5
"""A commit on a busy machine may take this long beyond the second."""


def write_and_kill(folder: Path, first: int, life_s: float, pause_s: float) -> tuple[int, int, int]:
    """Let a child write for ``life_s`` after its first word; the last turn flushed, appended over a second ago, appended."""
    command = [sys.executable, "-m", "tests.contract.record_child", str(folder), str(first), str(pause_s)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        words = [child.stdout.readline()]
        time.sleep(life_s)
        killed_s = time.monotonic()
        child.kill()
        words += child.stdout.read().splitlines()
    flushed = old = last = first - 1
    for word in filter(str.strip, words):
        what, turn, at_ns = word.split()
        last = int(turn)
        if what == "f":
            flushed = last
        if int(at_ns) / 1e9 < killed_s - GROUP_S - COMMIT_S:
            old = last
    return flushed, old, last


async def recorded(folder: Path, first: int, now_ms: int) -> tuple[list[int], str]:
    """Open what a killed process left: the turns from ``first`` on, all checked, and why the newest gap is."""
    store = SqliteStore(folder, ManualClock(now_ms))
    await store.start()
    rows = await store.changes(Window(time_of(first), now_ms), Scope(), limit=1_000_000)
    turns = sorted(json.loads(row.body)["spec"]["turn"] for row in rows)
    assert turns == list(range(first, first + len(turns))), "a hole in the record"
    assert all(json.loads(row.body)["status"] == content(json.loads(row.body)["spec"]["turn"])["status"] for row in rows)
    last = turns[-1] if turns else first - 1
    cursor = (await store.cursors()).get(POD, "-1")
    assert int(cursor) <= last, "a cursor ahead of its rows would lose what lies between"
    gaps = await store.gaps(Window(now_ms, now_ms))
    why = f"{gaps[-1].why} since {rfc3339(gaps[-1].since_ms)}" if gaps else ""
    await store.aclose()
    return turns, why


@pytest.mark.timeout(600)
async def test_killed_at_random_moments_the_record_opens_whole(tmp_path: Path) -> None:
    rng = random.Random(50)
    folder, first = tmp_path / "record", 0
    known: list[int] = []
    for _ in range(KILLS):
        flushed, old, appended = write_and_kill(folder, first, rng.uniform(0.01, 0.3), 0.0)
        turns, why = await recorded(folder, first, time_of(max(appended, first)) + 1000)
        known += turns
        assert max(flushed, old) < first + len(turns) <= appended + 1
        assert not known or why.startswith("arcops was not running")
        first = max(appended, first) + 1
    assert len(known) > KILLS * PODS
    assert len(names(folder)) > 5
    store = SqliteStore(folder, ManualClock(time_of(first)))
    await store.start()
    for turn in rng.sample(known[PODS:], 200):
        state = await store.state_at(time_of(turn), Scope())
        expected = {n % PODS: n for n in known if n <= turn}
        assert sorted(json.loads(row.body)["spec"]["turn"] for row in state) == sorted(expected.values())
    await store.aclose()
    assert not [name for name in names(folder) if "unreadable" in name]


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


async def test_at_most_a_second_of_a_slow_stream_is_lost(tmp_path: Path) -> None:
    folder, first = tmp_path / "record", 0
    for life_s in (1.7, 2.2, 2.5):
        flushed, old, appended = write_and_kill(folder, first, life_s, 0.1)
        turns, _ = await recorded(folder, first, time_of(appended) + 1000)
        assert old >= first, "the child was too slow for this test to say anything"
        assert max(flushed, old) < first + len(turns) <= appended + 1
        first = appended + 1
