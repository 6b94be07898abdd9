"""Change by change the findings are those of one look, in a large cluster too, where rules share what they found out."""

from __future__ import annotations

import random
from collections.abc import Callable

import msgspec
import pytest

from arcops.inventory.index import Inventory
from arcops.kube.objects.decode import decode
from arcops.kube.watch import Observation, Op
from tests.case_pictures import engine_over, told
from tests.healthy.scenes import healthy_cluster
from tests.healthy.world import NOW_MS, Body, ago


def turned(seen: Observation, rng: random.Random, version: int) -> Observation:
    """The object with some of what rules look at turned: readiness, counts, labels, replicas, node, versions, selectors; or gone."""
    if rng.random() < 0.15:
        return Observation(Op.DELETED, seen.group_kind, seen.obj, seen.raw, NOW_MS)
    body = msgspec.json.decode(seen.raw)
    body["metadata"]["resourceVersion"] = str(900_000 + version)
    _turn(body, rng)
    raw = msgspec.json.encode(body)
    return Observation(Op.MODIFIED, seen.group_kind, decode(seen.group_kind, raw), raw, NOW_MS)


def _turn(body: Body, rng: random.Random) -> None:
    for condition in (body.get("status") or {}).get("conditions") or ():
        if rng.random() < 0.4:
            condition |= {"status": rng.choice(("True", "False", "Unknown")), "lastTransitionTime": ago(rng.randint(0, 4000))}
    if rng.random() < 0.3 and body["metadata"].get("labels"):
        body["metadata"]["labels"] |= {"app": rng.choice(("web", "db", "other"))}
    if body["kind"] in _TURNS:
        _TURNS[body["kind"]](body, rng)


def _turn_pod(body: Body, rng: random.Random) -> None:
    body["spec"]["nodeName"] = rng.choice(("node-0", "node-1", "node-9"))
    for one in body["status"].get("containerStatuses") or ():
        one["ready"] = rng.random() < 0.5


def _turn_workload(body: Body, rng: random.Random) -> None:
    host = rng.choice(("web", "db", "gone"))
    body["spec"]["replicas"] = rng.randint(0, 6)
    body["spec"]["template"]["spec"]["containers"][0]["env"] = [{"name": "DB_URL", "value": f"http://{host}:80"}]


def _turn_node(body: Body, rng: random.Random) -> None:
    body["status"]["nodeInfo"]["kubeletVersion"] = f"v1.{rng.randint(20, 34)}.1"
    body["status"]["allocatable"] = {"cpu": rng.choice(("100m", "16")), "memory": rng.choice(("64Mi", "64Gi")), "pods": "110"}


_TURNS: dict[str, Callable[[Body, random.Random], None]] = {
    "Pod": _turn_pod,
    "Deployment": _turn_workload,
    "ReplicaSet": _turn_workload,
    "StatefulSet": _turn_workload,
    "Node": _turn_node,
    "Service": lambda body, rng: body["spec"].update(selector={"app": rng.choice(("web", "db", "other"))}),
    "Lease": lambda body, rng: body["spec"].update(renewTime=ago(rng.randint(-300, 300))),
    "Ingress": lambda body, rng: body["spec"]["rules"][0].update(host=rng.choice(("a.example.com", "b.example.com"))),
}


@pytest.mark.parametrize("seed", range(40))
def test_change_by_change_the_findings_are_those_of_one_look(seed: int) -> None:
    rng = random.Random(seed)
    first = healthy_cluster(seed)
    held = {one.obj.metadata.uid: one for one in first if one.group_kind.kind != "Event"}
    inventory = Inventory()
    inventory.apply(first)
    engine = engine_over(inventory)
    engine.evaluate(NOW_MS)
    for version in range(80):
        uid = rng.choice(sorted(held))
        seen = turned(held[uid], rng, version)
        held[uid] = seen
        if seen.op is Op.DELETED:
            del held[uid]
        engine.update(inventory.apply([seen]), NOW_MS)
    whole = engine_over(inventory)
    whole.evaluate(NOW_MS)
    assert told(engine.findings) == told(whole.findings)
