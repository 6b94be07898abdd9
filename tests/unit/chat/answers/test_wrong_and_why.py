"""What is wrong and why: the root first, the well said to be well, the unknown said to be unknown."""

from __future__ import annotations

import pytest

from arcops.chat.base import FactType
from arcops.kube.objects.pod import Pod
from tests.asking import cluster, ref, tell

MARKET = "tests/data/chat/market.yaml"
CASES = "tests/cases/findings"


@pytest.mark.anyio
async def test_one_thing_wrong_is_told_in_full_in_the_first_sentence() -> None:
    told = await tell(await cluster(MARKET), "wrong", "what is wrong?")
    assert told.first.startswith("Service pay/ledger-db-old (it does not exist) is to blame, critical since 2026-11-24T12:20:00Z (40m ago)")
    assert "kubectl -n pay logs api-55d9-vv7tz" in told.text
    assert "kubectl-edit changed ConfigMap pay/settings: key DB_HOST ledger-db → ledger-db-old" in told.text


@pytest.mark.anyio
async def test_several_things_are_counted_by_severity_and_each_has_a_next_step() -> None:
    told = await tell(await cluster("tests/data/cli_cluster.yaml"), "wrong", "what is wrong?")
    assert told.first == "3 things are wrong in the cluster (2 critical, 1 warning); the worst is Pod shop/web-2."
    for root in ("Pod shop/web-2", "Pod shop/mail-1", "Deployment shop/web"):
        assert told.text.count(f"- {root}") == 2


@pytest.mark.anyio
async def test_ignored_findings_are_no_trouble_but_are_told_with_who_decided() -> None:
    told = await tell(await cluster(MARKET), "wrong", "what is wrong in lab?", namespace="lab")
    assert told.first.startswith("Nothing is wrong in namespace lab except what somebody decided to live with")
    assert "Ignored by ana: load test" in told.text


@pytest.mark.anyio
async def test_quiet_says_what_was_looked_at() -> None:
    told = await tell(await cluster(MARKET), "wrong", "is quiet ok?", namespace="quiet")
    assert told.first.startswith("Nothing is wrong in namespace quiet: 3 objects of 3 kinds judged by ")
    assert {fact.type for fact in told.facts} == {FactType.COVERAGE}


@pytest.mark.anyio
async def test_kinds_that_may_not_be_read_are_said_with_the_right_that_is_missing() -> None:
    told = await tell(await cluster(MARKET), "wrong", "what is wrong?")
    assert "I may not list NetworkPolicy.networking.k8s.io" in told.text
    assert "the right to list and watch them would settle that" in told.text


@pytest.mark.anyio
async def test_a_namespace_that_does_not_exist_is_said_with_names_like_it() -> None:
    told = await tell(await cluster(MARKET), "wrong", "what is wrong in shopp?", namespace="shopp")
    assert told.first == "There is no namespace shopp; the cluster has 4."
    assert "Namespaces with names like shopp: shop." in told.text


@pytest.mark.anyio
async def test_before_the_first_diagnosis_nothing_is_told_and_what_settles_it_is() -> None:
    for intent in ("wrong", "why"):
        told = await tell(await cluster(MARKET), intent, "what is wrong?", late="Its objects are still loading.")
        assert told.first == "I cannot tell yet: its objects are still loading."
        assert not told.draft.can_tell


@pytest.mark.anyio
async def test_a_lost_cluster_is_said_with_its_reason() -> None:
    services = await cluster(MARKET)
    state = services.source.state
    state.connected, state.since_ms, state.last_error = False, services.clock.now_ms() - 120_000, "connection refused"
    told = await tell(services, "wrong", "what is wrong?")
    assert "The cluster has not answered since 2026-11-24T12:58:00Z (2m ago), so this may be out of date: connection refused." in told.text


@pytest.mark.anyio
async def test_why_of_a_victim_names_the_root_first() -> None:
    told = await tell(await cluster(f"{CASES}/NodeNotReady/shop-1.yaml"), "why", "why is web down?", "Deployment/shop/web")
    assert told.first.startswith("Deployment shop/web depends on Node node-1, which is not well. Node node-1, critical since ")
    assert "Kubelet stopped posting node status" in told.first


@pytest.mark.anyio
async def test_why_of_the_namesake_that_is_well_does_not_speak_of_the_broken_one() -> None:
    told = await tell(await cluster(MARKET), "why", "why does api in shop crash?", "Deployment/shop/api", namespace="shop")
    assert told.first.startswith(
        "Nothing is wrong with Deployment shop/api itself that I can see. Deployment shop/api: 2 of 2 replicas ready"
    )
    assert "0 restarts" in told.first
    assert "Ruled out: " in told.text
    assert "ledger" not in told.text
    assert told.draft.can_tell


@pytest.mark.anyio
async def test_slowness_of_what_is_well_cannot_be_told_and_commands_say_what_settles_it() -> None:
    told = await tell(await cluster(MARKET), "why", "why is api slow?", "Deployment/shop/api")
    assert told.first.startswith("I cannot tell why: nothing is wrong with Deployment shop/api itself")
    assert not told.draft.can_tell
    assert "kubectl -n shop top pod api-6f7c-kx2lp --containers" in told.text


@pytest.mark.anyio
async def test_a_symptom_that_no_rule_explains_is_shown_as_one() -> None:
    services = await cluster(MARKET)
    pod = services.inventory.get(ref("Pod/shop/helper-2"))
    assert pod is not None
    assert isinstance(pod.obj, Pod)
    assert pod.obj.status is not None
    (ready,), (container,) = pod.obj.status.conditions or (), pod.obj.status.container_statuses or ()
    ready.status, container.ready = "False", False
    told = await tell(services, "why", "why is helper-2 not ready?", "Pod/shop/helper-2")
    assert told.first == "I cannot tell why: Pod shop/helper-2 is not well, and no rule explains it."
    assert not told.draft.can_tell
    assert "container sh runs since 2026-11-24T12:40:05Z (19m ago) and is not ready" in told.text


@pytest.mark.anyio
async def test_since_when_and_how_to_mend_come_first_where_they_are_asked() -> None:
    services = await cluster(MARKET)
    since = await tell(services, "why", "since when is api down?", "Deployment/pay/api")
    assert since.first == "Deployment pay/api is in trouble since 2026-11-24T12:20:00Z (40m ago), by the time the cluster gives."
    steps = await tell(services, "why", "how do I fix api?", "Deployment/pay/api")
    assert steps.text.index("**Next**") < steps.text.index("**Evidence**")


@pytest.mark.anyio
async def test_a_name_that_is_nowhere_is_said_with_names_like_it_and_what_is_wrong_where_it_was_meant() -> None:
    told = await tell(
        await cluster(MARKET), "why", "why is apy in pay down?", namespace="pay", unknown=["apy"], near=["Deployment/pay/api"]
    )
    assert told.first.startswith('There is no "apy" in namespace pay, nor does the record, which begins at 2026-11-24T12:00:00Z')
    assert "Names like it: Deployment pay/api." in told.text
    assert "1 incident is open in namespace pay" in told.text


@pytest.mark.anyio
async def test_a_name_that_only_a_fault_speaks_of_leads_to_the_fault() -> None:
    told = await tell(await cluster(MARKET), "why", "why is ledger-db-old down?", unknown=["ledger-db-old"])
    assert told.first == 'No object is called "ledger-db-old", but this is wrong and speaks of it.'


@pytest.mark.anyio
async def test_a_deleted_object_is_said_to_be_gone_and_how_it_ended() -> None:
    told = await tell(await cluster(MARKET), "why", "why is helper-1 gone?", gone=["Pod/shop/helper-1"])
    assert told.first == "Pod shop/helper-1 no longer exists: it was deleted at 2026-11-24T12:40:00Z (20m ago)."
    assert "The API does not tell who deleted Pod shop/helper-1" in told.text


@pytest.mark.anyio
async def test_without_an_object_the_incidents_of_the_sort_are_told() -> None:
    services = await cluster(MARKET)
    told = await tell(services, "why", "why do pods restart?")
    assert "api-55d9-vv7tz keeps crashing" in told.first
    none = await tell(services, "why", "why do pods restart in quiet?", namespace="quiet")
    assert none.first.startswith("I see nothing in namespace quiet that would explain it: 3 objects of 3 kinds judged by ")


@pytest.mark.anyio
async def test_at_a_past_moment_what_was_wrong_then_is_told() -> None:
    services = await cluster(MARKET)
    before = await tell(services, "wrong", "what was wrong at 12:10?", at="2026-11-24T12:10:00Z")
    assert before.first.startswith("Nothing is wrong in the cluster at 2026-11-24T12:10:00Z")
    then = await tell(services, "wrong", "what was wrong at 12:25?", at="2026-11-24T12:25:00Z")
    assert "pay/api" in then.text
    assert "(5m ago)" in then.text


@pytest.mark.anyio
async def test_scaling_questions_tell_of_autoscalers() -> None:
    told = await tell(await cluster(MARKET), "why", "why does KEDA not scale api?", "Deployment/shop/api")
    assert "KEDA is not installed" in told.text
    assert "No HorizontalPodAutoscaler scales Deployment shop/api." in told.text
