"""How long ``GET /api/cluster/status`` takes with 10,000 pods: ``python -m benchmarks.api_status [callers]``.

The service's own app behind its own server, with 500 pod changes a second going into the index meanwhile. Callers are
in another process: each asks again as soon as it has its answer; one more asks ``/livez``. Bars: p99 below 150 ms for
each caller of the status, below 50 ms for the other, loop never held up for 50 ms.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import random
import statistics
import sys
import time
from collections.abc import AsyncIterator
from itertools import islice

import msgspec

from arcops.api.app import create_app
from arcops.base.clock import SystemClock
from arcops.inventory.index import Inventory
from arcops.kube.builtin import BUILTIN
from arcops.kube.kinds import KindCatalog
from arcops.kube.objects.decode import decode
from arcops.kube.refs import GroupKind, group_of
from arcops.kube.watch import Observation, Op
from arcops.queries.services import Services
from arcops.runtime.server import HttpServer, bind, url_of
from arcops.runtime.settings import ServerSettings
from arcops.source.base import KindPhase, KindState, SourceState
from arcops.store.engines.memory import MemoryStore
from benchmarks import synthetic
from benchmarks.child import cpu_s, memory_mb

PODS = 10_000
RATE_PER_S = 500
SECONDS = 8.0
POD = GroupKind("", "Pod")


class StillSource:
    """A source that is connected, and says nothing more."""

    def __init__(self) -> None:
        self.catalog = KindCatalog(BUILTIN)
        self.state = SourceState("bench", connected=True)
        pods = next(resource for resource in BUILTIN if resource.group_kind == POD)
        self.state.kinds[POD] = KindState(pods, KindPhase.SYNCED, synced_ms=1)


async def serve() -> None:
    """Serve until standard input ends; prints the URL, then one line of figures."""
    clock = SystemClock()
    inventory, store = Inventory(), MemoryStore(clock)
    bodies = [msgspec.json.encode(synthetic.pod(i, random.Random(i % synthetic.APPS), 1000 + i)) for i in range(PODS)]
    inventory.apply([Observation(Op.ADDED, POD, decode(POD, body), b"", 1) for body in bodies])
    for thing in synthetic.others(900):
        kind = GroupKind(group_of(thing["apiVersion"]), thing["kind"])
        inventory.apply([Observation(Op.ADDED, kind, decode(kind, msgspec.json.encode(thing)), b"", 1)])
    services = Services(StillSource(), inventory, store, clock, clock.now_ms())  # type: ignore[arg-type]  # it is never read from
    del bodies
    changes = [
        msgspec.json.encode(synthetic.pod(i % PODS, random.Random(i % synthetic.APPS), 10_000_000 + i)) for i in range(0, 10**6, 137)
    ]
    gc.collect()
    listener = bind(ServerSettings(port=0))
    server = HttpServer(create_app(services))
    stalls: list[tuple[float, float]] = []
    gc.collect()
    gc.freeze()
    async with _background(_change(inventory, changes), _watch_loop(stalls)):
        serving = asyncio.ensure_future(server.serve(sockets=[listener]))
        print(url_of(listener), flush=True)
        await asyncio.to_thread(sys.stdin.read)
        server.should_exit = True
        await serving
    late, busy = (sorted(column) for column in zip(*stalls, strict=True))
    figures = {"late": (late[-len(late) // 100], late[-1]), "busy": (busy[-len(busy) // 100], busy[-1])}
    print(json.dumps({"loop_ms_p99_max": figures, "rss_mb": memory_mb(), "cpu_s": cpu_s()}))


async def _change(inventory: Inventory, bodies: list[bytes]) -> None:
    """Changes at an even rate, decoded and applied as they would be from a watch."""
    left = iter(bodies)
    while batch := list(islice(left, RATE_PER_S // 50)):
        began = time.perf_counter()
        inventory.apply([Observation(Op.MODIFIED, POD, decode(POD, body), b"", 1) for body in batch])
        await asyncio.sleep(max(0.0, 0.02 - (time.perf_counter() - began)))


async def _watch_loop(stalls: list[tuple[float, float]]) -> None:
    """How late a timer of 2 ms is, and how much of that this thread was at work (the rest, others had the core)."""
    while True:
        began, began_cpu = time.perf_counter(), time.thread_time()
        await asyncio.sleep(0.002)
        stalls.append(((time.perf_counter() - began - 0.002) * 1000, (time.thread_time() - began_cpu) * 1000))


@contextlib.asynccontextmanager
async def _background(*work: object) -> AsyncIterator[None]:
    tasks = [asyncio.ensure_future(one) for one in work]  # type: ignore[call-overload]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()


async def call(url: str, callers: int) -> dict[str, object]:
    """Ask for some seconds; gives times in milliseconds."""
    import aiohttp

    end = time.monotonic() + SECONDS
    status: list[float] = []
    other: list[float] = []
    size = 0

    async def ask(session: aiohttp.ClientSession, path: str, times: list[float], pause_s: float) -> None:
        nonlocal size
        while time.monotonic() < end:
            began = time.perf_counter()
            async with session.get(url + path) as response:
                body = await response.read()
                assert response.status == 200, response.status  # noqa: S101
            times.append((time.perf_counter() - began) * 1000)
            size = max(size, len(body))
            await asyncio.sleep(pause_s)

    async with aiohttp.ClientSession(auto_decompress=False, connector=aiohttp.TCPConnector(limit=0)) as session:
        encodings = {"accept-encoding": "gzip"} if "--identity" not in sys.argv else {"accept-encoding": "identity"}
        session.headers.update(encodings)
        await session.get(f"{url}/api/cluster/status")
        end = time.monotonic() + SECONDS
        await asyncio.gather(*(ask(session, "/api/cluster/status", status, 0) for _ in range(callers)), ask(session, "/livez", other, 0.01))
    return {"asked": len(status), "bytes": size, "status": _spread(status), "livez": _spread(other)}


def _spread(times: list[float]) -> dict[str, float]:
    cuts = statistics.quantiles(times, n=100)
    return {"p50": round(cuts[49], 1), "p99": round(cuts[98], 1), "max": round(max(times), 1)}


async def main(callers: int) -> None:
    """Start the service, ask, print."""
    server = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.api_status", "serve", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    if server.stdout is None or server.stdin is None:
        raise SystemExit("no pipes")
    url = (await server.stdout.readline()).decode().strip()
    print(json.dumps(await call(url, callers)))
    server.stdin.close()
    print((await server.stdout.read()).decode().strip())
    await server.wait()


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        asyncio.run(serve())
    else:
        numbers = [int(word) for word in sys.argv[1:] if word.isdecimal()]
        asyncio.run(main(numbers[0] if numbers else 10))
