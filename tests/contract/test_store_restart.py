"""The record on disk across runs of the service, days, and broken files."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import anyio
import pytest

from arcops.base.errors import RecordError
from arcops.kube.watch import Op
from arcops.store.base import EventFilter, Scope, StoreStats, Window
from arcops.store.days.opening import OLDEST_SQLITE
from arcops.store.days.seal import seals_in
from arcops.store.days.verify import verify
from arcops.store.engines.sqlite import SqliteStore
from arcops.store.retention import DAY_MS, Retention
from tests.contract.records import fields, opened
from tests.observations import DEPLOYMENT, POD, START_MS, event, inferred_end, ref, seen

pytestmark = pytest.mark.anyio

T = START_MS
EVER = Window(0, T * 2)
HOUR_MS = 3_600_000


async def test_a_run_goes_on_where_the_last_one_ended(tmp_path: Path) -> None:
    store = await opened(tmp_path)
    await store.append([seen(Op.ADDED, "a", 1, T), seen(Op.ADDED, "b", 1, T), seen(Op.DELETED, "b", 2, T + 1)], {POD: "2"})
    await store.aclose()
    store = await opened(tmp_path, T + HOUR_MS)
    assert await store.cursors() == {POD: "2"}
    assert [revision.ref.name for revision in await store.state_at(T + 5, Scope())] == ["a"]
    head, gone = await store.heads([ref("a"), ref("b")])
    assert head is not None
    assert gone is not None
    assert (head.op, gone.op) == (Op.ADDED, Op.DELETED)
    await store.aclose()


async def test_a_record_that_was_read_is_closed_without_a_log_and_each_closed_day_is_sealed(tmp_path: Path) -> None:
    store = await opened(tmp_path)
    for day in range(3):
        await store.append([seen(Op.MODIFIED if day else Op.ADDED, "a", day + 1, T + day * DAY_MS, fields=fields(day))])
        assert len(await store.changes(EVER, Scope())) == day + 1
    await store.aclose()
    assert logs(tmp_path) == []
    assert verify(tmp_path).faults == []
    with closing(sqlite3.connect(day_files(tmp_path)[-1])) as connection:
        connection.execute("pragma query_only = on")
        assert set(seals_in(connection)) == {day_files(tmp_path)[-2].name}
    with pytest.raises(RecordError, match="closed"):
        await store.changes(EVER, Scope())


async def test_the_time_in_between_is_a_gap(tmp_path: Path) -> None:
    store = await opened(tmp_path)
    await store.append([seen(Op.ADDED, "a", 1, T)])
    await store.aclose()
    store = await opened(tmp_path, T + HOUR_MS)
    [gap] = await store.gaps(EVER)
    assert (gap.group_kind, gap.since_ms, gap.until_ms, gap.why) == (None, T, T + HOUR_MS, "arcops was not running")
    await store.aclose()


async def test_an_empty_record_has_no_gap(tmp_path: Path) -> None:
    await (await opened(tmp_path)).aclose()
    store = await opened(tmp_path, T + HOUR_MS)
    assert await store.gaps(EVER) == []
    await store.aclose()


async def test_the_record_reaches_back_to_the_first_thing_seen(tmp_path: Path) -> None:
    store = await opened(tmp_path)
    await store.append([seen(Op.ADDED, "a", 1, T + 5)])
    assert await store.state_at(T + 5, Scope())
    assert (await until(store, lambda stats: stats.since_ms > 0)).since_ms == T + 5
    await store.aclose()


async def test_the_first_list_after_a_restart_tells_what_changed_unseen(tmp_path: Path) -> None:
    store = await opened(tmp_path)
    await store.append([seen(Op.ADDED, name, 1, T) for name in ("same", "changed", "lost")])
    await store.aclose()
    later = T + HOUR_MS
    store = await opened(tmp_path, later)
    await store.append(
        [
            seen(Op.ADDED, "same", 1, later),
            seen(Op.ADDED, "changed", 7, later, fields=fields(2)),
            seen(Op.ADDED, "new", 8, later),
        ]
    )
    assert await store.replace(POD, {"uid-same", "uid-changed", "uid-new"}, later) == 1
    rows = {revision.ref.name: revision for revision in await store.changes(Window(later, later + 9), Scope())}
    assert {name: (row.op, row.unseen) for name, row in rows.items()} == {
        "changed": (Op.RELISTED, True), "new": (Op.ADDED, True), "lost": (Op.DELETED, True),
    }  # fmt: skip
    assert rows["changed"].paths == ("spec.image",)
    await store.append([seen(Op.MODIFIED, "changed", 9, later + 10, fields=fields(3)), seen(Op.ADDED, "newer", 10, later + 10)])
    changed, newer = await store.heads([ref("changed"), ref("newer")])
    assert changed is not None
    assert newer is not None
    assert (changed.op, changed.unseen, newer.unseen) == (Op.MODIFIED, False, False)
    await store.aclose()


async def test_events_shown_again_after_a_restart_are_not_new_sightings(tmp_path: Path) -> None:
    store = await opened(tmp_path)
    await store.append([event("e1", 3, T)])
    await store.aclose()
    store = await opened(tmp_path, T + HOUR_MS)
    await store.append([event("e1", 3, T + HOUR_MS), event("e1", 4, T + HOUR_MS + 1, last="2026-11-24T08:30:00Z")])
    assert [row.event.count for row in await store.events(EVER, EventFilter())] == [4, 3]
    await store.aclose()


async def three_days(folder: Path, retention: Retention | None = None) -> SqliteStore:
    """Pod ``steady`` never changes; ``busy`` changes 20 times a day; ``short`` lives on the first day only."""
    store = await opened(folder, T, retention)
    await store.append(
        [seen(Op.ADDED, "steady", 1, T), seen(Op.ADDED, "short", 1, T, fields=fields(-1)), seen(Op.DELETED, "short", 2, T + 5)]
    )
    for turn in range(60):
        at_ms = T + 10 + turn * DAY_MS // 20
        await store.append([seen(Op.MODIFIED if turn else Op.ADDED, "busy", 10 + turn, at_ms, fields=fields(turn))], {POD: str(10 + turn)})
        await store.append([event(f"e{turn}", 1, at_ms + 1)])
    await store.add_snapshot(T + 3 * DAY_MS - HOUR_MS, {"pods": 2})
    await store.flush()
    return store


def day_files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.sqlite"))


async def test_each_utc_day_has_a_file_and_questions_span_them(tmp_path: Path) -> None:
    store = await three_days(tmp_path)
    assert [path.name for path in day_files(tmp_path)] == [f"2026-11-{day}-00.sqlite" for day in (24, 25, 26, 27)]
    rows = await store.versions(ref("busy"), EVER, limit=100)
    assert [row.resource_version for row in rows] == [str(10 + turn) for turn in range(59, -1, -1)]
    assert [row.ref.name for row in await store.changes(EVER, Scope(), limit=100)][-4:] == ["busy", "short", "short", "steady"]
    assert len(await store.events(EVER, EventFilter(), limit=100)) == 60
    for turn in range(60):
        found = await store.object_at(ref("busy"), T + 10 + turn * DAY_MS // 20)
        assert found is not None
        assert found.resource_version == str(10 + turn)
    steady = await store.object_at(ref("steady"), T + 2 * DAY_MS)
    assert steady is not None
    assert (steady.op, steady.seen_ms) == (Op.ADDED, T)
    await store.aclose()


async def test_each_day_file_answers_alone(tmp_path: Path) -> None:
    await (await three_days(tmp_path)).aclose()
    for path in day_files(tmp_path)[:-2]:
        path.unlink()
    store = await opened(tmp_path, T + 3 * DAY_MS)
    assert [row.ref.name for row in await store.state_at(T + 2 * DAY_MS, Scope())] == ["busy", "steady"]
    steady = await store.head(ref("steady"))
    assert steady is not None
    assert steady.seen_ms == T
    assert await store.cursors() == {POD: "69"}
    await store.aclose()


async def test_pruning_by_age_unlinks_days_and_never_forgets_what_lives(tmp_path: Path) -> None:
    store = await three_days(tmp_path, Retention(max_age_ms=DAY_MS))
    before = await store.state_at(T + 2 * DAY_MS + HOUR_MS, Scope())
    assert await store.prune(T + 3 * DAY_MS) > 0
    assert [path.name for path in day_files(tmp_path)] == ["2026-11-26-00.sqlite", "2026-11-27-00.sqlite"]
    assert await store.state_at(T + 2 * DAY_MS + HOUR_MS, Scope()) == before
    assert [row.op for row in await store.versions(ref("steady"), EVER)] == [Op.ADDED]
    assert await store.head(ref("short")) is not None
    assert await store.versions(ref("short"), EVER) == []
    assert (await store.stats()).since_ms > T
    await store.aclose()


async def test_pruning_by_bytes_keeps_the_open_file(tmp_path: Path) -> None:
    store = await three_days(tmp_path, Retention(max_bytes=1))
    await store.prune(T + 3 * DAY_MS)
    assert len(day_files(tmp_path)) == 1
    assert [row.ref.name for row in await store.state_at(T + 3 * DAY_MS, Scope())] == ["busy", "steady"]
    await store.aclose()


async def test_a_pinned_file_is_kept(tmp_path: Path) -> None:
    store = await three_days(tmp_path, Retention(max_age_ms=DAY_MS))
    pinned = day_files(tmp_path)[0]
    (tmp_path / "incident.pin").hardlink_to(pinned)
    await store.prune(T + 3 * DAY_MS)
    assert pinned.exists()
    await store.aclose()


async def test_a_file_that_grows_too_large_is_followed_by_another_of_the_same_day(tmp_path: Path) -> None:
    store = await opened(tmp_path, T, Retention(max_bytes=8 * 120_000))
    for turn in range(300):
        await store.append([seen(Op.MODIFIED if turn else Op.ADDED, "busy", turn + 1, T + turn, fields={"data": {"x": f"{turn:x}" * 400}})])
        await store.append([seen(Op.ADDED, f"pod-{turn}", 1, T + turn, fields={"data": {f"{turn}{n}": hash((turn, n)) for n in range(9)}})])
        if turn % 20 == 0:
            await store.flush()
    assert len(await store.state_at(T + 1000, Scope())) == 301
    assert len(day_files(tmp_path)) > 1
    assert len(await store.versions(ref("busy"), EVER, limit=1000)) == 300
    await store.aclose()


async def test_an_unreadable_file_is_set_aside_and_a_new_one_begun(tmp_path: Path) -> None:
    store = await opened(tmp_path)
    await store.append([seen(Op.ADDED, "a", 1, T)])
    await store.aclose()
    [path] = day_files(tmp_path)
    path.write_bytes(b"no database at all" * 1000)
    store = await opened(tmp_path, T + HOUR_MS)
    await store.append([seen(Op.ADDED, "a", 1, T + HOUR_MS)])
    assert [row.ref.name for row in await store.state_at(T + HOUR_MS, Scope())] == ["a"]
    [gap] = await store.gaps(EVER)
    assert path.name in gap.why
    assert gap.since_ms <= T <= gap.until_ms
    assert set_aside(tmp_path)
    assert path.name in (await store.stats()).state_detail
    await store.aclose()


def logs(folder: Path) -> list[Path]:
    return [*folder.glob("*-wal"), *folder.glob("*-shm")]


def set_aside(folder: Path) -> list[Path]:
    return list(folder.glob("*.unreadable-*"))


async def test_a_damaged_page_is_found_at_the_start(tmp_path: Path) -> None:
    store = await three_days(tmp_path)
    await store.aclose()
    path = day_files(tmp_path)[-1]
    content = bytearray(path.read_bytes())
    for place in range(4096 * 3, len(content), 4096):
        content[place : place + 64] = b"\xff" * 64
    path.write_bytes(content)
    store = await opened(tmp_path, T + 3 * DAY_MS + HOUR_MS)
    assert [row.ref.name for row in await store.state_at(T + 3 * DAY_MS + HOUR_MS, Scope())] == ["busy", "steady"]
    assert any(path.name in gap.why for gap in await store.gaps(EVER))
    await store.aclose()


async def test_a_file_of_a_newer_layout_is_left_alone(tmp_path: Path) -> None:
    store = await opened(tmp_path)
    await store.append([seen(Op.ADDED, "a", 1, T)])
    await store.aclose()
    [path] = day_files(tmp_path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("pragma user_version = 99")
    content = path.read_bytes()
    store = await opened(tmp_path, T + 1)
    await store.append([seen(Op.ADDED, "b", 1, T + 2)])
    assert [row.ref.name for row in await store.state_at(T + 3, Scope())] == ["b"]
    assert "newer arcops" in (await store.stats()).state_detail
    assert path.read_bytes() == content
    await store.aclose()


async def test_a_day_begun_but_not_finished_is_begun_again(tmp_path: Path) -> None:
    store = await three_days(tmp_path)
    await store.aclose()
    path = day_files(tmp_path)[-1]
    draft = path.rename(path.with_name(path.name + ".new"))
    store = await opened(tmp_path, T + 4 * DAY_MS)
    assert not draft.exists()
    assert [row.ref.name for row in await store.state_at(T + 4 * DAY_MS, Scope())] == ["busy", "steady"]
    await store.aclose()


async def test_a_folder_is_used_by_one_process_at_a_time(tmp_path: Path) -> None:
    store = await opened(tmp_path)
    with pytest.raises(RecordError, match="another arcops is using it"):
        await opened(tmp_path)
    await store.aclose()
    await (await opened(tmp_path)).aclose()


async def test_a_library_that_is_too_old_is_refused_before_anything_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    *larger, _ = OLDEST_SQLITE
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (larger[0], larger[1] - 1, 99))
    with pytest.raises(RecordError, match="and this Python has") as raised:
        await opened(tmp_path / "record")
    assert "newer SQLite" in raised.value.advice
    assert not (tmp_path / "record").exists()
    monkeypatch.setattr(sqlite3, "sqlite_version_info", OLDEST_SQLITE)
    await (await opened(tmp_path / "record")).aclose()


async def test_a_new_folder_is_for_its_owner_only(tmp_path: Path) -> None:
    store = await opened(tmp_path / "record")
    assert (tmp_path / "record").stat().st_mode & 0o077 == 0
    await store.aclose()


async def test_a_folder_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RecordError):
        await opened(tmp_path / "file" / "record")


async def until(store: SqliteStore, reached: Callable[[StoreStats], bool]) -> StoreStats:
    """Wait, 20 s at most, for a state of the writer's thread."""
    with anyio.fail_after(20):
        while not reached(stats := await store.stats()):  # noqa: ASYNC110 - another thread sets it
            await anyio.sleep(0.01)
    return stats


async def refused(store: SqliteStore, pragma: str) -> StoreStats:
    """Make the disk refuse, append, and give the state."""
    connection = store._sink._connection
    assert connection is not None
    connection.execute(pragma)
    await store.append([seen(Op.ADDED, "b", 1, T + 100, fields={"data": {str(n): f"{n * 7919:x}" * 20 for n in range(2000)}})])
    await store.append([seen(Op.MODIFIED, "a", 2, T + 101, fields=fields(2))])
    await store.flush()
    return await store.stats()


@pytest.mark.parametrize(
    ("refuse", "allow", "state"),
    [
        ("pragma max_page_count = 1", "pragma max_page_count = 1000000", "disk_full"),
        ("pragma query_only = on", "", "read_only"),
    ],
)
async def test_a_disk_that_refuses_is_a_state_and_ends_by_itself(tmp_path: Path, refuse: str, allow: str, state: str) -> None:
    store = await opened(tmp_path)
    await store.append([seen(Op.ADDED, "a", 1, T)])
    await store.flush()
    stats = await refused(store, refuse)
    assert (stats.state, stats.queued) == (state, 2)
    head = await store.head(ref("b"))
    assert head is not None
    assert [row.ref.name for row in await store.state_at(T + 200, Scope())] == ["a"]
    connection = store._sink._connection
    if allow and connection:
        connection.execute(allow)
    await until(store, lambda stats: stats.state == "ok" and not stats.queued)
    await store.aclose()
    store = await opened(tmp_path, T + HOUR_MS)
    assert [(row.ref.name, row.resource_version) for row in await store.state_at(T + 200, Scope())] == [("a", "2"), ("b", "1")]
    await store.aclose()


async def test_what_does_not_fit_while_the_disk_refuses_is_thinned_and_marked(tmp_path: Path) -> None:
    store = await opened(tmp_path)
    await store.append([seen(Op.ADDED, "a", 1, T), seen(Op.ADDED, "b", 1, T)])
    await store.flush()
    connection = store._sink._connection
    assert connection is not None
    connection.execute("pragma max_page_count = 1")
    await store.append([seen(Op.MODIFIED, "a", 2 + turn, T + 10 + turn, fields=fields(turn)) for turn in range(11_000)])
    await store.append([inferred_end("b", T + 20_000), seen(Op.ADDED, "c", 1, T + 20_001, kind=DEPLOYMENT)])
    await until(store, lambda stats: stats.dropped > 0)
    connection.execute("pragma max_page_count = 1000000")
    stats = await until(store, lambda stats: stats.state == "ok" and stats.queued == 0)
    assert stats.dropped > 9_000
    assert [(row.ref.name, row.resource_version) for row in await store.state_at(T + 30_000, Scope())] == [("c", "1"), ("a", "11001")]
    [gap] = await store.gaps(EVER)
    assert gap.since_ms <= T + 20
    assert "disk_full" in gap.why
    await store.append([seen(Op.MODIFIED, "a", 20_000, T + 40_000, fields=fields(-1))])
    newest = await store.object_at(ref("a"), T + 40_000)
    assert newest is not None
    assert newest.body.endswith(b'"spec":{"image":"nginx:-1"}}')
    await store.aclose()
