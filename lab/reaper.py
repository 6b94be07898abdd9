"""Ends a lab's processes when their owner dies, even by kill -9.

Run as a process of its own, it reads lines from its owner: `+PID` after a start, `-PID` after a stop. The
pipe closes when the owner is gone, however that happened; then every process group still noted is killed.
(PR_SET_PDEATHSIG would do it without a process, but it fires when the starting *thread* ends.)
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path


class Reaper:
    """The owner's end: tell it about each process that must not outlive this one."""

    def __init__(self, *leftovers: Path) -> None:
        """Start the watching process, out of reach of the terminal's Ctrl-C; at the end it removes `leftovers`."""
        self._process = subprocess.Popen(
            [sys.executable, "-S", Path(__file__), *leftovers],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )

    def guard(self, pid: int) -> None:
        """From now on the process group of `pid` dies with this process."""
        self._say(f"+{pid}")

    def release(self, pid: int) -> None:
        """The process has ended: its number may go to somebody else."""
        self._say(f"-{pid}")

    def close(self) -> None:
        """Kill what is still guarded and end."""
        self._process.communicate()

    def _say(self, line: str) -> None:
        if self._process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                self._process.stdin.write(f"{line}\n".encode())
                self._process.stdin.flush()


def main() -> None:
    """Note the numbers until the pipe closes, then kill what is left."""
    groups: set[int] = set()
    for line in sys.stdin:
        pid = int(line[1:])
        if line.startswith("+"):
            groups.add(pid)
        else:
            groups.discard(pid)
    for group in groups:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)
    for folder in sys.argv[1:]:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
