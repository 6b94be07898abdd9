"""``arcops record`` on a data folder: what it finds, copies, carries away and brings back."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from arcops.kube.watch import Op
from arcops.store.engines.sqlite import SqliteStore
from tests.observations import START_MS, ManualClock, ref, seen
from tests.unit.cli.conftest import Terminal

NAME = "lab-127.0.0.1-6443"


def spec(turn: int) -> dict[str, object]:
    return {"spec": {"containers": [{"name": "web", "image": f"web:{turn}"}]}}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with the record of one cluster."""

    async def write() -> None:
        store = SqliteStore(tmp_path / "data" / NAME, ManualClock())
        await store.start()
        for turn in range(5):
            op = Op.MODIFIED if turn else Op.ADDED
            await store.append([seen(op, "web-0", turn + 1, START_MS + turn * 1000, fields=spec(turn))])
        await store.append_log(ref("web-0"), "uid-web-0", "web", "no route to db\n", START_MS + 9000, previous=True)
        await store.aclose()

    asyncio.run(write())
    return tmp_path / "data"


def test_a_sound_record_is_said_to_be_sound(terminal: Terminal, data: Path) -> None:
    told = terminal("record", "verify", "--data-dir", str(data))
    assert (told.status, told.err) == (0, "")
    assert told.out == f"{data / NAME}: sound (1 files, 5 versions, 0 events, 1 log excerpts)\n"


def test_a_damaged_record_ends_with_status_1_and_names_the_place(terminal: Terminal, data: Path) -> None:
    [path] = (data / NAME).glob("*.sqlite")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("update ver set body = x'00' where id = (select max(id) from ver)")
        connection.commit()
    told = terminal("record", "verify", "--data-dir", str(data))
    assert told.status == 1
    assert f"{path.name}: version" in told.out
    listed = terminal("record", "verify", "--data-dir", str(data), "-o", "json")
    assert listed.status == 1
    [item] = json.loads(listed.out)["items"]
    assert (item["sound"], item["faults"][0]["file"]) == (False, path.name)


def test_a_backup_comes_back(terminal: Terminal, data: Path, tmp_path: Path) -> None:
    assert terminal("record", "backup", str(tmp_path / "copy"), "--data-dir", str(data)).status == 0
    told = terminal("record", "restore", str(tmp_path / "copy"), "--data-dir", str(tmp_path / "new"))
    assert (told.status, NAME in told.err) == (0, True)
    history = terminal("history", "pod/web-0", "-n", "shop", "--data-dir", str(tmp_path / "new"), "--no-headers")
    assert len(history.out.splitlines()) == 5
    again = terminal("record", "restore", str(tmp_path / "copy"), "--data-dir", str(data))
    assert again.status != 0
    assert "it holds a record" in again.err


def test_an_export_is_read_as_a_file_and_imported(terminal: Terminal, data: Path, tmp_path: Path) -> None:
    bundle = str(tmp_path / "incident.jsonl.gz")
    told = terminal("record", "export", bundle, "--data-dir", str(data))
    assert (told.status, "observations" in told.err) == (0, True)
    listed = terminal("get", "pods", "-n", "shop", "-f", bundle, "-o", "json")
    assert json.loads(listed.out)["items"][0]["spec"] == spec(4)["spec"]
    assert terminal("logs", "web-0", "-n", "shop", "--previous", "--filename", bundle).out == "no route to db\n"
    told = terminal("record", "import", bundle, "--data-dir", str(tmp_path / "lab"))
    assert "5 versions" in told.err
    assert (tmp_path / "lab" / "incident").is_dir()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["record", "backup"], "it wants the folder of the backup"),
        (["record", "verify", "x"], "record verify takes no path"),
        (["record", "verify", "--data-dir", "no-such-folder"], "it holds no record"),
        (["record", "mend"], "mend"),
    ],
)
def test_a_wrong_question_gets_one_sentence(terminal: Terminal, words: list[str], sentence: str) -> None:
    told = terminal(*words)
    assert told.status != 0
    assert sentence in told.err
