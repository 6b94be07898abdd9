"""Errors on the wire."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx2
import msgspec
import pytest
from fastapi import FastAPI

from arcops.api import errors
from arcops.api.errors import Problem
from arcops.base.errors import (
    ArcopsError,
    Busy,
    ClusterUnreachable,
    Forbidden,
    ObjectNotFound,
    RecordError,
    Refused,
    TokenNeeded,
    Unauthorized,
    UnknownKind,
)

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/api/nothing", 404, "no-such-path"),
        ("/static/nothing.js", 404, "no-such-path"),
        ("/static/../app.py", 404, "no-such-path"),
        ("/api/objects/podz", 422, "unknown-kind"),
        ("/api/objects/po/shop/nobody", 404, "object-not-found"),
        ("/api/objects/po/_/cart", 422, "bad-input"),
        ("/api/objects/po?labelSelector=a%20in%20b", 422, "bad-selector"),
        ("/api/objects/po?fieldSelector=status", 422, "bad-selector"),
        ("/api/objects/po?continue=x", 422, "bad-continue"),
        ("/api/objects/po?limit=0", 422, "bad-request"),
        ("/api/events?since=soon", 422, "bad-time"),
        ("/api/events?since=1h&until=2h", 422, "bad-input"),
        ("/api/context?hours=1&since=1h", 422, "bad-input"),
        ("/api/context/snapshots/5", 404, "not-found"),
        ("/api/context/snapshots/x", 422, "bad-request"),
        ("/api/history/po/shop/nobody", 404, "never-seen"),
    ],
)
async def test_each_failure_is_a_problem_with_a_sentence_and_a_hint(client: httpx2.AsyncClient, path: str, status: int, code: str) -> None:
    answer = await client.get(path)
    problem = msgspec.json.decode(answer.content, type=Problem)
    assert (answer.status_code, problem.status, problem.code) == (status, status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem.detail
    assert problem.hint
    assert problem.type == f"urn:arcops:problem:{code}"


async def test_a_path_with_a_typing_error_names_the_right_one(client: httpx2.AsyncClient) -> None:
    assert "/api/cluster/events" in (await client.get("/api/cluster/evnts")).json()["hint"]


async def test_a_wrong_method_names_the_right_one(client: httpx2.AsyncClient) -> None:
    answer = await client.post("/api/cluster/status")
    assert (answer.status_code, answer.headers["allow"], answer.json()["hint"]) == (405, "GET", "Use GET.")


async def test_a_parameter_there_is_not_is_refused_and_the_right_one_named(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/api/cluster/pods?namspace=shop")
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown-parameter")
    assert answer.json()["hint"] == "Did you mean namespace?"


async def test_a_parameter_given_twice_is_refused(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/api/cluster/pods?namespace=shop&namespace=data")
    assert (answer.status_code, answer.json()["code"]) == (422, "repeated-parameter")


async def test_bad_values_are_listed_field_by_field(client: httpx2.AsyncClient) -> None:
    answer = (await client.get("/api/cluster/events?hours=0")).json()
    assert answer["errors"] == [{"field": "query.hours", "message": "input should be greater than or equal to 1 (given: '0')"}]
    assert answer["detail"].startswith("query.hours: ")


@pytest.mark.parametrize("body", [b'{"message": "x', b"\xff\xfe", b"", b"null"])
async def test_a_broken_body_is_422(client: httpx2.AsyncClient, body: bytes) -> None:
    answer = await client.post("/api/chat/query", content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (422, "bad-request")


async def test_a_body_that_is_too_large_is_413_whether_it_says_so_or_not(client: httpx2.AsyncClient) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b"x" * 10_000

    said = await client.post("/api/chat/query", content=b"x" * 70_000, headers={"content-type": "application/json"})
    unsaid = await client.post("/api/chat/query", content=pieces(), headers={"content-type": "application/json"})
    assert [(r.status_code, r.json()["code"]) for r in (said, unsaid)] == [(413, "body-too-large")] * 2


@pytest.mark.parametrize(
    ("error", "status", "header"),
    [
        (TokenNeeded(), 401, "www-authenticate"),
        (Forbidden(verb="list", resource="secrets"), 403, None),
        (Unauthorized(), 403, None),
        (ObjectNotFound(kind="Pod", name="a/b", near="x"), 404, None),
        (UnknownKind(kind="x", near=""), 422, None),
        (Busy(what="The record", retry_s=3), 429, "retry-after"),
        (Refused(status=500, what="GET logs"), 502, None),
        (ClusterUnreachable(server="https://x", why="refused"), 503, "retry-after"),
        (RecordError(path="/x", why="full"), 503, None),
        (ArcopsError(what="x"), 500, None),
    ],
)
async def test_every_kind_of_error_has_its_status(error: ArcopsError, status: int, header: str | None) -> None:
    response = errors.response_of(error)
    assert response.status_code == status
    assert header is None or header in response.headers


async def test_a_fault_of_our_own_tells_the_caller_nothing_of_the_inside() -> None:
    app = FastAPI()
    errors.install(app)

    async def broken() -> None:
        secret = "hunter2"
        raise RuntimeError(secret)

    app.add_api_route("/broken", broken)
    transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://localhost") as client:
        answer = await client.get("/broken")
    assert answer.status_code == 500
    assert "hunter2" not in answer.text
    assert "Traceback" not in answer.text
    assert answer.json()["code"] == "internal-error"
