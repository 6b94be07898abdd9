"""The metrics."""

from __future__ import annotations

import re

import httpx2
import pytest

from arcops.api.exposition import Exposition
from tests.small_cluster import World

pytestmark = pytest.mark.anyio
LINE = re.compile(r'^[a-zA-Z_:][a-zA-Z0-9_:]*(\{[a-z_]+="(?:[^"\\\n]|\\.)*"(,[a-z_]+="(?:[^"\\\n]|\\.)*")*\})? -?[0-9.e+-]+$')


async def test_every_line_can_be_read_by_prometheus(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    lines = answer.text.splitlines()
    assert [line for line in lines if not line.startswith("# ") and not LINE.match(line)] == []
    assert answer.text.endswith("\n")


async def test_each_family_is_described_once_and_named_by_the_rule(client: httpx2.AsyncClient) -> None:
    text = (await client.get("/metrics")).text
    types = dict(re.findall(r"^# TYPE (\S+) (\S+)$", text, re.MULTILINE))
    assert len(types) == len(re.findall(r"^# TYPE ", text, re.MULTILINE))
    for name, kind in types.items():
        assert re.fullmatch(r"arcops_(source|inventory|store|findings|chat|api)_[a-z_]+|process_[a-z_]+|python_info", name)
        assert name.endswith("_total") == (kind == "counter"), name


async def test_they_say_what_is(client: httpx2.AsyncClient, world: World) -> None:
    world.source.state.kinds[world.source.catalog.find("po").group_kind].errors["idle"] = 2
    world.source.state.connected = False
    lines = (await client.get("/metrics")).text.splitlines()
    assert "arcops_source_connected 0" in lines
    assert 'arcops_inventory_kind_objects{kind="pods"} 3' in lines
    assert 'arcops_source_errors_total{kind="pods",cause="idle"} 2' in lines
    assert 'arcops_source_kind_phase{kind="ingressclasses.networking.k8s.io",phase="forbidden"} 1' in lines
    assert 'arcops_store_state{state="ok"} 1' in lines
    assert "arcops_store_snapshots 1" in lines


async def test_requests_are_counted_by_route_and_not_by_path(client: httpx2.AsyncClient) -> None:
    await client.get("/api/cluster/pods/shop/cart-5c4d8-bbbbb/logs")
    for i in range(3):
        await client.get(f"/no/such/{i}")
    lines = (await client.get("/metrics")).text.splitlines()
    assert 'arcops_api_requests_total{route="/api/cluster/pods/{namespace}/{pod}/logs",method="GET",status="200"} 1' in lines
    assert 'arcops_api_requests_total{route="(none)",method="GET",status="404"} 3' in lines


def test_odd_text_in_labels_is_escaped() -> None:
    out = Exposition()
    out.family("x", "gauge", "about", [({"a": 'b"c\\d\ne'}, 1.5)])
    assert out.text().splitlines()[-1] == 'x{a="b\\"c\\\\d\\ne"} 1.5'
