"""The first version's seven endpoints: their paths and fields stay, its faults do not."""

from __future__ import annotations

import httpx2
import pytest

from tests.small_cluster import World

pytestmark = pytest.mark.anyio
POD_FIELDS = {"name", "namespace", "phase", "node", "containers", "ready", "total", "restarts", "created_at", "ip", "labels"}
EVENT_FIELDS = {"timestamp", "namespace", "name", "type", "reason", "message", "involved_object"}
CART = "/api/cluster/pods/shop/cart-5c4d8-bbbbb"


async def test_health_is_always_200_and_says_each_part(client: httpx2.AsyncClient, world: World) -> None:
    well = await client.get("/api/health")
    world.source.state.connected = False
    ill = await client.get("/api/health")
    assert (well.status_code, ill.status_code) == (200, 200)
    assert well.json()["services"] == {"kubernetes": True, "context_buffer": True, "foundry": False}
    assert (well.json()["status"], ill.json()["status"]) == ("healthy", "degraded")
    assert ill.json()["services"]["kubernetes"] is False
    assert ill.json()["timestamp"] == "2026-11-24T12:30:00Z"


async def test_status_has_the_fields_of_the_first_version_and_ours(client: httpx2.AsyncClient) -> None:
    status = (await client.get("/api/cluster/status")).json()
    assert status["timestamp"] == "2026-11-24T12:30:00Z"
    assert len(status["pods"]) == 3
    assert set(status["pods"][0]) == POD_FIELDS | {"reason", "owner", "init_containers", "qos", "uid"}
    assert set(status["events"][0]) == EVENT_FIELDS | {"count", "first_seen", "last_seen", "source", "involved"}
    stamps = [e["timestamp"] for e in status["events"]]
    assert stamps == sorted(stamps, reverse=True)


async def test_asking_for_the_status_writes_nothing(client: httpx2.AsyncClient, world: World) -> None:
    before = await world.store.stats()
    for _ in range(5):
        await client.get("/api/cluster/status")
    assert await world.store.stats() == before


async def test_pods_are_a_bare_list_narrowed_by_namespace_and_phase_in_any_case(client: httpx2.AsyncClient) -> None:
    everything = (await client.get("/api/cluster/pods")).json()
    assert [p["name"] for p in everything] == ["db-0", "cart-5c4d8-bbbbb", "web-7d9f8b6c5-aaaaa"]
    assert everything == (await client.get("/api/cluster/status")).json()["pods"]
    assert [p["name"] for p in (await client.get("/api/cluster/pods?namespace=shop&phase=running")).json()] == [
        "cart-5c4d8-bbbbb",
        "web-7d9f8b6c5-aaaaa",
    ]
    assert (await client.get("/api/cluster/pods?namespace=nowhere")).json() == []


async def test_an_unknown_phase_is_422_and_not_an_empty_list(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/api/cluster/pods?phase=crashed")
    assert answer.status_code == 422
    assert "Pending, Running, Succeeded, Failed or Unknown" in answer.json()["detail"]


async def test_events_are_a_bare_list_by_hours_and_type(client: httpx2.AsyncClient) -> None:
    assert [e["name"] for e in (await client.get("/api/cluster/events")).json()] == ["cart.1", "db-0.1", "same-name", "same-name"]
    assert [e["name"] for e in (await client.get("/api/cluster/events?hours=24&event_type=normal")).json()] == [
        "same-name",
        "same-name",
        "long-ago",
    ]


@pytest.mark.parametrize("path", ["/api/cluster/events?hours={}", CART + "/history?hours={}"])
@pytest.mark.parametrize(("hours", "status"), [("1", 200), ("24", 200), ("8784", 200), ("0", 422), ("-1", 422), ("x", 422), ("1e9", 422)])
async def test_hours_are_1_to_24_and_on_as_far_as_the_record_reaches(
    client: httpx2.AsyncClient, path: str, hours: str, status: int
) -> None:
    assert (await client.get(path.format(hours))).status_code == status


async def test_logs_have_namespace_pod_and_logs(client: httpx2.AsyncClient) -> None:
    logs = (await client.get(CART + "/logs")).json()
    assert (logs["namespace"], logs["pod"], logs["logs"]) == ("shop", "cart-5c4d8-bbbbb", "cannot reach postgres:5432\n")
    assert (await client.get(CART + "/logs?container=app&previous=true")).json()["logs"] == "Traceback: connection refused\n"


@pytest.mark.parametrize(("lines", "status"), [("10", 200), ("1000", 200), ("9", 422), ("1001", 422), ("99999999999999999999", 422)])
async def test_tail_lines_are_10_to_1000(client: httpx2.AsyncClient, lines: str, status: int) -> None:
    assert (await client.get(f"{CART}/logs?tail_lines={lines}")).status_code == status


async def test_logs_of_what_is_not_there_are_404_with_names_near(client: httpx2.AsyncClient) -> None:
    pod = await client.get("/api/cluster/pods/shop/cart/logs")
    container = await client.get(CART + "/logs?container=nope")
    nothing = await client.get("/api/cluster/pods/data/db-0/logs")
    assert [r.status_code for r in (pod, container, nothing)] == [404, 404, 404]
    assert pod.json()["hint"] == "Did you mean cart-5c4d8-bbbbb?"
    assert container.json()["code"] == "container-not-found"
    assert nothing.json()["code"] == "logs-not-found"


async def test_history_is_a_bare_list_oldest_first_with_time_and_change(client: httpx2.AsyncClient) -> None:
    moments = (await client.get(CART + "/history?hours=24")).json()
    assert [m["observed_at"] for m in moments] == ["2026-11-24T12:00:00Z", "2026-11-24T12:10:00Z"]
    assert set(moments[0]) >= POD_FIELDS
    assert "restarts 0 → 4" in moments[1]["change"]


async def test_history_of_a_deleted_pod_is_there_and_of_one_never_seen_is_404(client: httpx2.AsyncClient) -> None:
    gone = await client.get("/api/cluster/pods/shop/report-ccccc/history")
    never = await client.get("/api/cluster/pods/shop/nobody/history")
    assert (gone.status_code, gone.json()[-1]["change"]) == (200, "deleted")
    assert (never.status_code, never.json()["code"]) == (404, "never-seen")


async def test_chat_answers_without_a_model(client: httpx2.AsyncClient) -> None:
    answer = (await client.post("/api/chat/query", json={"message": "What is wrong?"})).json()
    assert {"response", "timestamp", "context_used", "model"} <= set(answer)
    assert (answer["model"], answer["context_used"]) == ("direct-mode", True)
    assert "CrashLoopBackOff" in answer["response"]
    blind = (await client.post("/api/chat/query", json={"message": "What is wrong?", "include_context": False})).json()
    assert blind["context_used"] is False


@pytest.mark.parametrize("body", [{}, {"message": ""}, {"message": "x" * 4001}, {"message": 5}, {"message": "x", "mesage": "y"}, [], "hi"])
async def test_chat_refuses_what_is_no_question(client: httpx2.AsyncClient, body: object) -> None:
    answer = await client.post("/api/chat/query", json=body)
    assert answer.status_code == 422
    assert isinstance(answer.json()["detail"], str)


async def test_the_longest_question_in_any_script_is_taken(client: httpx2.AsyncClient) -> None:
    assert (await client.post("/api/chat/query", json={"message": "🦊" * 4000})).status_code == 200


async def test_pods_not_wholly_known_are_said_in_a_header(client: httpx2.AsyncClient, world: World) -> None:
    from arcops.queries.live import POD
    from arcops.source.base import KindPhase

    assert "arcops-incomplete" not in (await client.get("/api/cluster/pods")).headers
    world.source.state.kinds[POD].phase = KindPhase.STALE
    for path in ("/api/cluster/pods", "/api/cluster/status", "/api/objects/po"):
        assert (await client.get(path)).headers["arcops-incomplete"] == "Pod (stale)"
    assert (await client.get("/api/cluster/status")).json()["incomplete"] == ["Pod (stale)"]


async def test_probes_answer_before_and_after_the_first_load(client: httpx2.AsyncClient, world: World) -> None:
    from arcops.queries.live import POD

    assert (await client.get("/readyz")).text == "ok\n"
    world.source.state.kinds[POD].synced_ms = 0
    waiting = await client.get("/readyz")
    assert (waiting.status_code, waiting.json()["code"], (await client.get("/livez")).status_code) == (503, "not-ready", 200)
