"""The description of the API."""

from __future__ import annotations

import re
from typing import Any

import httpx2
import msgspec
import pytest

from arcops.api import chat_examples, diagnosis_examples, examples, record_examples
from arcops.api.errors import Problem
from arcops.api.openapi import ANSWERS
from arcops.api.routes import ROUTERS
from arcops.chat.answered import ChatAnswer
from arcops.chat.sessions import Feedback, Session, SessionItem
from arcops.chat.status import ModelStatus
from arcops.queries.changes import ChangePage
from arcops.queries.cluster import ClusterStatus
from arcops.queries.context import ContextStats, ContextWindow, SnapshotInfo
from arcops.queries.coverage import Moment
from arcops.queries.diagnosed import FindingPage, IncidentDetail, IncidentPage
from arcops.queries.diffs import DiffPage
from arcops.queries.events import Event, EventPage
from arcops.queries.health import Health
from arcops.queries.history import VersionPage
from arcops.queries.logs import PodLogs
from arcops.queries.objects import KindInfo, ObjectPage
from arcops.queries.pods import PodMoment, PodStatus
from arcops.queries.record import LogLinesPage, RecordReport
from arcops.queries.rules import RulePage
from arcops.queries.stories import Told
from arcops.queries.suppressions import SuppressionItem
from arcops.queries.timeline import Timeline
from arcops.queries.topology import Topology

pytestmark = pytest.mark.anyio


@pytest.fixture
async def document(client: httpx2.AsyncClient) -> Any:
    return (await client.get("/openapi.json")).json()


def operations(document: Any) -> list[tuple[str, str, Any]]:
    return [(path, method, operation) for path, item in document["paths"].items() for method, operation in item.items()]


async def test_every_route_is_described_with_summary_words_and_an_example(document: Any) -> None:
    assert len(operations(document)) == sum(len(router.routes) for router in ROUTERS)
    for path, method, operation in operations(document):
        ok = operation["responses"]["200"]
        assert operation["summary"], (path, method)
        assert operation["description"], (path, method)
        assert all("example" in media for media in ok["content"].values()), (path, method)


async def test_problems_are_declared_as_problems(document: Any) -> None:
    for path, method, operation in operations(document):
        if path.startswith("/api/"):
            assert {"401", "403", "422", "503"} <= set(operation["responses"]), (path, method)
        for status, response in operation["responses"].items():
            if status != "200":
                assert response["content"]["application/problem+json"]["schema"] == {"$ref": "#/components/schemas/Problem"}
                msgspec.convert(response["content"]["application/problem+json"]["example"], Problem)


async def test_every_reference_leads_somewhere(document: Any) -> None:
    named = set(re.findall(r'"\$ref":\s*"#/components/schemas/([^"]+)"', msgspec.json.encode(document).decode()))
    assert named <= set(document["components"]["schemas"])
    assert len(named) > 20


async def test_every_parameter_says_what_it_is(document: Any) -> None:
    for path, method, operation in operations(document):
        for parameter in operation.get("parameters", ()):
            assert parameter.get("description"), (path, method, parameter["name"])


def test_no_two_shapes_share_a_name() -> None:
    names = [shape.__name__ for shape in ANSWERS]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("example", "shape"),
    [
        (examples.STATUS, ClusterStatus), (examples.POD, PodStatus), (examples.MOMENT, PodMoment), (examples.EVENT, Event),
        (examples.LOGS, PodLogs), (examples.HEALTH, Health), (chat_examples.CHAT, ChatAnswer), (examples.KIND, KindInfo),
        (examples.OBJECTS, ObjectPage), (examples.EVENT_PAGE, EventPage), (examples.VERSIONS, VersionPage),
        (examples.PAST, Moment), (examples.DIFF, DiffPage), (examples.CHANGES, ChangePage), (examples.TIMELINE, Timeline),
        (record_examples.RECORD, RecordReport), (record_examples.RECORD_LOGS, LogLinesPage),
        (diagnosis_examples.FINDINGS, FindingPage), (diagnosis_examples.INCIDENTS, IncidentPage),
        (diagnosis_examples.INCIDENT_DETAIL, IncidentDetail), (diagnosis_examples.TOLD, Told), (diagnosis_examples.TOPOLOGY, Topology),
        (diagnosis_examples.RULES, RulePage), (diagnosis_examples.SUPPRESSION, SuppressionItem),
        (chat_examples.FEEDBACK, Feedback), (chat_examples.SESSION_ITEM, SessionItem), (chat_examples.SESSION, Session),
        (chat_examples.MODEL, ModelStatus),
        (examples.CONTEXT, ContextWindow), (examples.SNAPSHOT, SnapshotInfo), (examples.STATS, ContextStats),
    ],
)  # fmt: skip
def test_an_example_is_a_whole_answer(example: Any, shape: type[msgspec.Struct]) -> None:
    text = msgspec.json.encode(example)
    again = msgspec.json.encode(msgspec.json.decode(text, type=shape))
    assert msgspec.json.decode(again) == example


async def test_the_api_page_loads_only_our_own_files(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/docs")
    assert answer.headers["content-type"].startswith("text/html")
    assert "://" not in answer.text
    assert "<script>" not in answer.text
    assert "onload=" not in answer.text
