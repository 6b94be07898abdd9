"""A stop is bounded, whatever the service's threads are waiting for."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path


def test_a_thread_that_cannot_be_ended_does_not_hold_up_the_stop(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.contract.stop_child", str(tmp_path)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]) as process:
        try:
            assert process.stderr is not None
            for line in process.stderr:
                if json.loads(line)["event"] == "server_started":
                    break
            asked = time.monotonic()
            process.send_signal(signal.SIGTERM)
            facts = [json.loads(line)["event"] for line in process.stderr]
            assert process.wait(10) == 0
            assert time.monotonic() - asked < 5
            assert facts[-1] == "server_stopped", "the record is closed first"
        finally:
            process.kill()
