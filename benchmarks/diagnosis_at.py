"""How fast a whole cluster is diagnosed as of a moment of the past: ``python -m benchmarks.diagnosis_at [--json]``.

The first 2,000 pods of ``shop`` and 1,000 other objects, in a record on disk, with an hour of 10,000 changes on top. The inventory of the
moment is rebuilt from the record, and the same engine and rules run. The bar is 1 s.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from pathlib import Path

import msgspec

from arcops.base.clock import SystemClock
from arcops.inventory.index import Inventory
from arcops.kube.watch import Op
from arcops.queries.diagnosis_at import diagnose_at
from arcops.queries.services import Services
from arcops.source.base import KindPhase, KindState
from arcops.source.drivers.fake import FakeSource
from arcops.store.engines.sqlite import SqliteStore
from arcops.store.notes import MemoryNotes
from benchmarks import child, shop
from benchmarks.findings_rate import changed

PODS, OTHERS, CHANGES, BATCH = 2_000, 1_000, 10_000, 50
HOUR_MS = 3_600_000
ROUNDS = 5


def main() -> None:
    """Print the figures; ``--json`` for them alone."""
    child.tell(measured())


def measured() -> dict[str, float]:
    """Seconds, and what was found in them."""
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_measured(Path(folder)))


async def _measured(folder: Path) -> dict[str, float]:
    clock = SystemClock()
    store = SqliteStore(folder, clock)
    await store.start()
    source = FakeSource(clock)
    for resource in source.catalog:
        source.state.kinds[resource.group_kind] = KindState(resource, KindPhase.SYNCED, synced_ms=shop.NOW_MS)
    services = Services(source, Inventory(), store, clock, shop.NOW_MS)
    await _fill(store)
    spent = []
    for number in range(ROUNDS):
        began = time.perf_counter()
        report, made = await diagnose_at(services, shop.NOW_MS + HOUR_MS * (number + 1) // (ROUNDS + 1), MemoryNotes())
        spent.append(time.perf_counter() - began)
    objects = len(made.engine.inventory)
    await store.aclose()
    return {
        "objects": objects,
        "findings": len(report.findings),
        "incidents": len(report.incidents),
        "as_of_s": round(sorted(spent)[len(spent) // 2], 3),
        "as_of_worst_s": round(max(spent), 3),
    }


async def _fill(store: SqliteStore) -> None:
    bodies = list(shop.bodies(PODS, OTHERS))
    first = [shop.observed(Op.ADDED, body, shop.NOW_MS - 60_000) for body in bodies]
    for at in range(0, len(first), BATCH):
        await store.append(first[at : at + BATCH])
    batch = []
    for number, seen in enumerate(changed(CHANGES, PODS, OTHERS)):
        batch.append(msgspec.structs.replace(seen, seen_ms=shop.NOW_MS + number * HOUR_MS // CHANGES))
        if len(batch) == BATCH:
            await store.append(batch)
            batch = []
    await store.flush()


if __name__ == "__main__":
    main()
