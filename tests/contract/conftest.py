"""What a machine must offer for these tests."""

from __future__ import annotations

import pytest

from tests.contract.recording_vfs import can_record


@pytest.fixture(scope="session")
def watchable_sqlite() -> None:
    """SQLite as a library of its own, so that what it writes and syncs can be recorded."""
    if not can_record():
        pytest.skip("SQLite is built into this Python and cannot be watched")
