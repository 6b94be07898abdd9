"""What tests of the record on disk begin with: a record open at a moment, and an object that changes."""

from __future__ import annotations

from pathlib import Path

from arcops.store.engines.sqlite import SqliteStore
from arcops.store.retention import Retention
from tests.observations import START_MS, ManualClock


async def opened(folder: Path, at_ms: int = START_MS, retention: Retention | None = None) -> SqliteStore:
    """The record of a folder, started at a moment."""
    store = SqliteStore(folder, ManualClock(at_ms), retention)
    await store.start()
    return store


def fields(turn: int) -> dict[str, object]:
    """The body of an object as it is after so many changes."""
    return {"spec": {"image": f"nginx:{turn}"}}
