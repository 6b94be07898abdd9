"""How fast all rules look at a large cluster, and what one change costs: ``python -m benchmarks.findings_rate [--json]``.

The cluster is ``shop``: 10,000 pods of which 4 % crash, and 5,000 other objects. It is looked at as the service does (only logs of what is
unwell can be had) and as a file is (every log can). Then 4,000 objects change one by one, of the kinds that change most in life.
Times are of the CPU. The bars are those of diagnosis.md §3.
"""

from __future__ import annotations

import gc
import random
import time
from collections.abc import Iterator
from statistics import quantiles

from arcops.base.clock import rfc3339
from arcops.findings.catalog import all_rules
from arcops.findings.coverage import Coverage
from arcops.findings.engine import Engine
from arcops.findings.past import Recall
from arcops.findings.report import report
from arcops.inventory.index import Inventory
from arcops.kube.watch import Observation, Op
from benchmarks import child, index_rate, shop
from benchmarks.synthetic import Body

NOW_MS = shop.NOW_MS
CHANGES = 4_000
_OFTEN = (("Pod", 12), ("Lease", 4), ("Event", 3), ("Deployment", 2), ("ReplicaSet", 2), ("EndpointSlice", 2), ("Node", 1), ("Service", 1))
"""The kinds that change, and how often among 27 changes."""
_UNREADY = 50
"""Pods that are unready for a while at any time, as in a rollout."""


def main() -> None:
    """Print times and memory; ``--json`` for the figures alone."""
    child.tell(measured())


def measured() -> dict[str, float]:
    """Seconds, milliseconds, megabytes and counts by what they are of."""
    inventory = Inventory()
    shop.load(inventory)
    gc.collect()
    gc.freeze()
    before = index_rate.resident()
    engine = _engine(inventory, has_every_log=False)
    found: dict[str, float] = {"first_look_s": _look_s(engine), "again_s": _look_s(engine)}
    gc.collect()
    found["held_mb"] = round((index_rate.resident() - before) / 1e6, 1)
    found |= {"objects": len(inventory), "rules": len(engine.rules), "findings": len(engine.findings)}
    started = time.process_time()
    found["incidents"] = len(report(engine, NOW_MS).incidents)
    found["report_s"] = round(time.process_time() - started, 3)
    found |= _changes(inventory, engine)
    found["with_every_log_s"] = _look_s(_engine(inventory, has_every_log=True))
    return found


def _engine(inventory: Inventory, *, has_every_log: bool) -> Engine:
    engine = Engine(all_rules(), inventory, Coverage(), Recall())
    engine.recall.has_every_log = has_every_log
    return engine


def _look_s(engine: Engine) -> float:
    started = time.process_time()
    engine.evaluate(NOW_MS)
    return round(time.process_time() - started, 3)


def _changes(inventory: Inventory, engine: Engine) -> dict[str, float]:
    """What the findings of one changed object take, by kind, and how many a second that would be."""
    spent: dict[str, list[float]] = {}
    for number, seen in enumerate(changed(CHANGES)):
        delta = inventory.apply([seen])
        started = time.process_time()
        engine.update(delta, NOW_MS + number)
        spent.setdefault(seen.group_kind.kind, []).append((time.process_time() - started) * 1000)
    every = [one for each in spent.values() for one in each]
    cuts = quantiles(every, n=100)
    found = {"change_p50_ms": cuts[49], "change_p99_ms": cuts[98], "change_worst_ms": max(every)}
    found |= {f"change_{kind}_p99_ms": quantiles(each, n=100)[98] for kind, each in sorted(spent.items())}
    return {name: round(value, 3) for name, value in found.items()} | {"changes_per_s": round(len(every) / sum(every) * 1000)}


def changed(count: int, pods: int = shop.PODS, others: int = shop.OTHERS, now_ms: int = NOW_MS) -> Iterator[Observation]:
    """Objects of the shop as they change in life: some pods turn unready for a while, and the others follow with new counts and times."""
    rng = random.Random(3)
    bodies: dict[str, list[Body]] = {}
    for body in shop.bodies(pods, others):
        bodies.setdefault(body["kind"], []).append(body)
    kinds = [kind for kind, times in _OFTEN for _ in range(times) if kind in bodies]
    unready: list[Body] = []
    for number in range(count):
        body = rng.choice(bodies[rng.choice(kinds)])
        if len(unready) > _UNREADY:
            body = unready.pop(0)
        elif body["kind"] == "Pod" and number % 4 == 0:
            unready.append(body)
        _turn(body, number, rfc3339(now_ms + number))
        body["metadata"]["resourceVersion"] = str(900_000 + number)
        yield shop.observed(Op.MODIFIED, body, now_ms + number)


def _turn(body: Body, number: int, at: str) -> None:
    """What a controller or the kubelet would write."""
    status = body.get("status", {})
    match body["kind"]:
        case "Pod":
            is_ready = status["conditions"][0]["status"] == "True" and number % 4 == 0
            for condition in status["conditions"][:2]:
                condition |= {"status": "False" if is_ready else "True", "lastTransitionTime": at}
            for one in status["containerStatuses"]:
                one["ready"] = not is_ready
        case "Deployment" | "ReplicaSet":
            status["readyReplicas"] = status["availableReplicas"] = max(0, status["replicas"] - number % 3)
        case "EndpointSlice":
            body["endpoints"][0]["conditions"]["ready"] = bool(number % 2)
        case "Lease":
            body["spec"]["renewTime"] = at
        case "Node":
            status["conditions"][0]["lastHeartbeatTime"] = at
        case "Event":
            body |= {"count": body["count"] + 1, "lastTimestamp": at}
        case _:
            body["metadata"]["annotations"] = {"touched": at}


if __name__ == "__main__":
    main()
