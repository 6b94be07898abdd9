"""How fast all rules look at a large cluster, and what one change costs: ``python -m benchmarks.findings_rate``.

The cluster is that of ``index_rate``: 10,000 pods, of which 4 % are unwell, and 5,000 other objects. The bars are those of
diagnosis.md §3: everything in 0.5 s on one core, one change in 5 ms.
"""

from __future__ import annotations

import gc
import time
from statistics import quantiles

from arcops.findings.catalog import all_rules
from arcops.findings.coverage import Coverage
from arcops.findings.engine import Engine
from arcops.findings.past import Recall
from arcops.findings.report import report
from arcops.inventory.index import Inventory
from arcops.kube.objects.decode import decode
from arcops.kube.watch import Observation, Op
from benchmarks import index_rate

NOW_MS = index_rate.NOW_MS
CHANGES = 2_000


def main() -> None:
    """Print times and memory."""
    inventory = Inventory()
    index_rate.load(inventory)
    gc.collect()
    before = index_rate.resident()
    engine = Engine(all_rules(), inventory, Coverage(), Recall())
    for name in ("first look", "second look"):
        started = time.process_time()
        engine.evaluate(NOW_MS)
        print(f"{name:<19}{time.process_time() - started:.3f} s")
    gc.collect()
    print(f"objects            {len(inventory)}, rules {len(engine.rules)}, findings {len(engine.findings)}")
    print(f"held               {(index_rate.resident() - before) / 1e6:.1f} MB")
    started = time.process_time()
    made = report(engine, NOW_MS)
    print(f"report             {time.process_time() - started:.3f} s, {len(made.incidents)} incidents")
    spent = sorted(_changes(inventory, engine))
    cuts = quantiles(spent, n=100)
    print(f"one change         p50 {cuts[49]:.2f} ms, p99 {cuts[98]:.2f} ms, worst {spent[-1]:.2f} ms")


def _changes(inventory: Inventory, engine: Engine) -> list[float]:
    """The milliseconds that the findings of one changed pod take, for many pods."""
    spent = []
    for number in range(CHANGES):
        pod = decode(index_rate.POD, index_rate.changed_pod(number, 900_000 + number))
        delta = inventory.apply([Observation(Op.MODIFIED, index_rate.POD, pod, b"", NOW_MS)])
        started = time.perf_counter()
        engine.update(delta, NOW_MS + number)
        spent.append((time.perf_counter() - started) * 1000)
    return spent


if __name__ == "__main__":
    main()
