"""The address of the API server is taken away: nothing is refused or closed, every packet just goes nowhere."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.contract.address_child import IDLE_LIMIT_S

ROOT = Path(__file__).parents[2]


@pytest.mark.usefixtures("network_namespaces")
def test_a_server_whose_address_is_gone_is_noticed_and_found_again() -> None:
    """R21 (b): noticed within the idle limit, right again within 10 s, the gap told, no list more than the return needs."""
    command = ["unshare", "--net", sys.executable, "-m", "tests.contract.address_child"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["noticed_s"] < 2 * IDLE_LIMIT_S + 1
    assert found["right_s"] < 10
    assert found["connected"]
    assert len(found["gaps"]) == 1, found
    assert sum(found["errors"].values()) >= 1, found
    assert found["lists"] == 1, "the watch went on where it had been"
