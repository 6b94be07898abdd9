"""`verify` finds nothing in a sound record, and each planted corruption in a damaged one; no wrong state is ever shown."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from arcops.base.errors import RecordError
from arcops.kube.watch import Op
from arcops.store.base import Scope, Window
from arcops.store.days.archive import Archive
from arcops.store.days.verify import verify
from arcops.store.engines.sqlite import SqliteStore
from arcops.store.retention import DAY_MS
from tests.observations import DEPLOYMENT, SECRET, START_MS, ManualClock, event, ref, seen

pytestmark = pytest.mark.anyio

T = START_MS
TURNS = 40
Damage = Callable[[sqlite3.Connection], object]


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A record of two days with everything in it."""
    import asyncio

    folder = tmp_path_factory.mktemp("record")
    asyncio.run(written(folder))
    return folder


async def written(folder: Path) -> None:
    store = SqliteStore(folder, ManualClock(T))
    await store.start()
    owners = {"ownerReferences": [{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "rs", "uid": "rs", "controller": True}]}
    for turn in range(TURNS):
        at_ms = T + turn * DAY_MS // 20
        op = Op.MODIFIED if turn else Op.ADDED
        spec: dict[str, object] = {"spec": {"image": f"nginx:{turn}", "args": [str(n * 7919) for n in range(60)]}}
        await store.append([seen(op, f"web-{n}", turn + 1, at_ms, fields=spec, meta=owners) for n in range(4)])
        await store.append([seen(op, "web", turn + 1, at_ms, kind=DEPLOYMENT, fields=spec), event(f"e{turn}", 1, at_ms)])
        await store.append([seen(op, "token", turn + 1, at_ms, kind=SECRET, meta={"labels": {"turn": str(turn)}})])
        await store.append([seen(Op.ADDED, f"job-{turn}", 1, at_ms), seen(Op.DELETED, f"job-{turn}", 2, at_ms + 1)])
        await store.append_log(ref(f"job-{turn}"), f"uid-job-{turn}", "main", f"run {turn}\n" * 30, at_ms + 2, previous=False)
    await store.add_snapshot(T + DAY_MS, {"pods": 4})
    await store.aclose()


@pytest.fixture
def copy(record: Path, tmp_path: Path) -> Path:
    """A copy of it to damage."""
    return Path(shutil.copytree(record, tmp_path / "copy"))


def files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.sqlite"))


def test_a_sound_record_has_no_fault(record: Path) -> None:
    verdict = verify(record)
    assert verdict.faults == []
    assert (verdict.files, verdict.sightings, verdict.logs) == (3, TURNS, TURNS)
    assert verdict.versions >= TURNS * 8


DAMAGES: dict[str, Damage] = {
    "a version in the middle of a chain is missing": lambda c: c.execute(
        "delete from ver where id = (select min(id) from ver where how >> 4 = 0 and how & 7 = 1)"
    ),
    "a whole version is missing": lambda c: c.execute("delete from ver where id = (select base from ver where base is not null limit 1)"),
    "a frame is cut": lambda c: c.execute("update ver set body = substr(body, 1, length(body) - 3) where id = (select max(id) from ver)"),
    "a frame is another's": lambda c: c.execute(
        "update ver set body = (select max(body) from ver where how = 1) where id = (select min(id) from ver where how = 1)"
    ),
    "a version belongs to another object": lambda c: c.execute(
        "update ver set obj = (select max(id) from obj) where id = (select min(id) from ver)"
    ),
    "an object has another name": lambda c: c.execute("update obj set name = 'other' where id = (select min(id) from obj)"),
    "an object has another uid": lambda c: c.execute("update obj set uid = 'other' where id = (select min(id) from obj)"),
    "an end is forgotten": lambda c: c.execute("update obj set gone = null where id = (select min(id) from obj where gone is not null)"),
    "an end is made up": lambda c: c.execute("update obj set gone = first where id = (select min(id) from obj where gone is null)"),
    "changed fields are others": lambda c: c.execute("update paths set name = name || '.other'"),
    "a tombstone is none": lambda c: c.execute("update ver set how = how - 1 where how & 7 = 2"),
    "an object is missing": lambda c: c.execute("delete from obj where id = (select max(id) from obj)"),
    "an event is missing": lambda c: c.execute("delete from ev where id = (select max(id) from ev)"),
    "a message is missing": lambda c: c.execute("delete from msg"),
    "a log's model is missing": lambda c: c.execute("delete from log where base is null"),
    "a log is changed": lambda c: c.execute("update log set body = body || x'00'"),
    "a word is missing": lambda c: c.execute("delete from kind where name = 'Pod'"),
    "it is not complete": lambda c: c.execute("delete from meta where key = 'complete'"),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_each_planted_corruption_of_the_newest_file_is_found(copy: Path, damage: Damage) -> None:
    path = files(copy)[-1]
    with closing(sqlite3.connect(path)) as connection:
        damage(connection)
        connection.commit()
    assert not verify(copy).is_sound


def test_any_flipped_byte_of_a_closed_file_is_found_and_never_shown_as_a_state(copy: Path) -> None:
    path = files(copy)[0]
    sound = path.read_bytes()
    rng = random.Random(11)
    for place in rng.sample(range(len(sound)), 60):
        content = bytearray(sound)
        content[place] ^= 1 << rng.randrange(8)
        path.write_bytes(content)
        assert not verify(copy).is_sound, place
    path.write_bytes(sound)
    assert verify(copy).is_sound


async def test_flipped_bytes_never_show_a_wrong_state(copy: Path, record: Path) -> None:
    truth = await bodies(record)
    path = files(copy)[0]
    sound = path.read_bytes()
    rng = random.Random(12)
    refused = 0
    for place in rng.sample(range(100, len(sound)), 60):
        content = bytearray(sound)
        content[place] ^= 0xFF
        path.write_bytes(content)
        try:
            found = await bodies(copy)
        except RecordError:
            refused += 1
            continue
        assert all(truth.get(key, body) == body for key, body in found.items()), place
    assert refused


async def bodies(folder: Path) -> dict[tuple[int, str], bytes]:
    """Every body by its id and uid."""
    archive = Archive(folder)
    try:
        rows = await archive.changes(Window(0, T * 2), Scope(), 100_000)
        return {(row.id, row.uid): row.body for row in rows}
    finally:
        await archive.aclose()


def test_a_truncated_file_and_a_strange_one_are_found(copy: Path) -> None:
    path = files(copy)[1]
    path.write_bytes(path.read_bytes()[:-4096])
    files(copy)[2].write_bytes(b"no database" * 1000)
    assert {fault.file for fault in verify(copy).faults} >= {path.name, files(copy)[2].name}


def test_a_folder_without_a_record_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="it holds no record"):
        verify(tmp_path)
