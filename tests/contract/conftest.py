"""What a machine must offer for these tests."""

from __future__ import annotations

import subprocess

import pytest

from tests.contract.recording_vfs import can_record


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
