"""The whole service at 10,000 pods and 5,000 other objects: start, memory, latency under load, lag."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec

from benchmarks.child import memory_mb, standin
from benchmarks.ours import kubeconfig
from benchmarks.synthetic import pods

DEVELOPMENT_ONLY = ("rich", "greenlet", "better_exceptions")
"""Packages that structlog imports where it finds them. Only requirements/dev.txt has them, so no user's process holds them."""


class Running:
    """A service in a process of its own, pinned to the last core."""

    def __init__(self, process: subprocess.Popen[str], url: str, began: float) -> None:
        self.process = process
        self.host = urlsplit(url).netloc
        self.began = began

    def ask(self, path: str, connection: http.client.HTTPConnection | None = None, *, compressed: bool = False) -> tuple[int, bytes, float]:
        """Status, body and seconds of a GET."""
        connection = connection or http.client.HTTPConnection(self.host, timeout=30)
        began = time.perf_counter()
        connection.request("GET", path, headers={"Accept-Encoding": "gzip"} if compressed else {})
        reply = connection.getresponse()
        return reply.status, reply.read(), time.perf_counter() - began

    def wait_ready(self, timeout_s: float = 60) -> float:
        """Seconds from the start of the process to the first sync."""
        end = time.monotonic() + timeout_s
        while time.monotonic() < end:
            with contextlib.suppress(OSError):
                if self.ask("/readyz")[0] == 200:
                    return time.monotonic() - self.began
            time.sleep(0.02)
        raise SystemExit("the service was not ready in time")

    @property
    def rss_mb(self) -> float:
        """Resident memory of the service."""
        return memory_mb(pid=self.process.pid)


@contextlib.contextmanager
def service(url: str) -> Iterator[Running]:
    """``arcops serve`` on a stand-in."""
    cores = sorted(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory() as folder:
        as_installed = Path(folder, "absent")
        as_installed.mkdir()
        for package in DEVELOPMENT_ONLY:
            (as_installed / f"{package}.py").write_text('raise ImportError("no package of the product")')
        command = [sys.executable, "-m", "arcops.cli", "serve", "--port", "0", "--kubeconfig", str(kubeconfig(url)), "--data-dir", folder]
        began = time.monotonic()
        process = subprocess.Popen(
            command,
            stderr=subprocess.PIPE,
            text=True,
            env={
                **os.environ,
                "ARCOPS_LOG__FORMAT": "json",
                "PYTHONPATH": os.pathsep.join((str(as_installed), os.environ.get("PYTHONPATH", ""))),
            },
            preexec_fn=lambda: os.sched_setaffinity(0, {cores[-1]}),  # noqa: PLW1509 - no threads yet
        )
        try:
            yield Running(process, _url(process), began)
        finally:
            process.terminate()
            process.wait(10)


def _url(process: subprocess.Popen[str]) -> str:
    assert process.stderr is not None  # noqa: S101
    for line in process.stderr:
        fact = json.loads(line)
        if fact["event"] == "server_started":
            threading.Thread(target=process.stderr.read, daemon=True).start()
            return str(fact["url"])
    raise SystemExit("the service did not start")


def quantile(values: list[float], q: float) -> float:
    """The q-quantile, in the unit of the values."""
    return sorted(values)[min(len(values) - 1, int(q * len(values)))] if values else float("nan")


def callers(run: Running, path: str, count: int, seconds: float) -> tuple[list[float], list[float]]:
    """Latencies of ``count`` callers of a path (gzip, as browsers and most clients ask), and of one caller of /livez beside them."""
    end = time.monotonic() + seconds
    main: list[float] = []
    trivial: list[float] = []

    def call(where: str, found: list[float], pause_s: float) -> None:
        connection = http.client.HTTPConnection(run.host, timeout=30)
        while time.monotonic() < end:
            status, _, took = run.ask(where, connection, compressed=True)
            if status == 200:
                found.append(took)
            time.sleep(pause_s)

    threads = [threading.Thread(target=call, args=(path, main, 0.05)) for _ in range(count)]
    threads.append(threading.Thread(target=call, args=("/livez", trivial, 0.005)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return main, trivial


def lag(run: Running, seconds: float) -> list[float]:
    """Seconds from a change's stamp at the server to the first answer of the service that shows it."""
    meta = msgspec.json.decode(pods(1)[0])["metadata"]
    path = f"/api/objects/pods/{meta['namespace']}/{meta['name']}"
    connection = http.client.HTTPConnection(run.host, timeout=30)
    end, last, found = time.monotonic() + seconds, "", []
    while time.monotonic() < end:
        _, body, _ = run.ask(path, connection)
        stamp = json.loads(body)["metadata"]["annotations"].get("stamp", "")
        if stamp != last:
            if last:
                found.append(time.time() - int(stamp) / 1e9)
            last = stamp
        time.sleep(0.001)
    return found


def large() -> dict[str, Any]:
    """10,000 pods and 5,000 others, 500 pod events a second."""
    with standin(10_000, 500) as url, service(url) as run:
        ready_s = run.wait_ready()
        time.sleep(3)
        lags = lag(run, 15)
        rss_mb = run.rss_mb
        status, trivial = callers(run, "/api/cluster/status", 10, 15)
        return {
            "ready_s": ready_s,
            "rss_mb": rss_mb,
            "rss_asked_mb": run.rss_mb,
            "peak_mb": memory_mb("VmHWM", run.process.pid),
            "lag_p50_ms": 1000 * quantile(lags, 0.5),
            "lag_p99_ms": 1000 * quantile(lags, 0.99),
            "lag_samples": len(lags),
            "status_p50_ms": 1000 * quantile(status, 0.5),
            "status_p99_ms": 1000 * quantile(status, 0.99),
            "status_calls": len(status),
            "livez_p99_ms": 1000 * quantile(trivial, 0.99),
            "livez_max_ms": 1000 * max(trivial),
        }


def small() -> dict[str, Any]:
    """Nine pods, as the first version was measured."""
    with standin(9, -1) as url, service(url) as run:
        ready_s = run.wait_ready()
        connection = http.client.HTTPConnection(run.host, timeout=30)
        took = [run.ask("/api/cluster/status", connection)[2] for _ in range(200)]
        return {
            "ready_s": ready_s,
            "rss_mb": run.rss_mb,
            "status_p50_ms": 1000 * quantile(took, 0.5),
            "status_p99_ms": 1000 * quantile(took, 0.99),
        }


if __name__ == "__main__":
    print(json.dumps({"small": small(), "large": large()}, indent=1))
