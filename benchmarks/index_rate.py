"""How fast pods are decoded and indexed, and what the index holds: ``python -m benchmarks.index_rate``.

10,000 synthetic pods of about 9.4 KB and 5,000 other objects are decoded and applied; then every pod changes once, in
random order. Replicas of an app share their template, as they do in life (``synthetic.pod`` would give every pod an
environment of its own).
"""

from __future__ import annotations

import gc
import random
import time
from collections.abc import Callable

import msgspec
import psutil

from arcops.inventory.index import Inventory
from arcops.inventory.stats import stats_of
from arcops.kube.objects.decode import decode
from arcops.kube.refs import GroupKind, group_of
from arcops.kube.watch import Observation, Op
from benchmarks import synthetic

PODS = 10_000
BATCH = 100
NOW_MS = 1_795_507_200_000
POD = GroupKind("", "Pod")


def main() -> None:
    """Print rates, memory and a few reads."""
    inventory = Inventory()
    empty = resident()
    started = time.process_time()
    load(inventory)
    print(f"objects            {len(inventory)}, made and taken in within {time.process_time() - started:.1f} s")
    gc.collect()
    print(f"held               {(resident() - empty) / 1e6:.1f} MB")
    rates = [change_all(inventory, first_version) for first_version in (100_000, 200_000, 300_000)]
    decode_us, apply_us, size = min(rates)
    print(f"decode             {decode_us:.1f} us a pod of {size:.0f} bytes")
    print(f"apply MODIFIED     {apply_us:.1f} us, freeing the old state included")
    print(f"decode and apply   {1e6 / (decode_us + apply_us):,.0f} a second on one core (best of {len(rates)} rounds)")
    gc.collect()
    print(f"held after         {(resident() - empty) / 1e6:.1f} MB (every pod changed {len(rates)} times)")
    print(f"list all pods      {cpu_s(lambda: inventory.list(POD)) * 1e3:.2f} ms, again {cpu_s(lambda: inventory.list(POD)) * 1e6:.0f} us")
    print(f"stats              {cpu_s(lambda: stats_of(inventory, NOW_MS)) * 1e3:.1f} ms")


def load(inventory: Inventory) -> None:
    """Take in the pods in pages, as a LIST does, then everything else."""
    page: list[Observation] = []
    for i in range(PODS):
        body = msgspec.json.encode(synthetic.pod(i, random.Random(i % synthetic.APPS), 1000 + i))
        page.append(Observation(Op.ADDED, POD, decode(POD, body), b"", NOW_MS))
        if len(page) == BATCH:
            inventory.apply(page)
            page.clear()
    for thing in synthetic.others(900):
        kind = GroupKind(group_of(thing["apiVersion"]), thing["kind"])
        inventory.apply([Observation(Op.ADDED, kind, decode(kind, msgspec.json.encode(thing)), b"", NOW_MS)])


def change_all(inventory: Inventory, first_version: int) -> tuple[float, float, float]:
    """Change every pod once, in batches as the pipeline takes them: microseconds of decoding and of applying a pod, and its bytes."""
    decode_s = apply_s = 0.0
    size = 0
    order = list(range(PODS))
    random.Random(first_version).shuffle(order)
    for at in range(0, PODS, BATCH):
        lines = [changed_pod(i, first_version + at + n) for n, i in enumerate(order[at : at + BATCH])]
        size += sum(map(len, lines))
        started = time.process_time()
        seen = [Observation(Op.MODIFIED, POD, decode(POD, line), b"", NOW_MS) for line in lines]
        decoded = time.process_time()
        inventory.apply(seen)
        del seen
        apply_s += time.process_time() - decoded
        decode_s += decoded - started
    return decode_s / PODS * 1e6, apply_s / PODS * 1e6, size / PODS


def changed_pod(i: int, version: int) -> bytes:
    """Pod ``i`` with a new resourceVersion and a new transition time."""
    body = synthetic.pod(i, random.Random(i % synthetic.APPS), version)
    body["status"]["conditions"][1]["lastTransitionTime"] = f"2026-11-24T07:{version % 60:02d}:{version // 60 % 60:02d}Z"
    return msgspec.json.encode(body)


def cpu_s(work: Callable[[], object]) -> float:
    """CPU seconds of this process that ``work`` takes."""
    started = time.process_time()
    work()
    return time.process_time() - started


def resident() -> int:
    """Resident memory in bytes."""
    return int(psutil.Process().memory_info().rss)


if __name__ == "__main__":
    main()
