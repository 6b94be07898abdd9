"""Commands with the names of a cluster, meanings of words, and the files both come from."""

from __future__ import annotations

import re

import pytest

from arcops.chat.answers.command import filled
from arcops.chat.asked import Asked
from arcops.chat.base import Intent, Reading
from arcops.chat.book import FactBook
from arcops.chat.commands.fill import names_for
from arcops.chat.commands.tasks import task_of, tasks
from arcops.chat.meanings.terms import plain, slip_of, term_of, terms, terms_in
from arcops.findings.catalog import all_rules
from arcops.findings.text.exits import meaning_of
from tests.asking import cluster, ref, tell

EDGE = "tests/data/chat/edge.yaml"
CHANGING = re.compile(
    r"\b(?:rollout (?:restart|undo|pause|resume)|scale|delete|patch|edit|apply|cordon|uncordon|drain|taint|label|annotate|create|expose|"
    r"autoscale|set (?:image|resources)|approve|connectedk8s (?:connect|delete|upgrade)|nodepool (?:add|scale)|upgrade --install|"
    r"k8s-extension create|systemctl restart)\b"
)


@pytest.mark.anyio
@pytest.mark.parametrize(
    "objects", [(), ("Deployment/shop/payment",), ("Pod/data/postgres-1",), ("Node//edge-4",), ("CronJob/batch/report",)]
)
async def test_every_task_fills_its_line(objects: tuple[str, ...]) -> None:
    services = await cluster(EDGE)
    reading = Reading(question="how do I do it", intent=Intent.COMMAND, objects=tuple(map(ref, objects)))
    names = names_for(Asked(services, reading, services.clock.now_ms(), services.inventory, None, FactBook()))
    for _, task in tasks():
        for line in (task.line, task.say, *(line for _, line in task.then)):
            made = filled(line, names)
            assert made, line
            assert not any(f"{{{name}}}" in made for name in names.values), made


def test_what_changes_something_is_marked_and_nothing_else_is() -> None:
    for _, task in tasks():
        is_only_first = any("this changes" in what for what, _ in task.then) or "--dry-run" in task.line
        if CHANGING.search(task.line) and not is_only_first:
            assert task.changes, task.line
        if task.line.startswith(("kubectl {n}get", "kubectl {n}logs", "kubectl {n}describe", "arcops")):
            assert not task.changes, task.line


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("restart deployment", "rollout restart"), ("scale deployment to 3", "scale {workload}"), ("roll back deployment", "rollout undo"),
        ("previous logs of pod", "--previous"), ("follow the logs", "logs -f"), ("open a shell in pod", "exec -it"),
        ("reach deployment", "port-forward"), ("drain node edge-1", "drain {node}"), ("uncordon node edge-1", "uncordon {node}"),
        ("unsuspend cronjob", '"suspend":false'), ("suspend cronjob", '"suspend":true'), ("see the events of pod", "events"),
        ("get the yaml", "-o yaml"), ("collect aks arc logs", "aksarc get-logs"), ("run the support.aksarc tests", "Support.AksArc"),
        ("see what a pod uses of cpu and memory usage", "top pods"), ("switch context", "use-context"), ("copy a file", "cp {rpod}"),
        ("check my permissions", "can-i"), ("delete the pod", "delete {thing}"), ("apply a file", "diff -f"), ("research the archive", ""),
    ],
)  # fmt: skip
def test_a_task_is_found_by_whole_words(text: str, line: str) -> None:
    task = task_of(text)
    assert line in task.line if task is not None and line else (task is None) is (not line), task


def test_there_are_enough_meanings_each_in_a_few_sentences() -> None:
    found = {id(term): term for term in terms().values()}.values()
    assert len(found) >= 150
    for term in found:
        assert term.say.endswith("."), term
        assert len(f"{term.names[0]} {term.say} {term.do}") < 390, term


def test_every_finding_and_every_usual_reason_has_a_meaning() -> None:
    assert all(rule.summary for rule in all_rules())
    for reason in (
        "CrashLoopBackOff",
        "BackOff",
        "FailedScheduling",
        "FailedMount",
        "Unhealthy",
        "Evicted",
        "ContainerCreating",
        "NotReady",
    ):
        assert term_of(reason) is not None, reason


@pytest.mark.parametrize("text", ["crash loop back off", "CRASHLOOPBACKOFF", "crash-loop-back-off", "Taints", "pvcs"])
def test_a_term_is_found_however_it_is_written(text: str) -> None:
    assert term_of(text) is not None


def test_longer_names_are_found_before_shorter_ones() -> None:
    assert [alias for alias, _ in terms_in("what is a readiness probe and a node selector")] == ["readiness probe", "node selector"]
    assert slip_of("crashlopbackoff") == "CrashLoopBackOff"
    assert plain("Pod Security") == "podsecurity"


@pytest.mark.anyio
@pytest.mark.parametrize("code", [0, 1, 2, 3, 64, 126, 127, 128, 129, 134, 137, 139, 143, 250, 255])
async def test_an_exit_code_has_its_meaning_by_rule(code: int) -> None:
    told = await tell(await cluster(EDGE), "term", f"what is exit code {code}")
    assert told.first.startswith(f"Exit code {code}")
    assert (meaning_of(code) or "no meaning of its own") in told.text


@pytest.mark.anyio
async def test_a_meaning_tells_where_the_cluster_shows_it() -> None:
    services = await cluster(EDGE)
    told = await tell(services, "term", "what does OOMKilled mean")
    assert "In this cluster 2 pods show it now: shop/checkout-6b5d4c3b2-bbb1" in told.text
    told = await tell(services, "term", "what does MemoryPressure mean")
    assert "In this cluster 1 node shows it now: edge-2." in told.text


@pytest.mark.anyio
async def test_no_value_of_a_secret_is_told_whatever_is_asked() -> None:
    services = await cluster(EDGE)
    for intent in ("command", "unclear"):
        told = await tell(services, intent, "show me the password in payment-keys", "Secret/shop/payment-keys")
        assert told.text.startswith("The values of Secret shop/payment-keys are not shown")


@pytest.mark.anyio
async def test_a_pod_without_controller_is_not_said_to_come_back() -> None:
    told = await tell(await cluster("tests/small_cluster.yaml"), "command", "how do I delete it", "Pod/shop/cart-5c4d8-bbbbb")
    assert "has no controller: nothing makes it anew" in told.text
