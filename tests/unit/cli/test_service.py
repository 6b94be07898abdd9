"""A service over HTTP: its own words when it refuses, one clear sentence when it is silent, strange or not arcops at all."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import trustme

from arcops.base import errors
from arcops.cli.connect import find_service, local_service
from arcops.cli.options import Target
from arcops.cli.service import Service
from tests.unit.cli.conftest import Terminal

HEALTH = {"status": "healthy", "services": {"kubernetes": True}, "timestamp": "2026-11-24T12:00:00Z"}


class Answering(ThreadingHTTPServer):
    """Gives every GET the same answer and remembers what it was asked."""

    daemon_threads = True
    status = 200
    body: bytes = b"{}"
    content_type = "application/json"
    wait: threading.Event | None = None

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, str]]] = []
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: Answering

    def do_GET(self) -> None:
        self.server.asked.append((self.path, dict(self.headers)))
        if self.server.wait:
            self.server.wait.wait(10)
        self.send_response(self.server.status)
        self.send_header("Content-Type", self.server.content_type)
        self.send_header("Content-Length", str(len(self.server.body)))
        self.end_headers()
        with suppress(ConnectionError):  # the asker may have given up
            self.wfile.write(self.server.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
        """Keep quiet."""


@contextmanager
def answering(body: Any = None, status: int = 200, **settings: Any) -> Iterator[Answering]:
    server = Answering()
    server.status = status
    server.body = body if isinstance(body, bytes) else json.dumps(body).encode()
    for name, value in settings.items():
        setattr(server, name, value)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server
    finally:
        if server.wait:
            server.wait.set()
        server.shutdown()
        server.server_close()
        thread.join(10)


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (401, "token-needed", errors.TokenNeeded),
        (403, "cluster-forbidden", errors.Forbidden),
        (404, "never-seen", errors.NeverSeen),
        (404, "a-code-of-tomorrow", errors.NotFound),
        (422, "bad-selector", errors.BadSelector),
        (422, "another-of-tomorrow", errors.UsageError),
        (429, "busy", errors.Busy),
        (502, "cluster-error", errors.Refused),
        (503, "record-unusable", errors.RecordError),
        (503, "unreachable", errors.Unreachable),
    ],
)
def test_a_refusal_is_told_in_the_words_of_the_service(status: int, code: str, kind: type[errors.ArcopsError]) -> None:
    body = {"title": "T", "status": status, "code": code, "detail": "The {sentence}.", "hint": "The {hint}."}
    with answering(body, status) as server, pytest.raises(kind) as told:
        Service(server.url).read("/x")
    assert type(told.value) is kind
    assert (told.value.message, told.value.advice) == ("The {sentence}.", "The {hint}.")


@pytest.mark.parametrize("body", [b"<html>not here</html>", b"", b"[1]", b'{"detail": [{"loc": 1}]}'])
def test_an_error_that_is_no_problem_is_one_sentence_too(body: bytes) -> None:
    with answering(body, 500) as server, pytest.raises(errors.Refused, match=r"gives no answer of arcops to /x: status 500\.$"):
        Service(server.url).read("/x")


def test_an_answer_of_another_program_is_refused(terminal: Terminal) -> None:
    with answering({"hello": "world"}) as server:
        told = terminal("status", "--server", server.url)
    assert told.status == 3
    assert "gives no answer of arcops to /api/" in told.err


def test_a_service_that_is_silent_is_given_up(terminal: Terminal) -> None:
    with answering({}, wait=threading.Event()) as server:
        told = terminal("get", "pods", "--server", server.url, "--request-timeout", "100ms")
    assert told.status == 3
    assert told.err.startswith(f"error: No arcops server answers at {server.url}: no answer in time.\n")


def test_the_token_is_sent_from_the_flag_the_environment_or_a_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any, terminal: Terminal
) -> None:
    path = tmp_path / "token"
    path.write_text("from-file\n")
    with answering([]) as server:
        terminal("get", "kinds", "--server", server.url, "--token", "from-flag")
        monkeypatch.setenv("ARCOPS_TOKEN_FILE", str(path))
        terminal("get", "kinds", "--server", server.url)
        monkeypatch.setenv("ARCOPS_TOKEN", "from-environment")
        terminal("get", "kinds", "--server", server.url)
    sent = [headers.get("Authorization") for _, headers in server.asked]
    assert sent == ["Bearer from-flag", "Bearer from-file", "Bearer from-environment"]


def test_an_unreadable_token_file_is_a_clear_error(terminal: Terminal, tmp_path: Any) -> None:
    told = terminal("get", "kinds", "--server", "http://127.0.0.1:9", "--token-file", tmp_path / "nope")
    assert (told.status, told.out) == (2, "")
    assert "The token file" in told.err


def test_the_server_of_the_environment_is_asked(monkeypatch: pytest.MonkeyPatch, terminal: Terminal) -> None:
    with answering([]) as server:
        monkeypatch.setenv("ARCOPS_SERVER", server.url)
        told = terminal("get", "kinds", "-v")
    assert told.err == f"Answers come from the arcops service at {server.url}.\n"
    assert [path for path, _ in server.asked] == ["/api/kinds"]


def test_a_context_that_is_named_goes_before_the_server_of_the_environment(monkeypatch: pytest.MonkeyPatch, terminal: Terminal) -> None:
    with answering([]) as server:
        monkeypatch.setenv("ARCOPS_SERVER", server.url)
        told = terminal("get", "pods", "--context", "nope")
    assert told.status == 3
    assert "kubeconfig" in told.err
    assert server.asked == []


def test_a_path_prefix_of_the_address_is_kept(terminal: Terminal) -> None:
    with answering([]) as server:
        terminal("get", "kinds", "--server", f"{server.url}/arcops/")
    assert [path for path, _ in server.asked] == ["/arcops/api/kinds"]


def test_a_local_port_counts_as_arcops_only_by_its_health() -> None:
    with answering(HEALTH) as arcops, answering({"status": "UP"}) as other, answering(b"hello", content_type="text/plain") as plain:
        assert local_service(Target(), arcops.url) == Service(arcops.url)
        assert local_service(Target(), other.url) is None
        assert local_service(Target(), plain.url) is None
    assert local_service(Target(), "http://127.0.0.1:9") is None


def test_a_local_port_that_hangs_costs_a_third_of_a_second_at_most() -> None:
    with answering(HEALTH, wait=threading.Event()) as server:
        assert local_service(Target(), server.url) is None


def test_an_address_without_scheme_is_http() -> None:
    found = find_service(Target(server="edge-7:8000"))
    assert found is not None
    assert found.url == "http://edge-7:8000"


def test_https_checks_the_certificate_against_the_given_authority(terminal: Terminal, tmp_path: Any) -> None:
    import ssl

    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    server = Answering()
    server.body = b"[]"
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        url = server.url.replace("http:", "https:")
        assert terminal("get", "kinds", "--server", url, "--certificate-authority", tmp_path / "ca.pem").status == 0
        assert terminal("get", "kinds", "--server", url, "--insecure-skip-tls-verify").status == 0
        refused = terminal("get", "kinds", "--server", url)
        assert refused.status == 3
        assert "its certificate is not trusted" in refused.err
        assert terminal("get", "kinds", "--server", url, "--certificate-authority", tmp_path / "no.pem").status == 2
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
