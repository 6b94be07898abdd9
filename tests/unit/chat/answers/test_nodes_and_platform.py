"""Nodes, room, pools; which platform it is and what of it cannot be told."""

from __future__ import annotations

import pytest

from arcops.chat.base import Intent, Reading
from arcops.chat.selecting.nodes import wanted_amounts
from tests.asking import cluster, tell

EDGE = "tests/data/chat/edge.yaml"


@pytest.mark.parametrize(
    ("question", "amounts"),
    [
        ("room for 2 cpu and 4Gi", {"cpu": 2000, "memory": 4 * 2**30 * 1000}),
        ("does a pod with 500m fit", {"cpu": 500}),
        ("250 millicores and 512 Mi of memory", {"cpu": 250, "memory": 512 * 2**20 * 1000}),
        ("1.5 cores, 2 GB ram", {"cpu": 1500, "memory": 2 * 10**9 * 1000}),
        ("a pod with 2 gpus", {"nvidia.com/gpu": 2000}),
        ("how are the nodes", {}),
    ],
)  # fmt: skip
def test_the_size_of_a_pod_is_read(question: str, amounts: dict[str, int]) -> None:
    assert wanted_amounts(Reading(question=question, intent=Intent.NODES)) == amounts


@pytest.mark.anyio
async def test_room_names_the_nodes_that_fit_and_why_the_others_do_not() -> None:
    told = await tell(await cluster(EDGE), "nodes", "is there room for 3 cpu")
    assert told.first == "No: a pod that requests 3 CPU fits on none of 4 nodes."
    for why in ("no room (cpu)", "cordoned", "taint (sku=gpu:NoSchedule)"):
        assert why in told.text


@pytest.mark.anyio
async def test_a_pod_like_that_of_a_workload_is_placed_with_its_own_demands() -> None:
    told = await tell(await cluster(EDGE), "nodes", "room for one more", "Deployment/shop/web")
    assert told.first == "Yes: one more pod of Deployment shop/web (250m CPU, 256Mi memory) fits on 2 of 4 nodes: edge-1 and edge-2."


@pytest.mark.anyio
async def test_without_nodes_nothing_is_claimed() -> None:
    told = await tell(await cluster("tests/data/cases/mix-cronjob-suspended.yaml"), "nodes", "which node is the fullest")
    assert not told.draft.can_tell
    assert "kubectl auth can-i list nodes" in told.text


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("file", "question", "said"),
    [
        (EDGE, "which platform", "This is AKS enabled by Azure Arc"),
        (EDGE, "versions", "Kubernetes v1.31.5+k3s1 on 3 nodes and v1.30.8+k3s1 on 1 node (edge-4)."),
        ("tests/cases/findings/ArcDisconnected/shop-1.yaml", "which platform", "This is Arc-enabled Kubernetes"),
        ("tests/data/past_cluster.yaml", "which platform", "No sign of a particular platform"),
    ],
)
async def test_the_platform_is_recognised_by_its_signs(file: str, question: str, said: str) -> None:
    assert (await tell(await cluster(file), "platform", question)).text.startswith(said)


@pytest.mark.anyio
async def test_an_agent_of_arc_that_is_down_is_named_with_its_duty() -> None:
    told = await tell(await cluster(EDGE), "platform", "are the arc agents ok")
    assert "6 of 7 agents are ready in namespace azure-arc." in told.text
    assert "config-agent, which fetches configurations and extensions: no pod ready" in told.text
    assert "cannot be told from the cluster" in told.text
