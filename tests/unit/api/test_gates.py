"""Who may ask."""

from __future__ import annotations

import os
from pathlib import Path

import httpx2
import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from arcops.api.app import SILENT, create_app
from arcops.api.auth import Token, host_name
from arcops.api.settings import ApiSettings
from tests.small_cluster import World, client_of

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "127.0.0.1:9", "127.1.2.3", "[::1]:8000", "LOCALHOST", "localhost."])
async def test_loopback_names_are_answered(client: httpx2.AsyncClient, host: str) -> None:
    assert (await client.get("/api/health", headers={"host": host})).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "10.0.0.7", "127.0.0.1.evil.example", "", "[", "::"])
async def test_other_hosts_are_refused(client: httpx2.AsyncClient, host: str) -> None:
    answer = await client.get("/api/cluster/status", headers={"host": host})
    assert (answer.status_code, answer.json()["code"]) == (403, "host-refused")


async def test_allowed_hosts_are_answered_also_by_pattern(world: World) -> None:
    async with client_of(world, ApiSettings(allowed_hosts=("ops.example", "*.site.example"))) as client:
        for host, status in {
            "ops.example:8000": 200,
            "OPS.example": 200,
            "a.site.example": 200,
            "site.example": 403,
            "b.example": 403,
        }.items():
            assert (await client.get("/api/health", headers={"host": host})).status_code == status, host


async def test_the_very_address_a_connection_came_in_at_is_answered(world: World) -> None:
    app = create_app(world.services)
    for host, status in {"10.42.0.9": 200, "10.42.0.8": 403}.items():
        assert await status_for(app, host, server=("10.42.0.9", 8000)) == status


async def status_for(app: ASGIApp, host: str, server: tuple[str, int]) -> int:
    """The status of a request that came in at a certain local address."""

    async def at_server(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, "server": server}, receive, send)

    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(at_server), base_url="http://localhost") as client:
        return (await client.get("/api/health", headers={"host": host})).status_code


async def test_probes_are_answered_under_any_name(client: httpx2.AsyncClient) -> None:
    for path in ("/livez", "/readyz"):
        assert (await client.get(path, headers={"host": "10.9.9.9"})).status_code == 200


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost:3000", "http://localhost"])
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
async def test_another_page_may_not_ask(client: httpx2.AsyncClient, origin: str, method: str) -> None:
    answer = await client.request(method, "/api/chat/query", headers={"origin": origin})
    assert answer.status_code == 403
    assert "access-control-allow-origin" not in answer.headers


async def test_our_own_page_may(client: httpx2.AsyncClient) -> None:
    answer = await client.post("/api/chat/query", json={"message": "hi"}, headers={"origin": "http://localhost:8000"})
    assert answer.status_code == 200


async def test_an_allowed_origin_may_and_its_preflight_is_answered(world: World) -> None:
    settings = ApiSettings(token="t0ken", cors_origins=("https://console.example",))
    async with client_of(world, settings) as client:
        preflight = await client.options(
            "/api/chat/query",
            headers={
                "origin": "https://console.example",
                "access-control-request-method": "POST",
                "access-control-request-headers": "content-type,authorization",
            },
        )
        asked = await client.get("/api/health", headers={"origin": "https://console.example", "authorization": "Bearer t0ken"})
    assert (preflight.status_code, asked.status_code) == (200, 200)
    for answer in (preflight, asked):
        assert answer.headers["access-control-allow-origin"] == "https://console.example"
    assert "access-control-allow-credentials" not in asked.headers


@pytest.mark.parametrize("given", [None, "Bearer wrong", "Bearer ", "Basic t0ken", "t0ken", "Bearer t0ken2", "Bearer t0keñ"])
async def test_without_the_token_nothing_is_told(world: World, given: str | None) -> None:
    async with client_of(world, ApiSettings(token="t0ken")) as client:
        headers = {b"authorization": given.encode()} if given is not None else {}
        for path in ("/api/health", "/api/cluster/status", "/metrics", "/openapi.json", "/nowhere", "/docs"):
            answer = await client.get(path, headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (401, "token-needed")
            assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_with_the_token_everything_is(world: World) -> None:
    async with client_of(world, ApiSettings(token="t0ken")) as client:
        assert (await client.get("/api/health", headers={"authorization": "bearer t0ken"})).status_code == 200
        assert (await client.get("/livez")).status_code == 200


def test_a_token_file_is_read_again_when_it_changes_and_a_missing_one_accepts_nobody(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text("first\n")
    token = Token("", str(path))
    assert token.is_wanted
    assert token.accepts("first")
    path.write_text("second\n")
    os.utime(path, ns=(1, 1))
    assert token.accepts("second")
    assert not token.accepts("first")
    path.unlink()
    assert not token.accepts("second")
    assert not token.accepts("")


def test_an_empty_token_file_accepts_nobody(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text("\n")
    assert not Token("", str(path)).accepts("")


@pytest.mark.parametrize(
    ("header", "name"),
    [("a.example:80", "a.example"), ("a.example", "a.example"), ("[::1]:80", "::1"), ("::1", "::1"), ("A.Example.", "a.example"), ("", "")],
)
def test_the_name_of_a_host_header_is_found(header: str, name: str) -> None:
    assert host_name(header) == name


async def test_every_answer_has_the_security_headers(client: httpx2.AsyncClient) -> None:
    for path in ("/api/health", "/nowhere", "/docs", "/livez"):
        headers = (await client.get(path)).headers
        assert "default-src 'self'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


def test_the_server_sends_no_traces_whatever_the_environment_says() -> None:
    assert SILENT["auto_configure"] is False
    assert not any(SILENT[name] for name in ("tracing", "metrics", "logs", "operation_spans"))
