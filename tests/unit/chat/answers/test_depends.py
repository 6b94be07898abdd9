"""Who depends on what, how far a fall would reach, and what breaks."""

from __future__ import annotations

import pytest

from tests.asking import cluster, tell

PAST = "tests/data/past_cluster.yaml"
MARKET = "tests/data/chat/market.yaml"


@pytest.mark.anyio
async def test_who_uses_a_configmap_is_told_with_the_field_and_the_keys() -> None:
    told = await tell(await cluster(MARKET), "depends", "who uses settings?", "ConfigMap/pay/settings")
    assert told.first == "1 object depends on ConfigMap pay/settings directly: Deployment pay/api; 1 cannot do without it."
    assert "takes environment variables from it" in told.text
    assert "keys DB_HOST" in told.text
    assert "CreateContainerConfigError" in told.text


@pytest.mark.anyio
async def test_what_an_object_needs_comes_first_where_that_is_asked() -> None:
    told = await tell(await cluster(MARKET), "depends", "what does ingress front depend on?", "Ingress/shop/front")
    assert told.first.startswith("Ingress shop/front depends on ")
    assert "Service shop/api (ingress backend)" in told.text


@pytest.mark.anyio
async def test_a_workload_without_pods_still_has_its_service() -> None:
    told = await tell(await cluster(PAST), "depends", "who depends on web?", "Deployment/shop/web")
    assert "Service shop/web" in told.first


@pytest.mark.anyio
async def test_deleting_a_node_tells_which_pods_do_not_come_back() -> None:
    told = await tell(await cluster(MARKET), "depends", "what if I delete edge-1?", "Node//edge-1")
    assert "These pods belong to no controller and do not come back: Pod lab/sandbox-1 and Pod shop/helper-2." in told.text
    assert "its fall would reach 3 Deployments" in told.text


@pytest.mark.anyio
async def test_what_nobody_needs_may_go() -> None:
    told = await tell(await cluster(MARKET), "depends", "can I delete ingress front?", "Ingress/shop/front")
    assert told.first == "Nothing that I see depends on Ingress shop/front."
    assert "nothing else should break" in told.text


@pytest.mark.anyio
async def test_a_bare_pod_does_not_come_back() -> None:
    told = await tell(await cluster(MARKET), "depends", "what if I delete helper-2?", "Pod/shop/helper-2")
    assert "Pod shop/helper-2 belongs to no controller: it does not come back." in told.text


@pytest.mark.anyio
async def test_a_missing_reference_is_said_to_be_missing() -> None:
    told = await tell(
        await cluster("tests/cases/findings/ConfigMissing/shop-1.yaml"), "depends", "what does api need?", "Deployment/shop/api"
    )
    assert "ConfigMap shop/api-setting (mounts), which does not exist." in told.text


@pytest.mark.anyio
async def test_without_an_object_the_question_is_asked_back() -> None:
    told = await tell(await cluster(MARKET), "depends", "what depends on it?")
    assert not told.draft.can_tell
