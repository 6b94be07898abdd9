"""A running `arcops serve` in a process of its own, for tests that judge the whole."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, Self

from lab.wait import wait_until


class Service:
    """Starts the service, reads its log lines, asks it over HTTP, ends it."""

    def __init__(self, *args: str, data_dir: Path, env: dict[str, str] | None = None) -> None:
        """``args`` go to ``arcops serve``; settings go into ``env`` as ``ARCOPS_SECTION__FIELD``."""
        self.args = args
        self.data_dir = data_dir
        self.env = {**os.environ, "ARCOPS_LOG__FORMAT": "json", **(env or {})}
        self.lines: list[dict[str, Any]] = []
        self.url = ""
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.kill()

    def start(self) -> Self:
        """Run it; returns when it listens."""
        self.url = ""
        command = [sys.executable, "-m", "arcops.cli", "serve", "--port", "0", "--data-dir", str(self.data_dir), *self.args]
        process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, env=self.env)
        self._process = process
        threading.Thread(target=self._read, args=(process,), daemon=True).start()
        wait_until(lambda: self.url or process.poll() is not None, "the service listens", timeout_s=15)
        assert self.url, f"the service ended at once: {self.lines}"
        return self

    def _read(self, process: subprocess.Popen[str]) -> None:
        assert process.stderr is not None
        with process.stderr as stream:
            for line in stream:
                try:
                    fact = json.loads(line)
                except ValueError:
                    fact = {"event": "not json", "text": line.rstrip()}
                self.lines.append(fact)
                if fact.get("event") == "server_started":
                    self.url = fact["url"]

    @property
    def pid(self) -> int:
        """Its process id."""
        assert self._process is not None
        return self._process.pid

    def get(self, path: str, timeout_s: float = 10) -> Any:
        """The JSON of a GET; a problem document is returned like any other."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=timeout_s) as reply:
                return json.load(reply)
        except urllib.error.HTTPError as error:
            return json.load(error)

    def is_ready(self) -> bool:
        """Whether /readyz says yes."""
        with contextlib.suppress(OSError):
            return bool(urllib.request.urlopen(self.url + "/readyz", timeout=5).status == 200)
        return False

    def wait_ready(self, timeout_s: float = 30) -> Self:
        """Wait for the first sync."""
        wait_until(self.is_ready, "the service is ready", timeout_s=timeout_s)
        return self

    def stop(self, timeout_s: float = 10) -> int:
        """SIGTERM; returns the exit status."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(timeout_s)

    def wait(self, timeout_s: float) -> int:
        """Its exit status, once it has ended by itself."""
        assert self._process is not None
        return self._process.wait(timeout_s)

    def kill(self) -> None:
        """SIGKILL, if it still runs."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait(10)
