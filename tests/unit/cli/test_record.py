"""``history --data-dir`` reads what a service left, and changes nothing of it."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from arcops.base.bus import Bus
from arcops.inventory.index import Inventory
from arcops.runtime.pipeline import Pipeline
from arcops.source.drivers.files import FilesSource
from arcops.source.texts import read_picture
from arcops.store.engines.sqlite import SqliteStore
from arcops.testing.clock import FakeClock
from tests.unit.cli.conftest import CLUSTER, Terminal


async def remember(folder: Path) -> None:
    """The record of the file cluster, as a service would leave it in ``folder``."""
    source = FilesSource(read_picture([CLUSTER], 0, strict=True))
    store = SqliteStore(folder, FakeClock(source.present_ms))
    await store.start()
    await Pipeline(source, store, Inventory(), Bus(lambda _older, newer: newer)).run()
    await store.aclose()


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    asyncio.run(remember(tmp_path / "data" / "lab-cluster"))
    return tmp_path / "data"


def test_the_versions_are_those_the_service_would_tell(terminal: Terminal, data_dir: Path) -> None:
    told = terminal("history", "deploy/web", "-n", "shop", "--data-dir", data_dir, "-o", "json")
    assert told.status == 0
    items = json.loads(told.out)["items"]
    assert [(item["change"], item["object"]["spec"]["replicas"]) for item in items] == [("changed", 3), ("created", 2)]
    assert items[0]["writer"]["manager"] == "kubectl-edit"
    assert terminal("history", "pod/report-1", "-n", "tools", "--data-dir", data_dir).out.splitlines()[1].split()[2] == "deleted"


def test_a_custom_kind_is_found_by_its_name(terminal: Terminal, data_dir: Path) -> None:
    assert "web" in terminal("history", "certificate.cert.example/web", "-n", "shop", "--data-dir", data_dir, "-o", "yaml").out


def test_reading_changes_no_byte(terminal: Terminal, data_dir: Path) -> None:
    before = {path.name: path.read_bytes() for path in data_dir.rglob("*.sqlite")}
    terminal("history", "deploy/web", "-n", "shop", "--data-dir", data_dir)
    assert {path.name: path.read_bytes() for path in data_dir.rglob("*.sqlite")} == before


def test_what_the_record_never_saw_is_said(terminal: Terminal, data_dir: Path) -> None:
    told = terminal("history", "deploy/nope", "-n", "shop", "--data-dir", data_dir)
    assert told.status == 1
    assert told.err.startswith("error: The record has never seen a Deployment shop/nope.\nhint: The record begins at 2026-11-24T")


def test_several_records_are_named_for_a_choice(terminal: Terminal, data_dir: Path) -> None:
    asyncio.run(remember(data_dir / "other-cluster"))
    told = terminal("history", "deploy/web", "-n", "shop", "--data-dir", data_dir)
    assert told.status == 3
    assert "(lab-cluster, other-cluster)" in told.err
    assert terminal("history", "deploy/web", "-n", "shop", "--data-dir", data_dir / "other-cluster").status == 0


def test_a_file_that_is_no_record_is_said(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "2026-11-24-00.sqlite").write_bytes(b"this is no database, but long enough to be taken for one" * 20)
    told = terminal("history", "deploy/web", "--data-dir", tmp_path)
    assert told.status == 3
    assert "file is not a database" in told.err
