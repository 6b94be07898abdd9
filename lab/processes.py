"""One program of the cluster as something to start, freeze, kill and start again."""

import contextlib
import os
import random
import signal
import socket
import subprocess
from collections.abc import Sequence
from pathlib import Path

from lab.errors import LabError
from lab.reaper import Reaper


class Component:
    """A program with its own log file and process group; guarded so that it never outlives its owner."""

    def __init__(self, name: str, command: Sequence[str | Path], log: Path, reaper: Reaper) -> None:
        """Remember how to run it; nothing is started yet."""
        self.name = name
        self.log = log
        self._command = command
        self._reaper = reaper
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """Its process id while it runs (or is frozen)."""
        return self._process.pid if self._process and self._process.poll() is None else None

    @property
    def state(self) -> str:
        """`running`, `stopped` (never started, or ended by us) or `exited N` (died by itself)."""
        if self._process is None:
            return "stopped"
        status = self._process.poll()
        return "running" if status is None else f"exited {status}"

    def start(self) -> None:
        """Run it; what it prints is appended to its log."""
        if self.pid is not None:
            return
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.log.parent,
                process_group=0,
            )
        self._reaper.guard(self._process.pid)

    def stop(self, *, grace_s: float = 0.0) -> None:
        """End it: at once as by kill -9, or politely first with up to `grace_s` seconds to finish."""
        process, self._process = self._process, None
        if process is None:
            return
        if grace_s:
            _signal_group(process.pid, signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(grace_s)
        if process.poll() is None:
            _signal_group(process.pid, signal.SIGKILL)
        process.wait()
        self._reaper.release(process.pid)

    def pause(self) -> None:
        """Freeze it: connections stay open and nothing answers, as a machine that hangs."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let a frozen one go on."""
        self._signal(signal.SIGCONT)

    def require_alive(self) -> None:
        """LabError with the end of the log if it died by itself."""
        if self.state.startswith("exited"):
            raise LabError(f"{self.name} {self.state}", f"The end of {self.log}:\n{self.log_tail()}")

    def log_tail(self, lines: int = 8) -> str:
        """The last lines it printed."""
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        return "\n".join(text.splitlines()[-lines:])

    def _signal(self, number: signal.Signals) -> None:
        if self.pid is None:
            raise LabError(f"{self.name} does not run", f"Its state is: {self.state}.")
        _signal_group(self.pid, number)


def free_ports(count: int) -> list[int]:
    """Loopback ports that nobody uses now, all different.

    Chosen below the range from which the kernel takes the near end of outgoing connections, so that no
    connection sits on the port of a server that is just being restarted.
    """
    found: list[int] = []
    for port in random.sample(range(20_000, 32_000), 2_000):
        with socket.socket() as one, contextlib.suppress(OSError):
            one.bind(("127.0.0.1", port))
            found.append(port)
        if len(found) == count:
            return found
    raise LabError("no free ports on 127.0.0.1 between 20000 and 32000")


def _signal_group(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, number)
