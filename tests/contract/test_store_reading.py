"""Reading a record on disk: how much is read for a state, and that readers neither write nor get in the writer's way."""

from __future__ import annotations

import asyncio
import hashlib
import random
import sqlite3
from pathlib import Path

import msgspec
import pytest

from arcops.kube.watch import Op
from arcops.store.base import Scope, Window
from arcops.store.days.framing import MOST_STEPS
from arcops.store.days.opening import open_for_reading
from arcops.store.days.texts import Texts
from arcops.store.engines.sqlite import SqliteStore
from arcops.store.retention import DAY_MS
from tests.observations import START_MS, ManualClock, ref, seen

pytestmark = pytest.mark.anyio

T = START_MS
EVER = Window(0, T * 2)


async def history(folder: Path, versions: int) -> SqliteStore:
    """Pod ``web`` with so many versions within a day."""
    store = SqliteStore(folder, ManualClock(T))
    await store.start()
    for turn in range(versions):
        op = Op.MODIFIED if turn else Op.ADDED
        at_ms = T + turn * (DAY_MS // 3) // versions
        await store.append([seen(op, "web", turn + 1, at_ms, fields={"spec": {"image": f"web:{turn}", "args": ["x" * 40] * 20}})])
    await store.flush()
    return store


@pytest.mark.parametrize("versions", [32, 16 * 32])
async def test_a_state_is_never_more_than_seventeen_frames_away(tmp_path: Path, versions: int) -> None:
    store = await history(tmp_path, versions)
    await store.aclose()
    (path,) = await asyncio.to_thread(lambda: list(tmp_path.glob("*.sqlite")))
    connection = open_for_reading(path, closed=True)
    ids = [row[0] for row in connection.execute("select id from ver order by id")]
    (life,) = connection.execute("select distinct obj from ver").fetchone()
    read = [len(Texts(connection).chain(life, identity)) for identity in ids]
    connection.close()
    assert len(ids) == versions
    assert max(read) == MOST_STEPS, "and one more, the whole that the oldest of them stands on"


async def test_readers_never_write_and_never_checkpoint(tmp_path: Path) -> None:
    store = await history(tmp_path, 40)
    (path,) = await asyncio.to_thread(lambda: list(tmp_path.glob("*.sqlite")))
    log = path.with_name(path.name + "-wal")
    assert log.stat().st_size > 0, "there is something that a checkpoint would move"
    before = [hashlib.sha256(file.read_bytes()).hexdigest() for file in (path, log)]
    for turn in range(40):
        assert await store.object_at(ref("web"), T + turn * 1000) is not None
        await store.changes(EVER, Scope(), 100)
    other = open_for_reading(path, closed=False)
    assert other.execute("select count(*) from ver").fetchone() == (40,)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        other.execute("delete from ver")
    other.close()
    assert [hashlib.sha256(file.read_bytes()).hexdigest() for file in (path, log)] == before
    await store.aclose()


async def test_four_readers_and_a_busy_writer_do_not_wait_for_each_other(tmp_path: Path) -> None:
    store = await history(tmp_path, 32)
    done = asyncio.Event()

    async def read(number: int) -> int:
        rng = random.Random(number)
        asked = 0
        while not done.is_set():
            found = await store.object_at(ref("web"), T + rng.randrange(DAY_MS // 3))
            assert found is not None
            assert msgspec.json.decode(found.body)["spec"]["image"].startswith("web:")
            assert await store.changes(EVER, Scope(), 50)
            asked += 1
        return asked

    async def write() -> None:
        for turn in range(32, 2_432):
            fields = {"spec": {"image": f"web:{turn}", "args": ["x" * 40] * 20}}
            await store.append([seen(Op.MODIFIED, "web", turn + 1, T + DAY_MS // 3 + turn, fields=fields)])
            await asyncio.sleep(0)
        done.set()

    *asked, _ = await asyncio.gather(*(read(number) for number in range(4)), write())
    await store.flush()
    stats = await store.stats()
    assert (stats.state, stats.queued, stats.dropped, stats.revisions) == ("ok", 0, 0, 2_432)
    assert all(isinstance(count, int) and count > 0 for count in asked)
    await store.aclose()
