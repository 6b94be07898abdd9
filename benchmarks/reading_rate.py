"""How much of a core the reading of a question takes in a large cluster: ``python -m benchmarks.reading_rate``.

The cluster is that of ``index_rate``: 10,000 pods and 5,000 other objects. Every wording of the tests is read, then one again after each
of many changes. The bar is 15 ms.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec

from arcops.chat.read.index import names_of
from arcops.chat.read.reading import read_question
from arcops.inventory.index import Inventory
from arcops.kube.objects.decode import decode
from arcops.kube.watch import Observation, Op
from arcops.queries.services import Services
from arcops.source.drivers.files import FilesSource
from arcops.source.texts import read_picture
from arcops.store.engines.memory import MemoryStore
from arcops.testing.cases import MomentClock
from benchmarks import index_rate, synthetic

TABLES = Path(__file__).parents[1] / "tests" / "unit" / "chat" / "read" / "wordings"
CASE = Path(__file__).parents[1] / "tests" / "small_cluster.yaml"
OURS = (
    "why is app-017 crashing",
    "logs of app-4",
    "what is wrong in team-07",
    "why is ap-017 down",
    "status of app 12",
    "pods on node-012",
)
CHANGES = 500


def questions() -> list[str]:
    """The wordings of the tests, and some that name objects of this cluster."""
    lines = (line for path in sorted(TABLES.glob("*.txt")) for line in path.read_text().splitlines())
    return [*(line.split("|", 2)[2].strip() for line in lines if line.count("|") > 1 and not line.startswith("#")), *OURS]


async def main() -> None:
    """Print times in milliseconds."""
    inventory = Inventory()
    index_rate.load(inventory)
    clock = MomentClock(index_rate.NOW_MS)
    source = FilesSource(read_picture([CASE], index_rate.NOW_MS, strict=True))
    services = Services(source, inventory, MemoryStore(clock), clock, index_rate.NOW_MS)
    started = time.process_time()
    names_of(inventory)
    print(f"index of names     {(time.process_time() - started) * 1e3:.1f} ms, once")
    await _timed(services, "pods", "first question")
    _print("questions", [await _timed(services, question) for question in questions()])
    spent = []
    for number in range(CHANGES):
        body = msgspec.json.encode(synthetic.pod(20_000 + number, random.Random(1), 900_000 + number))
        inventory.apply([Observation(Op.ADDED, index_rate.POD, decode(index_rate.POD, body), b"", index_rate.NOW_MS)])
        spent.append(await _timed(services, OURS[0]))
    _print("after a new pod", spent)


async def _timed(services: Services, question: str, name: str = "") -> float:
    started = time.process_time()
    await read_question(services, question, inventory=services.inventory, now_ms=index_rate.NOW_MS)
    spent = (time.process_time() - started) * 1e3
    if name:
        print(f"{name:<19}{spent:.1f} ms")
    return spent


def _print(name: str, spent: Sequence[float]) -> None:
    ordered = sorted(spent)
    print(f"{name:<19}p50 {ordered[len(ordered) // 2]:.2f} ms, p99 {ordered[int(len(ordered) * 0.99)]:.2f} ms, worst {ordered[-1]:.2f} ms")


if __name__ == "__main__":
    asyncio.run(main())
