"""Power cuts and full disks: the record opens, holds all that was committed, and never shows what was not written."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest

from arcops.store.base import Scope, Window
from arcops.store.days.verify import verify
from arcops.store.engines.sqlite import SqliteStore
from tests.contract.record_child import content, time_of
from tests.contract.recording_vfs import Deed
from tests.observations import POD, ManualClock

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("watchable_sqlite")]

ROOT = Path(__file__).parents[2]
SECTOR = 512
CUTS = 60
TURNS = 1000
MORNING = 240
"""So many turns stay within a day: of a full disk the oldest file gives way, and here there is none."""


def written(folder: Path, seed: int = 0, turns: int = TURNS) -> list[Deed]:
    """Let a process write two and a half days; what happened below SQLite."""
    out = folder.with_name("deeds")
    command = [sys.executable, "-m", "tests.contract.disk_child", str(folder), str(out), str(turns), str(seed)]
    subprocess.run(command, cwd=ROOT, check=True, timeout=100)
    return msgspec.msgpack.decode(out.read_bytes(), type=list[Deed])


class Disk:
    """What a disk holds after a power cut: everything synced, and of the rest each sector or not."""

    def __init__(self, deeds: Sequence[Deed], rng: random.Random) -> None:
        self.files: dict[str, bytearray] = {}
        self.committed = -1
        self._rng = rng
        self._unsynced: dict[str, list[Deed]] = defaultdict(list)
        for deed in deeds:
            self._do(deed)
        for name, pending in self._unsynced.items():
            for deed in pending:
                self._keep_some(name, deed)

    def _do(self, deed: Deed) -> None:
        if deed.what == "said":
            self.committed = int(deed.name.split()[1])
        elif deed.what == "open":
            self._rename(deed.name)
            self.files.setdefault(deed.name, bytearray())
        elif deed.what == "sync":
            for each in self._unsynced.pop(deed.name, ()):
                self._apply(deed.name, each)
        elif deed.what == "delete":
            self.files.pop(deed.name, None)
            self._unsynced.pop(deed.name, None)
        else:
            self._unsynced[deed.name].append(deed)

    def _rename(self, name: str) -> None:
        """A file is renamed when it is whole, and the folder synced before the new name is opened."""
        draft = f"{name}.new"
        if draft in self.files and name not in self.files:
            self.files[name] = self.files.pop(draft)
            self._unsynced.pop(draft, None)

    def _apply(self, name: str, deed: Deed) -> None:
        content_ = self.files.setdefault(name, bytearray())
        if deed.what == "truncate":
            del content_[deed.offset :]
        else:
            content_.extend(bytes(max(0, deed.offset + len(deed.data) - len(content_))))
            content_[deed.offset : deed.offset + len(deed.data)] = deed.data

    def _keep_some(self, name: str, deed: Deed) -> None:
        if deed.what == "truncate":
            if self._rng.random() < 0.5:
                self._apply(name, deed)
            return
        for start in range(0, len(deed.data), SECTOR):
            if self._rng.random() < 0.5:
                self._apply(name, Deed("write", name, deed.offset + start, deed.data[start : start + SECTOR]))

    def write(self, folder: Path) -> None:
        """Lay the files out."""
        folder.mkdir()
        for name, content_ in self.files.items():
            if not name.endswith("-shm"):
                (folder / Path(name).name).write_bytes(content_)


async def turns_in(folder: Path) -> list[int]:
    """Every turn a record tells, each body checked."""
    store = SqliteStore(folder, ManualClock(time_of(TURNS)))
    await store.start()
    rows = await store.changes(Window(0, time_of(TURNS)), Scope(), limit=1_000_000)
    for row in rows:
        body = json.loads(row.body)
        assert body["status"] == content(body["spec"]["turn"])["status"]
    turns = sorted(json.loads(row.body)["spec"]["turn"] for row in rows)
    cursor = int((await store.cursors()).get(POD, "-1"))
    assert cursor <= (turns[-1] if turns else -1), "a cursor ahead of its rows would lose what lies between"
    assert "unreadable" not in (await store.stats()).state_detail
    await store.aclose()
    return turns


async def test_after_a_power_cut_everything_committed_is_there_and_nothing_torn(tmp_path: Path) -> None:
    deeds = written(tmp_path / "record")
    rolls = [place for place, deed in enumerate(deeds) if deed.what == "open" and deed.name.endswith(".new")]
    assert len(rolls) >= 2
    rng = random.Random(60)
    moments = [rng.randrange(len(deeds)) for _ in range(CUTS - 20)] + [rng.choice(rolls) + rng.randrange(-5, 60) for _ in range(20)]
    for number, moment in enumerate(moments):
        disk = Disk(deeds[:moment], rng)
        folder = tmp_path / f"cut-{number}"
        disk.write(folder)
        turns = await turns_in(folder)
        assert turns == list(range(len(turns))), "a hole"
        assert len(turns) > disk.committed, f"lost {disk.committed + 1 - len(turns)} committed"
        if turns:
            assert verify(folder).faults == []


@pytest.mark.parametrize("seed", [2, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (1, *range(3, 9)))])
async def test_a_disk_that_is_full_at_random_writes_loses_nothing_and_doubles_nothing(tmp_path: Path, seed: int) -> None:
    deeds = written(tmp_path / "record", seed, turns=MORNING)
    assert any(deed.what == "refuse" for deed in deeds)
    assert await turns_in(tmp_path / "record") == list(range(MORNING))
    assert verify(tmp_path / "record").faults == []
