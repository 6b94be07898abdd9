"""Lists and counts: what is counted, what a word may mean, what cannot be told."""

from __future__ import annotations

import pytest

from arcops.chat.answers import answerer_of
from arcops.chat.asked import Asked
from arcops.chat.base import Condition, Draft, Intent, Reading, Table
from arcops.chat.book import FactBook
from arcops.chat.render import markdown
from arcops.kube.refs import GroupKind
from arcops.queries.diagnosed import FindingQuery, current
from tests.asking import cluster

EDGE = "tests/data/chat/edge.yaml"
POD, DEPLOYMENT = GroupKind("", "Pod"), GroupKind("apps", "Deployment")


async def ask(reading: Reading, file: str = EDGE) -> tuple[Draft, str]:
    services = await cluster(file)
    found = await current(services, FindingQuery())
    asked = Asked(services, reading, services.clock.now_ms(), services.inventory, found, FactBook())
    draft = await answerer_of(reading.intent)(asked)
    return draft, markdown(draft.blocks)


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("condition", "count"),
    [
        (Condition("ready", "=", "false"), 8), (Condition("ready", "!=", "true"), 8), (Condition("ready", "=", "true"), 17),
        (Condition("phase", "=", "Pending"), 2), (Condition("phase", "!=", "Running"), 4), (Condition("reason", "=", "OOMKilled"), 2),
        (Condition("restarts", ">", "0"), 4), (Condition("restarts", ">=", "12"), 1), (Condition("restarts", "=", "0"), 22),
        (Condition("image", "=", "postgres"), 2), (Condition("image", "~", "azurearck8s"), 7), (Condition("image", "!=", "postgres"), 24),
        (Condition("label", "=", "env=prod"), 9), (Condition("label", "!=", "env=prod"), 17), (Condition("label", "=", "tier"), 3),
        (Condition("node", "=", "edge-2"), 5), (Condition("node", "=", ""), 1), (Condition("age", "<", "3600"), 3),
        (Condition("name", "~", "agent"), 3), (Condition("memory", ">", str(512 * 2**20)), 2), (Condition("memory", "=", ""), 0),
        (Condition("cpu", ">=", "0.5"), 4),
    ],
)  # fmt: skip
async def test_each_condition_counts_exactly_what_meets_it(condition: Condition, count: int) -> None:
    _, text = await ask(Reading(question="how many", intent=Intent.COUNT, kind=POD, conditions=(condition,)))
    assert text.startswith(f"{count} of 26 pods "), text


@pytest.mark.anyio
async def test_a_condition_that_is_not_understood_is_said() -> None:
    _, text = await ask(Reading(question="list pods", intent=Intent.LIST, kind=POD, conditions=(Condition("colour", "=", "blue"),)))
    assert "The condition colour = blue was not understood and left out." in text


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("question", "kind", "said"),
    [
        ("deployments with no replicas", DEPLOYMENT, "1 of 15 deployments is scaled to 0"),
        ("deployments with a single replica", DEPLOYMENT, "11 of 15 deployments are set to 1 replica"),
        ("deployments without requests", DEPLOYMENT, "2 of 15 deployments have a container without requests"),
        ("pods with several containers", POD, "2 of 26 pods have several containers"),
        ("bare pods", POD, "0 of 26 pods have no owner"),
        ("unused configmaps", GroupKind("", "ConfigMap"), "2 of 2 ConfigMaps are used by no pod"),
        ("default storage class", GroupKind("storage.k8s.io", "StorageClass"), "1 of 1 StorageClass is the default"),
        ("cordoned nodes", GroupKind("", "Node"), "1 of 4 nodes is cordoned"),
        ("services reachable from outside", GroupKind("", "Service"), "2 of 5 services are reachable from outside"),
    ],
)
async def test_conditions_in_words(question: str, kind: GroupKind, said: str) -> None:
    _, text = await ask(Reading(question=question, intent=Intent.LIST, kind=kind))
    assert text.startswith(said), text


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("question", "word", "said"),
    [
        ("staging pods", "staging", "1 of 26 pods has label env=staging"),
        ("pods running envoy", "envoy", "2 of 26 pods run image envoy"),
        ("pods called coredns", "coredns", "1 of 26 pods has label app=coredns"),
        ("pods running mongodb", "mongodb", "0 of 26 pods are named, labelled or running mongodb"),
    ],
)
async def test_a_left_word_is_a_label_an_image_or_a_name(question: str, word: str, said: str) -> None:
    _, text = await ask(Reading(question=question, intent=Intent.LIST, kind=POD, words=(word,)))
    assert text.startswith(said), text


@pytest.mark.anyio
async def test_a_word_that_means_nothing_here_is_left_out_and_said() -> None:
    _, text = await ask(Reading(question="list purple pods", intent=Intent.LIST, kind=POD, words=("purple",)))
    assert 'running "purple", so that word was left out' in text


@pytest.mark.anyio
async def test_a_table_shows_twenty_rows_and_tells_how_many_there_are() -> None:
    draft, text = await ask(Reading(question="list pods", intent=Intent.LIST, kind=POD))
    table = next(block for block in draft.blocks if isinstance(block, Table))
    assert (len(table.rows), table.total) == (20, 26)
    assert "Showing 20 of 26." in text


@pytest.mark.anyio
async def test_the_unwell_stand_first_the_most_restarted_of_them_at_the_top() -> None:
    draft, _ = await ask(Reading(question="list pods", intent=Intent.LIST, kind=POD))
    table = next(block for block in draft.blocks if isinstance(block, Table))
    assert [row[1] for row in table.rows[:3]] == ["checkout-6b5d4c3b2-bbb1", "checkout-6b5d4c3b2-bbb2", "payment-5f4e3d2c1-ccc2"]


@pytest.mark.anyio
async def test_usage_is_not_known_and_said_so() -> None:
    _, text = await ask(Reading(question="which pods use the most cpu", intent=Intent.LIST, kind=POD))
    assert text.startswith("Largest CPU request: data/postgres-0 and data/postgres-1, 1 each.")
    assert "arcops reads no usage metrics" in text


@pytest.mark.anyio
async def test_what_may_not_be_listed_is_not_none() -> None:
    kind = GroupKind("networking.k8s.io", "Ingress")
    draft, text = await ask(Reading(question="how many ingresses", intent=Intent.COUNT, kind=kind), "tests/data/cli_cluster.yaml")
    assert not draft.can_tell
    assert text.startswith("arcops may not list ingresses.networking.k8s.io")
    assert "kubectl auth can-i list ingresses.networking.k8s.io" in text
