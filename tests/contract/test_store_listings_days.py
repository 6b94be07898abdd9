"""Listings over several day files, and after retention took the oldest: lives are carried and must be told once."""

from __future__ import annotations

from pathlib import Path

import pytest

from arcops.kube.watch import Op
from arcops.store.base import LogFilter, Scope, Window
from arcops.store.engines.sqlite import SqliteStore
from arcops.store.filters import summary_of
from arcops.store.retention import DAY_MS, Retention
from tests.observations import POD, START_MS, ManualClock, ref, seen

pytestmark = pytest.mark.anyio

T = START_MS
EVER = Window(0, T * 2)


async def three_days(folder: Path) -> SqliteStore:
    """Pod ``steady`` never changes, ``busy`` does each hour and logs each day, ``short`` lives on the first day only."""
    store = SqliteStore(folder, ManualClock(T), Retention(max_age_ms=DAY_MS))
    await store.start()
    await store.append([seen(Op.ADDED, "steady", 1, T), seen(Op.ADDED, "short", 1, T), seen(Op.DELETED, "short", 2, T + 5)])
    for turn in range(72):
        op = Op.MODIFIED if turn else Op.ADDED
        at_ms = T + 10 + turn * DAY_MS // 24
        await store.append([seen(op, "busy", turn + 10, at_ms, fields={"spec": {"image": str(turn)}})])
        if turn % 24 == 23:
            await store.append_log(ref("busy"), "uid-busy", "main", f"line {turn}\n" * 9, at_ms + 1, previous=True)
    return store


async def test_a_life_that_was_carried_is_told_once_and_from_its_beginning(tmp_path: Path) -> None:
    store = await three_days(tmp_path)
    lives = await store.objects_seen(EVER, Scope())
    assert [(life.ref.name, life.first_ms, life.gone_ms) for life in lives] == [
        ("busy", T + 10, None), ("short", T, T + 5), ("steady", T, None),
    ]  # fmt: skip
    assert [life.ref.name for life in await store.objects_seen(Window(T + 2 * DAY_MS, T + 3 * DAY_MS), Scope())] == ["busy", "steady"]
    [kind] = (await store.coverage()).kinds
    assert (kind.group_kind, kind.since_ms, kind.objects, kind.live_objects) == (POD, T, 3, 2)
    await store.aclose()


async def test_the_version_before_is_found_across_midnight_and_after_retention(tmp_path: Path) -> None:
    store = await three_days(tmp_path)
    for _ in range(2):
        rows = await store.change_list(EVER, Scope(name="busy"), limit=100)
        assert rows == [summary_of(revision) for revision in await store.changes(EVER, Scope(name="busy"), limit=100)]
        pairs = await store.pairs([row.id for row in rows])
        versions = [(pair.before.resource_version if pair.before else "", pair.after.resource_version) for pair in pairs]
        assert all(int(after) - 1 == int(before) for before, after in versions[:-1])
        assert versions[-1][0] == ""
        await store.prune(T + 3 * DAY_MS)
    assert len(rows) < 72
    since_ms = (await store.coverage()).since_ms
    assert since_ms > T
    assert min(kind.since_ms for kind in (await store.coverage()).kinds) == since_ms
    await store.aclose()


async def test_logs_of_all_days_are_found(tmp_path: Path) -> None:
    store = await three_days(tmp_path)
    assert [row.text[:8] for row in await store.logs(EVER, LogFilter(text="LINE"))] == ["line 71\n", "line 47\n", "line 23\n"]
    await store.aclose()
    store = SqliteStore(tmp_path, ManualClock(T + 4 * DAY_MS))
    await store.start()
    assert (await store.stats()).logs == 3
    await store.aclose()
