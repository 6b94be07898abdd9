"""The same work as ``official.py``, done by arcops, in a process set up as the service sets itself up (``runtime/memory.py``).

``python -m benchmarks.ours list|watch|record URL``.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from pathlib import Path

from arcops.base.clock import SystemClock
from arcops.inventory.index import POD, Inventory
from arcops.source.base import Observed, Replaced
from arcops.source.drivers.cluster import ClusterSource
from arcops.source.kubeconfig import load_connection
from arcops.source.watch_options import WatchOptions
from arcops.store.base import HistoryStore
from arcops.store.engines.sqlite import SqliteStore
from benchmarks.child import answer, be_like_the_service, cpu_s, memory_mb

WARM = 2_000
"""Events before the measurement begins."""


def kubeconfig(url: str) -> Path:
    """A kubeconfig for a plain address."""
    path = Path(tempfile.mkdtemp()) / "kubeconfig"
    path.write_text(
        f"""apiVersion: v1
kind: Config
clusters: [{{name: bench, cluster: {{server: "{url}"}}}}]
users: [{{name: bench, user: {{token: bench}}}}]
contexts: [{{name: bench, context: {{cluster: bench, user: bench}}}}]
current-context: bench
""",
    )
    return path


def pods_of(url: str, *, watch_list: bool = True) -> ClusterSource:
    """A source of pods alone."""
    clock = SystemClock()
    options = WatchOptions(include=("pods",), watch_list=watch_list, audit_s=10_000)
    return ClusterSource(load_connection(kubeconfig(url), None, clock), clock, options)


async def list_pods(url: str) -> None:
    """List all pods once, typed, into the index."""
    source, inventory = pods_of(url, watch_list=False), Inventory()
    before, cpu = memory_mb(), cpu_s()
    async for event in source.observe():
        if isinstance(event, Replaced):
            inventory.replace(event.resource.group_kind, event.observations)
            break
    answer(pods=inventory.count(POD), cpu_s=cpu_s() - cpu, peak_mb=memory_mb("VmHWM") - before)
    await source.aclose()


async def watch_pods(url: str, *, record: bool, count: int) -> None:
    """So many watch events through decoding and the index; with ``record`` through the record on disk too."""
    source, inventory = pods_of(url), Inventory()
    store: HistoryStore | None = SqliteStore(Path(tempfile.mkdtemp()) / "record") if record else None
    if store:
        await store.start()
    seen, cpu, began = 0, cpu_s(), time.monotonic()
    async for event in source.observe():
        if isinstance(event, Replaced):
            inventory.replace(event.resource.group_kind, event.observations)
            continue
        if not isinstance(event, Observed):
            continue
        if store:
            await store.append(event.observations)
        inventory.apply(event.observations)
        if seen < WARM <= seen + len(event.observations):
            cpu, began = cpu_s(), time.monotonic()
        seen += len(event.observations)
        if seen >= WARM + count:
            break
    if store:
        await store.flush()
    answer(events=seen - WARM, cpu_s=cpu_s() - cpu, seconds=time.monotonic() - began, index=inventory.count(POD))
    await source.aclose()
    if store:
        await store.aclose()


if __name__ == "__main__":
    what, address = sys.argv[1:3]
    be_like_the_service()
    if what == "list":
        asyncio.run(list_pods(address))
    else:
        asyncio.run(watch_pods(address, record=what == "record", count=60_000 if what == "watch" else 20_000))
