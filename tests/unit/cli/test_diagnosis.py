"""What the commands about a diagnosis print of a running service, in every width and form; the service is one of examples."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from arcops.api import diagnosis_examples, examples
from arcops.cli.main import run
from tests import golden_files
from tests.unit.cli.conftest import Terminal

GOLDEN = Path(__file__).parents[2] / "golden" / "cli_diagnosis"
QUIET: dict[str, Any] = {
    "/api/incidents": {**diagnosis_examples.INCIDENTS, "items": []},
    "/api/diagnosis": {
        "document": {**diagnosis_examples.TOLD["document"], "findings": [], "incidents": []}, "stories": [],
        "looked": diagnosis_examples.TOLD["looked"],
    },
}  # fmt: skip
ANSWERS: dict[str, Any] = {
    "/api/health": {**examples.HEALTH, "timestamp": "2026-01-14T12:16:00Z"},
    "/api/cluster/status": examples.STATUS,
    "/api/objects/nodes": {"apiVersion": "v1", "kind": "NodeList", "metadata": examples.OBJECTS["metadata"], "items": []},
    "/api/context/stats": examples.STATS,
    "/api/incidents": diagnosis_examples.INCIDENTS,
    "/api/incidents/24c8cba6867e063e": diagnosis_examples.INCIDENT_DETAIL,
    "/api/diagnosis": diagnosis_examples.TOLD,
}


class Examples(BaseHTTPRequestHandler):
    """Answers each address with its example, and remembers the questions."""

    answers: dict[str, Any] = ANSWERS
    asked: list[tuple[str, dict[str, list[str]]]] = []  # noqa: RUF012 - one server at a time

    def do_GET(self) -> None:
        """One example, or 404."""
        parts = urlsplit(self.path)
        self.asked.append((parts.path, parse_qs(parts.query)))
        body = self.answers.get(parts.path)
        sent = json.dumps(
            body if body is not None else {"title": "Not there", "detail": f"There is no {parts.path}.", "code": "not-found"}
        ).encode()
        self.send_response(200 if body is not None else 404)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(sent)))
        self.end_headers()
        self.wfile.write(sent)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name there
        """Nothing on stderr."""


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(Examples, "asked", [])
    with ThreadingHTTPServer(("127.0.0.1", 0), Examples) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


LINES = {
    "incidents": "incidents",
    "incidents-json": "incidents -o json",
    "incident": "incidents 24c8cba6867e063e",
    "diagnose": "diagnose",
    "why": "why deploy/checkout -n shop",
}


@pytest.mark.parametrize("name", LINES)
def test_the_output_is_as_it_was(terminal: Terminal, service: str, name: str) -> None:
    told = terminal(*LINES[name].split(), "--server", service)
    picture = f"$ arcops {LINES[name]}\nstatus {told.status}\n-- stdout\n{_timeless(told.out)}-- stderr\n{told.err}"
    golden_files.compare(GOLDEN / f"{name}.txt", picture)


def _timeless(text: str) -> str:
    """The text without ages, which grow."""
    lines = text.splitlines()
    if not lines or not lines[0].startswith("ID "):
        return text
    return "".join(f"{' '.join('AGE' if at == 3 else word for at, word in enumerate(line.split()))}\n" for line in lines)


def test_an_open_incident_ends_with_one_and_none_with_zero(terminal: Terminal, service: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for line in (["incidents"], ["diagnose"], ["why", "deploy/checkout", "-n", "shop"], ["status"]):
        assert terminal(*line, "--server", service).status == 1, line
        assert terminal(*line, "--server", service, "--exit-zero").status == 0, line
    monkeypatch.setattr(Examples, "answers", {**ANSWERS, **QUIET})
    for line in (["incidents"], ["diagnose"]):
        assert terminal(*line, "--server", service).status == 0, line
    told = terminal("why", "deploy/checkout", "-n", "shop", "--server", service)
    assert told.status == 0
    assert told.out.startswith("Nothing is wrong with Deployment shop/checkout.\n  Looked at: workload: 2 rules\n")


def test_status_shows_the_incidents_first(terminal: Terminal, service: str) -> None:
    lines = terminal("status", "--server", service).out.splitlines()
    assert lines[0].split() == ["SEVERITY", "SINCE", "ROOT", "WHAT"]
    assert "Deployment shop/checkout" in lines[1]
    body = json.loads(terminal("status", "-o", "json", "--server", service).out)
    assert [row["id"] for row in body["incidents"]] == ["24c8cba6867e063e"]


def test_status_of_a_service_that_does_not_know_incidents_goes_without(
    terminal: Terminal, service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Examples, "answers", {path: body for path, body in ANSWERS.items() if path != "/api/incidents"})
    told = terminal("status", "-o", "json", "--server", service)
    assert json.loads(told.out)["incidents"] is None


def test_what_is_asked_is_what_was_typed(terminal: Terminal, service: str) -> None:
    terminal("diagnose", "deploy/checkout", "-n", "shop", "-l", "app=checkout", "--server", service)
    terminal(
        "incidents", "--state", "all", "--severity", "critical", "--code", "OomKilled", "-n", "shop", "--at", "2h", "--server", service
    )
    asked = [(path, query) for path, query in Examples.asked if path in {"/api/diagnosis", "/api/incidents"}]
    assert asked == [
        ("/api/diagnosis", {"namespace": ["shop"], "kind": ["deploy"], "name": ["checkout"], "labelSelector": ["app=checkout"]}),
        ("/api/incidents", {"severity": ["critical"], "code": ["OomKilled"], "state": ["all"], "namespace": ["shop"], "at": ["2h"]}),
    ]


@pytest.mark.parametrize("columns", ["60", "80", "140"])
def test_on_a_terminal_no_line_is_wider_than_it_but_commands_and_long_words(
    service: str, columns: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.setenv("NO_COLOR", "1")
    lines = [["diagnose"], ["incidents"], ["incidents", "24c8cba6867e063e"], *([["status"]] if columns != "60" else [])]
    for line in lines:
        capsys.readouterr()
        run([*line, "--server", service, "--exit-zero"], "arcops")
        out = capsys.readouterr().out
        assert "\x1b" not in out
        wide = [text for text in out.splitlines() if len(text) > int(columns)]
        whole = ("CRITICAL", "Cluster", "Record")
        assert all("kubectl" in text or text.startswith(whole) or len(text.split()) == 1 for text in wide), wide


def test_colour_marks_how_bad_it_is(terminal: Terminal, service: str) -> None:
    assert "\x1b[31m\x1b[1mCRITICAL" in terminal("diagnose", "--server", service, "--color", "always").out
    assert "\x1b[" not in terminal("diagnose", "--server", service, "--color", "never").out
