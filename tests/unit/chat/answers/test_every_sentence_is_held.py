"""What an answer by rule says stands in the facts it cites, for every sort of question and many clusters."""

from __future__ import annotations

import pytest

from arcops.base.guard import safe_line
from arcops.chat.base import Command, Lines, Said, Table
from arcops.chat.checking.cite import CiteCheck
from arcops.chat.checking.speech import Drop
from arcops.kube.refs import ObjectRef
from arcops.queries.services import Services
from tests.asking import ROOT, Told, cluster, tell

CASES = sorted((ROOT / "tests" / "cases" / "findings").glob("*/*-1.yaml"))[::4]
CLUSTERS = ["tests/data/past_cluster.yaml", "tests/data/chat/market.yaml", "tests/small_cluster.yaml", "tests/data/cli_cluster.yaml"]
QUESTIONS = [
    ("wrong", "what is wrong?"), ("wrong", "is it ok?"),
    ("why", "why is it slow?"), ("why", "since when does it crash and how do I fix it?"),
    ("changed", "what changed before it broke?"), ("history", "what is its history?"), ("state", "show it"),
    ("depends", "who depends on it?"), ("depends", "what breaks if I delete it?"), ("depends", "what does it need?"),
]  # fmt: skip
_UNHELD = (Drop.UNCITED, Drop.UNKNOWN_FACT, Drop.NAME, Drop.NUMBER, Drop.TIME, Drop.WORD, Drop.DENIAL)
FEW = 8
"""Objects of a cluster that are asked about, of different kinds."""


@pytest.mark.anyio
@pytest.mark.parametrize("file", [*CLUSTERS, *(str(path.relative_to(ROOT)) for path in CASES)])
async def test_an_answer_holds_nothing_that_its_facts_do_not(file: str) -> None:
    services = await cluster(file)
    for intent, question in QUESTIONS:
        for name in ("", *objects_of(services)):
            told = await tell(services, intent, question, *([name] if name else ()))
            assert_is_held(told, f"{file} {intent} {question} {name}")


def objects_of(services: Services) -> list[str]:
    """One object of each kind, up to a few."""
    inventory = services.inventory
    refs: list[ObjectRef] = [inventory.list(kind)[0].ref for kind in inventory.kinds() if inventory.count(kind)]
    names = [f"{ref.kind}/{ref.namespace}/{ref.name}" for ref in refs if ref.group in ("", "apps", "batch", "networking.k8s.io")]
    return [name for name in names if not name.startswith(("Event", "ReplicaSet"))][:FEW]


def assert_is_held(told: Told, where: str) -> None:
    """Each sentence passes the check that a model's sentences must pass; tables, lines and commands cite facts that exist."""
    facts = {fact.id: fact for fact in told.facts}
    assert told.draft.blocks, where
    assert isinstance(told.draft.blocks[0], Said), where
    for block in told.draft.blocks:
        if isinstance(block, Said | Table | Command | Lines):
            assert block.facts, f"{where}: {block}"
            assert set(block.facts) <= set(facts), f"{where}: {block}"
        if isinstance(block, Said):
            assert dropped(told, block) == [], f"{where}: {block.text} :: {[facts[one].text for one in block.facts]}"
        if isinstance(block, Table):
            assert_cells_are_held(told, block, where)


def dropped(told: Told, block: Said) -> list[Drop]:
    """Which name, number, time or word of a sentence its facts do not hold, by the check that a model's sentences must pass."""
    check = CiteCheck(told.facts, {fact.id: fact.text for fact in told.facts})
    verdict = check.verdict(block.text, list(block.facts))
    return [verdict] if isinstance(verdict, Drop) and verdict in _UNHELD else []


def assert_cells_are_held(told: Told, table: Table, where: str) -> None:
    """Every cell stands in a cited fact."""
    texts = " ".join(f"{fact.text} {fact.object}" for fact in told.facts if fact.id in table.facts)
    for row in table.rows:
        for cell in row:
            assert safe_line(cell) in texts or cell in ("", "0"), f"{where}: {cell!r} of {row}"
