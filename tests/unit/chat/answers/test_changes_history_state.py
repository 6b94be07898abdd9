"""What changed, the life of an object, and how things stand: now, then, and where nothing is."""

from __future__ import annotations

import pytest

from tests.asking import cluster, tell

PAST = "tests/data/past_cluster.yaml"
MARKET = "tests/data/chat/market.yaml"


@pytest.mark.anyio
async def test_changes_of_the_last_hour_name_who_when_and_what_and_count_what_controllers_made_of_it() -> None:
    told = await tell(await cluster(PAST), "changed", "what changed?")
    assert told.first.startswith("4 objects were changed in the cluster by kubectl-scale, ci-deployer and kubectl-edit in the last hour")
    assert (
        "- At 2026-11-24T12:20:00Z ci-deployer changed Deployment shop/web: image web:1.25 → 1.26 and memory limit 512Mi → 128Mi."
        in told.text
    )
    assert "hunter" not in told.text


@pytest.mark.anyio
async def test_a_span_without_changes_is_named_with_how_far_the_record_reaches() -> None:
    told = await tell(await cluster(PAST), "changed", "x", since="2026-11-24T12:01:00Z", until="2026-11-24T12:05:00Z")
    assert told.first == "Nothing in the cluster changed from 2026-11-24T12:01:00Z to 2026-11-24T12:05:00Z, as far as the record saw."
    assert "The record begins at 2026-11-24T12:00:00Z." in told.text


@pytest.mark.anyio
async def test_what_came_before_a_trouble_is_looked_for_upstream_too() -> None:
    told = await tell(await cluster(MARKET), "changed", "what changed before it broke?", "Deployment/pay/api")
    assert told.first.startswith("Deployment pay/api itself was not changed in the hour before the trouble began")
    assert "kubectl-edit changed ConfigMap pay/settings: key DB_HOST ledger-db → ledger-db-old" in told.first


@pytest.mark.anyio
async def test_a_gap_in_the_record_is_said() -> None:
    from tests.past_cluster import past_cluster

    world = await past_cluster()
    told = await tell(world.services, "changed", "what changed?")
    assert "Nothing was seen from 2026-11-24T12:32:00Z to 2026-11-24T12:36:00Z: the API server refused connections." in told.text


@pytest.mark.anyio
async def test_history_tells_making_changes_and_pods() -> None:
    told = await tell(await cluster(PAST), "history", "history of web", "Deployment/shop/web")
    assert told.first == "Deployment shop/web was made 2026-11-24T08:00:00Z (5h ago); the record has 3 changes of it."
    assert "by kubectl-scale: replicas 2 → 0" in told.text
    assert "Pod shop/web-b-1: restart after OOMKilled 2026-11-24T12:22:00Z" in told.text


@pytest.mark.anyio
async def test_history_of_what_is_gone_tells_how_it_ended() -> None:
    told = await tell(await cluster(PAST), "history", "history of web-a-1", gone=["Pod/shop/web-a-1"])
    assert "It was deleted at 2026-11-24T12:21:00Z (39m ago)." in told.first
    assert "Its owner Deployment shop/web was changed at 2026-11-24T12:20:00Z (40m ago) by ci-deployer" in told.text
    job = await tell(await cluster(PAST), "history", "history of report", gone=["Job/shop/report"])
    assert "The API does not tell who deleted Job shop/report, and nothing was seen around then that would explain it." in job.text


@pytest.mark.anyio
async def test_the_version_before_is_told_with_what_came_after_it() -> None:
    told = await tell(await cluster(PAST), "history", "and the one before?", "ConfigMap/shop/settings", back=1)
    assert (
        "The version 1 before the newest was in force from 2026-11-24T12:00:00Z to 2026-11-24T12:10:00Z. Then: key db.host db-1 → db-2"
        in told.text
    )
    none = await tell(await cluster(PAST), "history", "and the one before?", "ConfigMap/shop/settings", back=9)
    assert "there is none 9 before the newest" in none.text


@pytest.mark.anyio
async def test_the_state_at_a_moment_is_that_of_the_moment() -> None:
    services = await cluster(PAST)
    then = await tell(services, "state", "web at 12:25", "Deployment/shop/web", at="2026-11-24T12:25:00Z")
    assert then.first.startswith("At 2026-11-24T12:25:00Z, Deployment shop/web: 1 of 2 replicas ready")
    now = await tell(services, "state", "web", "Deployment/shop/web")
    assert now.first.startswith("Deployment shop/web: scaled to 0")
    gone = await tell(services, "state", "web-b-1 at 12:05", "Pod/shop/web-b-1", at="2026-11-24T12:05:00Z")
    assert gone.first == "Pod shop/web-b-1 did not exist at 2026-11-24T12:05:00Z: it was first seen at 2026-11-24T12:20:00Z."


@pytest.mark.anyio
async def test_values_of_secrets_are_refused_in_the_first_sentence() -> None:
    told = await tell(await cluster(PAST), "state", "what is the password in login?", "Secret/shop/login")
    assert told.first == "The values of Secret shop/login cannot be shown: arcops never reads the values of Secrets, only their metadata."


@pytest.mark.anyio
async def test_a_namespace_is_told_in_counts_and_what_is_not_well() -> None:
    told = await tell(await cluster(MARKET), "state", "pay?", namespace="pay")
    assert told.first == "Namespace pay: 1 Deployment (1 not well), 1 Pod (1 not well); 1 incident open."
    assert "| Pod | 1 | 1 | pay/api-55d9-vv7tz |" in told.text


@pytest.mark.anyio
async def test_state_without_a_diagnosis_still_shows_what_there_is() -> None:
    told = await tell(await cluster(MARKET), "state", "api?", "Deployment/shop/api", late="Its objects are still loading.")
    assert told.first.startswith("Deployment shop/api: 2 of 2 replicas ready")
