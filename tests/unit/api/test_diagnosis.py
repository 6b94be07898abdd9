"""What is wrong, over HTTP: incidents, findings, the story, the neighbourhood, the rules, decisions."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx2
import pytest

from arcops.findings.catalog import rule_of
from arcops.queries.diagnosis import Diagnosis
from arcops.queries.findings import FindingScope
from arcops.queries.incident_log import IncidentLog
from arcops.queries.sight import Sight
from arcops.queries.standing import Standing
from arcops.queries.stories import told
from arcops.queries.suppressions import decisions
from tests.small_cluster import World, client_of, small_cluster
from tests.unit.api.test_golden import GOLDEN, compare

pytestmark = pytest.mark.anyio
RULES = ("ContainerCrashing", "OomKilled", "PodUnschedulable", "ServiceSelectsNothing")
"""A fixed few: an answer kept as a file must not change with every rule that is added."""
ANSWERS = {
    "incidents": "/api/incidents",
    "findings": "/api/findings?severity=critical,warning",
    "topology": "/api/topology?kind=service&namespace=shop&name=cart",
    "diagnosis": "/api/diagnosis?namespace=shop",
    "suppressions": "/api/suppressions",
    "incident_not_found": "/api/incidents/nothing",
}


class Kept:
    """A diagnosis of the small cluster, judged again when asked to."""

    def __init__(self, world: World) -> None:
        self.standing = Standing()
        self.world = replace(world, services=replace(world.services, standing=self.standing))
        self.made = Diagnosis(self.world.services, [rule_of(code) for code in RULES])
        self.log = IncidentLog(self.standing.notes)

    async def judge(self) -> None:
        services = self.world.services
        self.made.decided = decisions(self.standing.notes, services.clock.now_ms())
        self.standing.report = await self.made.look(services.clock.now_ms())
        self.standing.engine = self.made.engine
        self.standing.told = told(self.standing.report, self.made.engine, services.source.catalog, FindingScope())
        await self.log.take(self.standing.told, services.clock.now_ms(), Sight(self.made.engine))


@pytest.fixture
async def kept(anyio_backend: str) -> Kept:
    made = Kept(await small_cluster())
    await made.judge()
    return made


@pytest.fixture
async def client(kept: Kept) -> AsyncIterator[httpx2.AsyncClient]:
    async with client_of(kept.world) as client:
        yield client


async def get(client: httpx2.AsyncClient, path: str, **params: str) -> Any:
    answer = await client.get(path, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize("name", ANSWERS)
async def test_an_answer_is_what_it_was(client: httpx2.AsyncClient, name: str) -> None:
    compare(GOLDEN / "api" / f"{name}.json", (await client.get(ANSWERS[name])).content)


async def test_before_the_first_look_nothing_is_claimed(kept: Kept, client: httpx2.AsyncClient) -> None:
    kept.standing.report = None
    answer = await client.get("/api/incidents")
    assert (answer.status_code, answer.json()["code"]) == (503, "not-looked-yet")


async def test_where_nobody_keeps_a_diagnosis_it_is_made_for_the_question(kept: Kept) -> None:
    world = replace(kept.world, services=replace(kept.world.services, standing=None))
    async with client_of(world) as client:
        assert (await get(client, "/api/findings", code="ContainerCrashing"))["items"]


async def test_filters_narrow_and_wrong_ones_are_errors(client: httpx2.AsyncClient) -> None:
    everything = (await get(client, "/api/findings"))["items"]
    assert everything
    assert not (await get(client, "/api/findings", namespace="nowhere"))["items"]
    assert {one["code"] for one in (await get(client, "/api/findings", code="containercrashing"))["items"]} == {"ContainerCrashing"}
    one = everything[0]
    named = await get(
        client, "/api/findings", kind=one["speaker"]["kind"], name=one["speaker"]["name"], namespace=one["subject"]["namespace"]
    )
    assert one["id"] in {found["id"] for found in named["items"]}
    for wrong in ({"severity": "awful"}, {"state": "gone"}, {"code": "NoSuchCode"}, {"name": "web"}, {"kind": "nonsense"}, {"odd": "1"}):
        assert (await client.get("/api/findings", params=wrong)).status_code in {404, 422}, wrong


async def test_an_incident_is_told_in_full_with_its_turns_and_what_depends_on_it(client: httpx2.AsyncClient) -> None:
    for row in (await get(client, "/api/incidents"))["items"]:
        whole = await get(client, f"/api/incidents/{row['id']}")
        assert [finding["id"] for finding in whole["findings"]] == row["findings"]
        assert [section["head"] for section in whole["sections"]][:2] == ["What", "Since"]
        assert whole["next"]
        assert [turn["what"] for turn in whole["turns"]] == ["opened"]


async def test_a_decision_silences_a_finding_and_its_end_brings_it_back(kept: Kept, client: httpx2.AsyncClient) -> None:
    before = (await get(client, "/api/incidents"))["items"]
    assert before
    asked = {"who": "ana", "why": "known, fixed on Monday", "until": "2h", "namespace": before[0]["root"]["namespace"], "code": "*"}
    made = (await client.post("/api/suppressions", json=asked)).json()
    assert made["until"] == "2026-11-24T14:30:00Z"
    await kept.judge()
    hidden = [one for one in (await get(client, "/api/findings"))["items"] if one["ignored"]]
    assert hidden
    assert all("by ana: known, fixed on Monday" in one["ignored"] for one in hidden)
    assert before[0]["id"] not in {row["id"] for row in (await get(client, "/api/incidents", state="open"))["items"]}
    assert (await client.post(f"/api/suppressions/{made['id']}/end")).status_code == 200
    await kept.judge()
    assert before[0]["id"] in {row["id"] for row in (await get(client, "/api/incidents"))["items"]}
    assert [note.op for note in kept.standing.notes.of("suppression", made["id"])] == ["made", "taken back"]


@pytest.mark.parametrize(
    "asked",
    [
        {"who": "ana", "why": "no reason to hide everything"},
        {"who": "ana", "why": "x", "code": "NoSuchCode"},
        {"who": "ana", "why": "x", "code": "OomKilled", "until": "2020-01-01T00:00:00Z"},
        {"who": " ", "why": "x", "code": "OomKilled"},
        {"why": "nobody", "code": "OomKilled"},
        {"who": "ana", "why": "x", "selector": "a=(("},
    ],
)
async def test_a_decision_must_say_who_why_what_and_a_time_to_come(client: httpx2.AsyncClient, asked: dict[str, str]) -> None:
    assert (await client.post("/api/suppressions", json=asked)).status_code in {404, 422}
    assert (await get(client, "/api/suppressions")) == []


async def test_the_neighbourhood_of_what_does_not_exist_is_there_if_it_is_named(client: httpx2.AsyncClient) -> None:
    missing = await client.get("/api/topology", params={"kind": "cm", "namespace": "shop", "name": "no-such-thing"})
    assert missing.status_code == 404
    node = await get(client, "/api/topology", kind="node", name="edge-1")
    assert any(reached["object"]["kind"] == "Pod" for reached in node["dependants"])


async def test_every_rule_is_listed_with_its_meaning(client: httpx2.AsyncClient) -> None:
    items = (await get(client, "/api/rules"))["items"]
    assert {"OomKilled", "RolloutStuck"} <= {item["code"] for item in items}
    assert all(item["summary"] and item["found"] for item in items)
    assert [item["code"] for item in (await get(client, "/api/rules", code="oomkilled"))["items"]] == ["OomKilled"]


async def test_an_answer_in_words_names_each_root_and_its_cause(client: httpx2.AsyncClient) -> None:
    rows = (await get(client, "/api/incidents"))["items"]
    said = (await client.post("/api/chat/query", json={"message": "what is wrong?"})).json()["response"]
    assert all(f"{row['root']['kind']} {row['root']['namespace']}/{row['root']['name']}" in said for row in rows)
    about = (await client.post("/api/chat/query", json={"message": f"why does {rows[0]['root']['name']} fail"})).json()["response"]
    assert about.startswith(f"{rows[0]['root']['kind']} {rows[0]['root']['namespace']}/{rows[0]['root']['name']}")
    assert "- `kubectl" in about


async def test_a_past_moment_is_diagnosed_by_the_same_rules(client: httpx2.AsyncClient) -> None:
    now = await get(client, "/api/findings", code="ContainerCrashing", state="open")
    then = await get(client, "/api/findings", code="ContainerCrashing", state="open", at="2026-11-24T12:30:00Z")
    assert [one["id"] for one in then["items"]] == [one["id"] for one in now["items"]]
    before = await get(client, "/api/incidents", at="2026-11-24T12:01:00Z")
    assert before["at"] == "2026-11-24T12:01:00Z"
    assert not [row for row in before["items"] if row["root"]["name"] == "cart-5c4d8-bbbbb"]


async def test_a_neighbourhood_of_the_past_has_the_findings_of_its_time(client: httpx2.AsyncClient) -> None:
    asked = {"kind": "pod", "namespace": "shop", "name": "cart-5c4d8-bbbbb"}
    now = await get(client, "/api/topology", **asked)
    assert "ContainerCrashing" in now["findings"]
    before = await get(client, "/api/topology", **asked, at="2026-11-24T12:01:00Z")
    assert before["findings"] == []
    assert (await client.get("/api/topology", params={**asked, "at": "2020-01-01T00:00:00Z"})).status_code == 404


async def test_what_the_record_cannot_tell_of_a_moment_is_said(client: httpx2.AsyncClient) -> None:
    told = await get(client, "/api/diagnosis", at="2020-01-01T00:00:00Z")
    assert told["document"]["coverage"]["notes"]
    assert (await client.get("/api/findings", params={"at": "tomorrow-ish"})).status_code == 422


async def test_the_metrics_count_what_is_wrong(client: httpx2.AsyncClient) -> None:
    lines = (await client.get("/metrics")).text.splitlines()
    assert 'arcops_findings_open{code="ContainerCrashing",severity="critical"} 1' in lines
    assert 'arcops_findings_incidents{severity="warning"} 0' in lines
    assert "arcops_findings_failed_rules 0" in lines
