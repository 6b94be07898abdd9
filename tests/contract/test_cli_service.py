"""The command line and a running service: it serves, it is asked, it is checked, and the check can fail."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.request import Request, urlopen

import pytest

Json = Any
Change = Callable[[Json], Json]
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("ARCOPS_")}


def arcops(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "arcops.cli", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, env=ENVIRONMENT)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """`arcops serve --demo` on a free port; its end is a test too: SIGTERM, exit 0 within five seconds."""
    folder = tmp_path_factory.mktemp("record")
    command = [sys.executable, "-m", "arcops.cli", "serve", "--demo", "--port", "0", "--data-dir", str(folder)]
    # ARCOPS_SERVER is for the other commands: a service started in the same shell must not stumble over it.
    environment = {**ENVIRONMENT, "ARCOPS_SERVER": "http://127.0.0.1:9"}
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as program:
        assert program.stderr is not None
        lines: list[str] = []
        for line in program.stderr:
            lines.append(line)
            if '"cluster_synced"' in line:
                break
        threading.Thread(target=program.stderr.read, daemon=True).start()
        started = next(line for line in lines if '"server_started"' in line)
        yield json.loads(started)["url"]
        program.send_signal(signal.SIGTERM)
        assert program.wait(5) == 0


def test_every_endpoint_of_a_service_passes_the_check(service: str) -> None:
    done = arcops("check", "--api", service, "-o", "json")
    report = json.loads(done.stdout)
    assert [check for check in report["checks"] if check["result"] not in {"ok", "warning"}] == []
    assert len(report["checks"]) == 20
    assert (done.returncode, report["status"]) == (0, 0)


def test_a_service_answers_every_question_of_the_command_line(service: str) -> None:
    for line in (
        "status",
        "get kinds",
        "get pods -A -o wide",
        "get no,deploy -A",
        "events -A -o json",
        "version",
        "get ns kube-system -o yaml",
    ):
        done = arcops(*line.split(), "--server", service, "--exit-zero" if line == "status" else "-q")
        assert done.returncode == 0, done.stderr
        assert done.stdout
    assert re.search(
        r"^Server: arcops \S+ at http://127.0.0.1:\d+, Kubernetes v1", arcops("version", "--server", service).stdout, re.MULTILINE
    )


def test_a_finding_is_lived_with_until_the_decision_is_taken_back(service: str) -> None:
    assert "Nothing is suppressed." in arcops("suppress", "--server", service).stderr
    words = ("suppress", "OomKilled", "deploy/loadtest", "-n", "perf", "--who", "ops", "--until", "4h")
    assert arcops(*words, "--server", service).returncode == 2
    made = json.loads(arcops(*words, "--why", "load test", "--server", service, "-o", "json").stdout)["items"][0]
    assert (made["kind"], made["namespace"], made["name"], made["why"]) == ("Deployment.apps", "perf", "loadtest", "load test")
    listed = arcops("suppress", "--server", service).stdout
    assert f"{made['id']}   OomKilled   Deployment.apps perf/loadtest" in listed
    assert arcops("suppress", "--end", made["id"], "--server", service).returncode == 0
    assert "no suppression" in arcops("suppress", "--end", made["id"], "--server", service).stderr


def test_history_and_logs_of_a_service(service: str) -> None:
    pod = arcops("get", "pods", "-n", "shop", "--server", service, "-o", "jsonpath={.items[0].metadata.name}").stdout
    assert arcops("logs", pod, "-n", "shop", "--tail", "3", "--server", service).stdout.count("\n") == 3
    history = json.loads(arcops("history", f"pod/{pod}", "-n", "shop", "--server", service, "-o", "json").stdout)
    assert history["items"][-1]["object"]["metadata"]["name"] == pod


def test_more_than_a_page_of_objects_is_read_whole(service: str) -> None:
    total = arcops("get", "pods", "-A", "--server", service, "--no-headers").stdout.count("\n")
    with urlopen(f"{service}/api/cluster/pods") as answer:
        assert total == len(json.load(answer))


def test_names_are_completed_from_the_service(service: str) -> None:
    code = "from arcops.cli.shells import complete_for_kubectl; import sys; complete_for_kubectl(sys.argv[1:])"

    def candidates(*words: str) -> list[str]:
        done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=True, env=ENVIRONMENT)
        assert done.stderr == ""
        *found, directive = done.stdout.splitlines()
        assert directive == ":4"
        return [line.partition("\t")[0] for line in found]

    assert candidates("get", "--server", service, "deploy") == ["deployments"]
    assert "kube-system" in candidates("get", "--server", service, "pods", "-n", "kube-s")
    assert candidates("get", "--server", service, "nodes", "k3d-demo-s") == ["k3d-demo-server-0"]
    assert candidates("events", "--server", service, "--for", "no/k3d-demo-s") == ["no/k3d-demo-server-0"]
    (pod,) = candidates("logs", "--server", service, "-n", "kube-system", "metrics-server")
    assert pod.startswith("metrics-server-")


def lines_of(*words: str, count: int) -> tuple[list[str], int]:
    """The first lines of a command that goes on for ever, and its status after Ctrl+C. The test's own time limit bounds it."""
    command = [sys.executable, "-m", "arcops.cli", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT) as program:
        assert program.stdout is not None
        lines = [program.stdout.readline().rstrip("\n") for _ in range(count)]
        program.send_signal(signal.SIGINT)
        return lines, program.wait(10)


def test_logs_are_followed_each_line_once(service: str) -> None:
    pod = arcops("get", "pods", "-n", "shop", "--server", service, "-o", "jsonpath={.items[0].metadata.name}").stdout
    lines, status = lines_of("logs", pod, "-n", "shop", "--tail", "2", "-f", "--prefix", "--server", service, count=4)
    assert all(line.startswith(f"[pod/{pod}/") for line in lines)
    assert len(set(lines)) == 4
    assert sorted(lines) == lines  # the demo's lines begin with their time
    assert status == 130


class Liar(ThreadingHTTPServer):
    """Passes questions on to a service and changes the answers of one address."""

    daemon_threads = True

    def __init__(self, service: str, path: str, change: Change | int) -> None:
        self.service, self.path, self.change = service, path, change
        super().__init__(("127.0.0.1", 0), _Passing)


class _Passing(BaseHTTPRequestHandler):
    server: Liar

    def do_GET(self) -> None:
        self._pass(None)

    def do_POST(self) -> None:
        self._pass(self.rfile.read(int(self.headers["Content-Length"])))

    def _pass(self, data: bytes | None) -> None:
        from urllib.error import HTTPError

        try:
            answer = urlopen(Request(self.server.service + self.path, data, {"Content-Type": "application/json"}))
        except HTTPError as error:
            answer = error
        with answer:
            status, body, kind = answer.status, answer.read(), answer.headers["Content-Type"]
        if re.fullmatch(self.server.path, self.path):
            if isinstance(self.server.change, int):
                status = self.server.change
            else:
                body = json.dumps(self.server.change(json.loads(body))).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
        """Keep quiet."""


def first(**fields: Json) -> Change:
    """The first item of a list, or the answer itself, with other fields."""

    def change(body: Json) -> Json:
        target = body[0] if isinstance(body, list) else body
        target.update(fields)
        return body

    return change


def without(name: str) -> Change:
    def change(body: Json) -> Json:
        del (body[0] if isinstance(body, list) else body)[name]
        return body

    return change


def less(body: Json) -> Json:
    return body[1:]


def backwards(body: Json) -> Json:
    return body[::-1]


LIES: list[tuple[str, str, Change | int, str]] = [
    ("GET /api/health", "/api/health", first(status="fine"), "the status is fine"),
    ("GET /api/health", "/api/health", first(timestamp="2020-01-01T00:00:00Z"), "its clock says 2020"),
    ("GET /api/health", "/api/health", without("services"), "missing required field `services`"),
    ("GET /livez, /readyz", "/livez", 503, "GET /livez answers 503"),
    ("GET /livez, /readyz", "/readyz", 503, "GET /readyz answers 503, while health says synced=true"),
    ("GET /api/cluster/status", "/api/cluster/status", without("events"), "missing required field `events`"),
    ("GET /api/cluster/status", "/api/cluster/status", first(timestamp="2026-01-14T12:15:25"), "the status has the time"),
    ("GET /api/cluster/pods", "/api/cluster/pods", less, "/api/cluster/pods says"),
    ("GET /api/cluster/pods", "/api/cluster/pods", backwards, "pods are not sorted"),
    ("GET /api/cluster/pods", "/api/cluster/pods", first(phase="Fine"), "has the phase Fine"),
    ("GET /api/cluster/pods", "/api/cluster/pods", first(ready=9, total=1), "has 9 of 1 containers ready"),
    ("GET /api/cluster/pods", "/api/cluster/pods", first(created_at="yesterday"), 'has the time "yesterday"'),
    ("GET /api/cluster/pods", r"/api/cluster/pods\?phase=running", lambda _: [], "the sum over its phases"),
    ("GET /api/cluster/pods", r"/api/cluster/pods\?phase=arcops.*", 200, "an unknown phase is answered with 200 in place of 422"),
    ("GET /api/cluster/pods", r"/api/cluster/pods\?namespace=shop", less, "namespace shop says"),
    ("GET /api/cluster/pods/…/logs", "/api/cluster/pods/default/arcops-check-absent/logs", 500, "in place of 404"),
    ("GET /api/cluster/pods/…/logs", "/api/cluster/pods/.*/logs.tail_lines=10", first(pod="other"), "gives the logs of"),
    ("GET /api/cluster/pods/…/history", "/api/cluster/pods/.*/history.hours=24", lambda _: [], "the history of a pod that exists is empty"),
    ("POST /api/chat/query", "/api/chat/query", first(response=" "), "the answer is empty"),
    ("GET /api/kinds", "/api/objects/pods.limit=1", lambda b: {**b, "metadata": {**b["metadata"], "total": 1}}, "/api/kinds of pods says"),
    ("GET /api/objects/pods", "/api/objects/pods/.*/.*", lambda b: {**b, "kind": "Node"}, "is another one"),
    ("GET /api/objects/pods", "/api/history/pods/.*", lambda b: {**b, "items": []}, "is empty"),
    ("GET /api/objects/nodes", "/api/objects/nodes/_/arcops-check-absent", 200, "a node that does not exist is answered with 200"),
    ("GET /api/context", "/api/context/stats", first(snapshots=5000), "more than"),
    ("GET /metrics", "/metrics", 500, "GET /metrics answers 500"),
    ("GET /openapi.json", "/openapi.json", first(paths={}), "is not described"),
    ("GET unknown address", "/api/arcops-check-absent", without("code"), "a problem of the wrong shape"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "path", "change", "fault"), LIES, ids=[f"{name}: {fault}" for name, _, _, fault in LIES])
def test_the_check_finds_a_service_that_lies(service: str, name: str, path: str, change: Change | int, fault: str) -> None:
    from arcops.cli.checks.api import check_endpoint
    from arcops.cli.service import Service

    liar = Liar(service, path, change)
    thread = threading.Thread(target=liar.serve_forever, args=(0.01,))
    thread.start()
    try:
        check = check_endpoint(Service(f"http://127.0.0.1:{liar.server_address[1]}"), name, pause_s=0.0)
    finally:
        liar.shutdown()
        liar.server_close()
        thread.join(10)
    assert check.result == "failed"
    assert fault in check.detail
    assert check.status == (3 if "missing required" in fault else 1)


def test_a_service_that_is_not_there_is_one_failed_check() -> None:
    done = arcops("check", "--api", "http://127.0.0.1:9")
    assert done.returncode == 3
    assert "failed" in done.stdout
    assert len(done.stdout.splitlines()) == 4


def test_the_past_of_a_service(service: str) -> None:
    def asked(line: str, *statuses: int) -> str:
        done = arcops(*line.split(), "--server", service)
        assert done.returncode in statuses, (line, done.stdout, done.stderr)
        return done.stdout

    then = arcops("get", "pods", "-A", "--at", "now", "--server", service)
    assert then.stderr.startswith("As of 20")
    assert {line.split()[1] for line in then.stdout.splitlines()} >= {line.split()[1] for line in asked("get po -A", 0).splitlines()[:3]}
    one = asked("get ns kube-system --at now -o jsonpath={.metadata.name}", 0, 5)
    assert one == "kube-system"
    assert json.loads(asked("changes -A --since 1h --all -o json", 0, 5))["kind"] == "ChangeList"
    assert json.loads(asked("diff -A --from 1m -o json", 0, 1, 5))["kind"] == "Diff"
    pod = asked("get pods -n shop -o jsonpath={.items[0].metadata.name}", 0)
    assert json.loads(asked(f"timeline pod/{pod} -n shop -o json", 0, 5))["lanes"][0]["object"]["name"] == pod
    assert json.loads(asked(f"changes pod/{pod} -n shop --upstream --all -o json", 0, 5))["items"] is not None
    assert arcops("get", "pods", "--at", "2090-01-01", "--server", service).returncode == 2
