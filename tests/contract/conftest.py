"""What a machine must offer for these tests, and what many of them begin with."""

from __future__ import annotations

import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from arcops.queries.services import Services
from arcops.store.base import HistoryStore
from arcops.store.engines.memory import MemoryStore
from arcops.store.engines.sqlite import SqliteStore
from tests.contract.asking_models import some_services
from tests.contract.model_server import ModelServer
from tests.contract.recording_vfs import can_record
from tests.observations import ManualClock


@pytest.fixture(scope="session")
def watchable_sqlite() -> None:
    """SQLite as a library of its own, so that what it writes and syncs can be recorded."""
    if not can_record():
        pytest.skip("SQLite is built into this Python and cannot be watched")


@pytest.fixture(scope="session")
def network_namespaces() -> None:
    """The right to make a network namespace and to give addresses in it: root on Linux."""
    try:
        tried = subprocess.run(
            ["unshare", "--net", "ip", "link", "set", "lo", "up"], capture_output=True, text=True, timeout=10, check=False
        )
    except OSError as error:
        pytest.skip(f"no network namespaces here: {error}")
    if tried.returncode:
        pytest.skip(f"no network namespaces here: {tried.stderr.strip()}")


@pytest.fixture(params=["memory", "sqlite"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[HistoryStore]:
    """Every engine of the record, empty and started."""
    made: HistoryStore = MemoryStore(ManualClock()) if request.param == "memory" else SqliteStore(tmp_path / "record", ManualClock())
    await made.start()
    yield made
    await made.aclose()


@pytest.fixture
def services() -> Services:
    """The floors below a back end, for one test."""
    return some_services()


@pytest.fixture
async def server() -> AsyncIterator[ModelServer]:
    """A model server that answers well until it is told otherwise."""
    async with ModelServer() as running:
        yield running
