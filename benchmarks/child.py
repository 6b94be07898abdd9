"""Runs one measurement in a fresh process and gives its answer: CPU seconds, peak memory, and whatever it printed."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from arcops.runtime.memory import keep_for_good, keep_little


def run(module: str, *args: str, timeout_s: float = 180, pin: int | None = 1) -> dict[str, Any]:
    """Run ``python -m module args`` pinned to one core; returns the JSON object of its last line."""
    cores = sorted(os.sched_getaffinity(0))
    done = subprocess.run(
        [sys.executable, "-m", module, *args],
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
        preexec_fn=None if pin is None else lambda: os.sched_setaffinity(0, {cores[pin % len(cores)]}),
    )
    if done.returncode:
        raise SystemExit(f"{module} {' '.join(args)} failed:\n{done.stderr[-2000:]}")
    answer: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return answer


@contextlib.contextmanager
def standin(pods: int, rate: float) -> Iterator[str]:
    """A stand-in API server on core 0; gives its URL."""
    cores = sorted(os.sched_getaffinity(0))
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.standin", str(pods), str(rate)],
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: os.sched_setaffinity(0, {cores[0]}),  # noqa: PLW1509 - no threads yet
    )
    try:
        yield (process.stdout.readline() if process.stdout else "").strip()
    finally:
        process.terminate()
        process.wait(10)


def be_like_the_service() -> None:
    """Set memory up as the service does at its start."""
    keep_little()
    keep_for_good()


def cpu_s() -> float:
    """User and system seconds of this process."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def memory_mb(field: str = "VmRSS", pid: int | str = "self") -> float:
    """Resident memory now (``VmRSS``) or at its peak (``VmHWM``) in 10^6 bytes."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1]) * 1024 / 1e6
    return 0.0


def tell(figures: Mapping[str, float]) -> None:
    """Print what was measured, a figure a line; with ``--json`` for ``run``."""
    if "--json" in sys.argv:
        answer(**figures)
        return
    for name, figure in figures.items():
        print(f"{name:<40}{figure}")


def answer(**figures: object) -> None:
    """Print what was measured, for ``run``."""
    print(json.dumps(figures))
