"""Lists, counts, lines, nodes, commands and meanings say nothing that their facts do not hold, in many clusters."""

from __future__ import annotations

import re

import pytest

from arcops.base.guard import safe_line
from arcops.chat.base import Command, Lines, Said, Table
from arcops.chat.checking.cite import CiteCheck
from arcops.chat.checking.speech import Drop
from arcops.chat.direct import answer_by_rule
from tests.asking import ROOT, Told, cluster, tell

CASES = sorted((ROOT / "tests" / "cases" / "findings").glob("*/*-1.yaml"))[2::9]
CLUSTERS = ["tests/data/chat/edge.yaml", "tests/small_cluster.yaml", "tests/data/chat/market.yaml"]
QUESTIONS = [
    ("list", "list pods"), ("list", "pods with the most restarts"), ("list", "which images are in use"), ("list", "pods without limits"),
    ("list", "custom resources"), ("count", "how many pods per namespace"), ("count", "how many restarts"), ("count", "how many pods"),
    ("count", "how many incidents"), ("count", "how many containers"),
    ("nodes", "how are the nodes"), ("nodes", "which node is the fullest"),
    ("nodes", "room for a pod with 2 cpu and 1Gi"), ("nodes", "node pools"), ("nodes", "taints"), ("nodes", "versions of the nodes"),
    ("platform", "which platform"), ("platform", "are the arc agents ok"), ("platform", "which cni"), ("term", "exit code 137"),
    ("term", "what is a taint"), ("about", "who are you"), ("unclear", "blah"), ("unclear", "hello"), ("logs", "logs"),
]  # fmt: skip
ABOUT = ["how do I restart it", "how do I scale it to 3", "how do I delete it", "how do I reach it", "how do I see its events"]


@pytest.mark.anyio
@pytest.mark.parametrize("file", [*CLUSTERS, *(str(path.relative_to(ROOT)) for path in CASES)])
async def test_an_answer_holds_nothing_that_its_facts_do_not(file: str) -> None:
    services = await cluster(file)
    for intent, question in QUESTIONS:
        assert_is_held(await tell(services, intent, question), f"{file} {intent} {question}")
    inventory = services.inventory
    refs = [inventory.list(kind)[0].ref for kind in inventory.kinds() if inventory.count(kind) and kind.group in ("", "apps", "batch")]
    for ref in refs[:6]:
        for intent, question in (
            *(("command", one) for one in ABOUT),
            ("logs", "last errors"),
            ("list", "pods"),
            ("count", "how many pods"),
        ):
            told = await tell(services, intent, question, f"{ref.kind}/{ref.namespace}/{ref.name}")
            assert_is_held(told, f"{file} {intent} {question} {ref}")


def assert_is_held(told: Told, where: str) -> None:
    """Sentences pass the check a model's must pass; those without facts name nothing and count nothing."""
    facts = {fact.id: fact for fact in told.facts}
    check = CiteCheck(told.facts, {fact.id: fact.text for fact in told.facts})
    assert told.draft.blocks, where
    for block in told.draft.blocks:
        if isinstance(block, Said) and block.facts:
            verdict = check.verdict(block.text, list(block.facts))
            bad = isinstance(verdict, Drop) and verdict not in (Drop.TOO_LONG, Drop.ORDER)
            assert not bad, f"{where}: {verdict} {block.text} :: {[facts[one].text for one in block.facts]}"
        elif isinstance(block, Said):
            assert not re.search(r"\d", block.text), f"{where}: {block.text}"
        elif isinstance(block, Table | Lines | Command):
            assert block.facts, f"{where}: {block}"
            assert set(block.facts) <= set(facts), f"{where}: {block}"
        if isinstance(block, Table):
            assert_cells_are_held(told, block, where)


def assert_cells_are_held(told: Told, table: Table, where: str) -> None:
    """Every cell stands in a cited fact."""
    texts = " ".join(f"{fact.text} {fact.object}" for fact in told.facts if fact.id in table.facts)
    for row in table.rows:
        for cell in row:
            assert safe_line(cell) in texts or cell in ("", "0"), f"{where}: {cell!r} of {row}"


@pytest.mark.anyio
async def test_no_link_of_a_cluster_gets_alive_into_a_list() -> None:
    services = await cluster("tests/data/chat/edge.yaml")
    for question in ("warning events", "logs of payment", "list pods", "what does Failed mean"):
        text = (await answer_by_rule(services, question)).answer.answer
        assert not re.search(r"\]\(|<[a-z/]|https?://(?!\S*\u200b)", text), text
