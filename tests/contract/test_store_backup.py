"""A backup taken while the record is written to is a sound record of one moment, and comes back as such."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import anyio
import anyio.to_thread
import pytest

from arcops.base.errors import RecordError
from arcops.kube.watch import Op
from arcops.store.base import Scope, Window
from arcops.store.days.archive import Archive
from arcops.store.days.backup import backup, restore
from arcops.store.days.verify import verify
from arcops.store.engines.sqlite import SqliteStore
from arcops.store.retention import DAY_MS
from tests.contract.records import opened
from tests.observations import START_MS, seen

pytestmark = pytest.mark.anyio

T = START_MS
EVER = Window(0, T * 2)
PODS = 20


async def turn(store: SqliteStore, number: int) -> None:
    """One change of one pod, a twentieth of a day after the one before."""
    op = Op.MODIFIED if number >= PODS else Op.ADDED
    at_ms = T + number * DAY_MS // 100
    await store.append([seen(op, f"web-{number % PODS}", number + 1, at_ms, fields={"spec": {"turn": number, "pad": "x" * 500}})])


def files(folder: Path) -> list[Path]:
    return list(folder.glob("*.sqlite"))


async def turns(folder: Path) -> list[str]:
    """Every version in a folder, oldest first."""
    archive = Archive(folder)
    try:
        return [row.resource_version for row in await archive.changes(EVER, Scope(), 100_000)][::-1]
    finally:
        await archive.aclose()


async def test_a_backup_taken_under_load_is_whole_up_to_a_moment(tmp_path: Path) -> None:
    store = await opened(tmp_path / "record")
    number = 0
    copied = anyio.Event()

    async def copy() -> None:
        for _ in range(5):
            await anyio.to_thread.run_sync(backup, tmp_path / "record", tmp_path / "copy")
        copied.set()

    for number in range(150):
        await turn(store, number)
    await store.flush()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(copy)
        while not copied.is_set():
            number += 1
            await turn(store, number)
            await store.flush()
    await store.aclose()
    found = await turns(tmp_path / "copy")
    assert len(found) >= 150
    assert found == (await turns(tmp_path / "record"))[: len(found)]
    assert verify(tmp_path / "copy").faults == []


async def test_a_second_backup_copies_only_what_is_new(tmp_path: Path) -> None:
    store = await opened(tmp_path / "record")
    for number in range(150):
        await turn(store, number)
    await store.flush()
    backup(tmp_path / "record", tmp_path / "copy")
    closed = min(files(tmp_path / "copy"))
    before = closed.stat().st_ino
    await turn(store, 150)
    await store.flush()
    backup(tmp_path / "record", tmp_path / "copy")
    assert closed.stat().st_ino == before
    assert (await turns(tmp_path / "copy"))[-1] == "151"
    await store.aclose()


async def test_a_restored_record_goes_on_where_the_backup_ended(tmp_path: Path) -> None:
    store = await opened(tmp_path / "record")
    for number in range(120):
        await turn(store, number)
    await store.flush()
    state = await store.state_at(T * 2, Scope())
    backup(tmp_path / "record", tmp_path / "copy")
    await store.aclose()
    assert restore(tmp_path / "copy", tmp_path / "back").files == len(files(tmp_path / "copy"))
    store = await opened(tmp_path / "back", T + 3 * DAY_MS)
    assert await store.state_at(T * 2, Scope()) == state
    assert [gap.why for gap in await store.gaps(EVER)] == ["arcops was not running"]
    await turn(store, 300)
    assert (await store.change_list(EVER, Scope(), limit=1))[0].seen_ms == T + 3 * DAY_MS
    await store.aclose()


async def test_nothing_is_restored_over_a_record_or_from_a_damaged_backup(tmp_path: Path) -> None:
    store = await opened(tmp_path / "record")
    await turn(store, 0)
    await store.flush()
    backup(tmp_path / "record", tmp_path / "copy")
    with pytest.raises(RecordError, match="it holds a record"):
        restore(tmp_path / "copy", tmp_path / "record")
    with pytest.raises(RecordError, match="it is the record itself"):
        backup(tmp_path / "record", tmp_path / "record")
    await store.aclose()
    [path] = files(tmp_path / "copy")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("delete from ver")
        connection.commit()
    with pytest.raises(RecordError, match="rows were written"):
        restore(tmp_path / "copy", tmp_path / "back")
    assert not files(tmp_path / "back")
