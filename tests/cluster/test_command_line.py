"""`arcops` beside `kubectl` on one real cluster: the same tables, the same objects, the same refusals."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from lab.build import kubectl as kubectl_program
from lab.cluster import Lab
from lab.wait import wait_until

pytestmark = pytest.mark.cluster

DEPLOYMENT: Any = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "web", "labels": {"app": "web"}},
    "spec": {
        "replicas": 2,
        "selector": {"matchLabels": {"app": "web"}},
        "template": {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "app", "image": "web:1"}]}},
    },
}
SETTINGS: Any = {
    "apiVersion": "v1",
    "kind": "ConfigMap",
    "metadata": {"name": "settings"},
    "data": {"motd": "line one\nline two\n", "greeting": "Grüß Gott"},
}
AGE = re.compile(r"\b\d+[smhd](\d+[smh])?\b")


def run(program: list[str], lab: Lab, user: str, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ARCOPS_")}
    kubeconfig = str(lab.kubeconfig(user))
    return subprocess.run(
        [*program, *words], capture_output=True, text=True, check=False, timeout=60, env={**clean, "KUBECONFIG": kubeconfig, **environment}
    )


def arcops(lab: Lab, *words: str, user: str = "admin") -> subprocess.CompletedProcess[str]:
    # --kubeconfig: a service on this machine's port 8000 must not answer in place of the lab
    return run([sys.executable, "-m", "arcops.cli"], lab, user, *words, "--kubeconfig", str(lab.kubeconfig(user)))


def kubectl(lab: Lab, *words: str) -> str:
    done = run([str(kubectl_program())], lab, "admin", *words)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def web(lab: Lab, namespace: str) -> str:
    """A namespace with a deployment of two pods that run, and a config map."""
    for body in (DEPLOYMENT, SETTINGS):
        lab.client.create({**body, "metadata": {**body["metadata"], "namespace": namespace}})
    ready = ("get", "deploy", "web", "-n", namespace, "-o", "jsonpath={.status.readyReplicas}")
    wait_until(lambda: kubectl(lab, *ready) == "2", "two pods", timeout_s=30)
    return namespace


def columns(text: str) -> list[list[str]]:
    """A table's cells, ages left out: they go on between two programs."""
    return [[AGE.sub("AGE", cell) for cell in re.split(r" {3,}", line.strip())] for line in text.splitlines()]


TABLES = (
    "pods",
    "pods -o wide",
    "deploy,rs",
    "deploy web",
    "cm -L app --show-labels",
    "pods -l app=web",
    "pods --field-selector status.phase=Running --no-headers",
    "events",
    "sa",
    "pods -o name",
    "pods,cm -o name",
    "pods -o jsonpath={range.items[*]}{.metadata.name}={.status.phase};{end}",
    "pods -o custom-columns=NAME:.metadata.name,IMAGES:.spec.containers[*].image,NONE:.spec.nope",
)


@pytest.mark.parametrize("line", TABLES)
def test_a_table_is_kubectls(lab: Lab, web: str, line: str) -> None:
    words = line.split(" ")
    done = arcops(lab, "get", *words, "-n", web)
    assert done.returncode == 0, done.stderr
    assert columns(done.stdout) == columns(kubectl(lab, "get", *words, "-n", web))


@pytest.mark.parametrize("line", ["no", "no -o wide", "ns default", "clusterroles view"])
def test_a_table_of_cluster_scoped_objects_is_kubectls(lab: Lab, line: str) -> None:
    assert columns(arcops(lab, "get", *line.split()).stdout) == columns(kubectl(lab, "get", *line.split()))


def test_yaml_is_kubectls_but_for_the_order_of_keys(lab: Lab, web: str) -> None:
    ours = arcops(lab, "get", "cm", "settings", "-n", web, "-o", "yaml").stdout
    theirs = kubectl(lab, "get", "cm", "settings", "-n", web, "-o", "yaml")
    assert sorted(line.replace("'", '"') for line in ours.splitlines()) == sorted(line.replace("'", '"') for line in theirs.splitlines())


def test_json_is_the_api_servers(lab: Lab, web: str) -> None:
    ours = json.loads(arcops(lab, "get", "deploy,cm", "-n", web, "-o", "json").stdout)
    theirs = json.loads(kubectl(lab, "get", "deploy,cm", "-n", web, "-o", "json"))
    assert ours == theirs


def test_logs_are_kubectls(lab: Lab, web: str) -> None:
    pod = kubectl(lab, "get", "pods", "-n", web, "-o", "jsonpath={.items[0].metadata.name}")
    assert arcops(lab, "logs", pod, "-n", web, "--tail", "5").stdout == kubectl(lab, "logs", pod, "-n", web, "--tail", "5")


def test_a_watch_prints_what_changes(lab: Lab, web: str) -> None:
    command = [sys.executable, "-m", "arcops.cli", "get", "cm", "-n", web, "-w", "-l", "seen=yes", "--kubeconfig", str(lab.kubeconfig())]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        body = {**SETTINGS, "metadata": {"name": "watched", "namespace": web, "labels": {"seen": "yes"}}}
        lab.client.create(body)
        assert program.stdout.readline().split() == ["NAME", "DATA", "AGE"]
        assert program.stdout.readline().split()[:2] == ["watched", "2"]
        lab.client.apply({**body, "data": {"one": "1", "two": "2", "three": "3"}})
        assert program.stdout.readline().split()[0] == "watched"
        program.send_signal(signal.SIGINT)
        assert program.wait(10) == 130


def test_events_are_watched_as_lines_of_json(lab: Lab, web: str) -> None:
    words = ("events", "-n", web, "-w", "-o", "json", "--for", "pod/late", "--kubeconfig", str(lab.kubeconfig()))
    with subprocess.Popen([sys.executable, "-m", "arcops.cli", *words], stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        pod = {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": "late", "namespace": web},
            "spec": {"containers": [{"name": "a", "image": "a"}]},
        }
        lab.client.create(pod)
        event = json.loads(program.stdout.readline())
        assert (event["reason"], event["involved_object"]) == ("Scheduled", "Pod/late")
        program.send_signal(signal.SIGINT)
        assert program.wait(10) == 130


@pytest.mark.parametrize(("user", "status"), [("admin", 0), ("reader", 0), ("narrow", 4), ("nobody", 4)])
def test_the_check_tells_what_each_account_may(lab: Lab, user: str, status: int) -> None:
    done = arcops(lab, "check", "-o", "json", user=user)
    assert done.returncode == status
    results = {check["name"]: check["result"] for check in json.loads(done.stdout)["checks"]}
    assert results["connection"] == results["clock"] == results["latency"] == "ok"
    assert results["pods"] == ("missing" if user == "nobody" else "ok")
    assert results["secrets"] == ("ok" if user in {"admin", "reader"} else "missing")
    assert results["pods/log"] == ("ok" if user in {"admin", "reader"} else "missing")
    assert done.stderr == ""


def test_what_may_not_be_read_is_said(lab: Lab) -> None:
    refused = arcops(lab, "get", "cm", "-A", user="narrow")
    assert refused.returncode == 4
    assert "may not list configmaps" in refused.stderr
    partial = arcops(lab, "get", "cm,no", "-o", "name", user="narrow")
    assert partial.returncode == 5
    assert partial.stdout.count("node/") == 3
    assert (
        json.loads(arcops(lab, "status", "-o", "json", "--exit-zero", user="narrow").stdout)["cluster"]["problems"][0]["resource"]
        == "events"
    )


def test_a_cluster_that_is_down_is_three_within_seconds(lab: Lab, tmp_path: Path) -> None:
    text = lab.kubeconfig("admin").read_text()
    (tmp_path / "config").write_text(text.replace(lab.url, "https://127.0.0.1:9"))
    began = time.monotonic()
    done = run([sys.executable, "-m", "arcops.cli"], lab, "admin", "get", "pods", "--kubeconfig", str(tmp_path / "config"))
    assert done.returncode == 3
    assert done.stderr.startswith("error: The cluster at https://127.0.0.1:9 does not answer: ")
    assert time.monotonic() - began < 10


def test_history_without_a_service_says_whose_the_record_is(lab: Lab) -> None:
    done = arcops(lab, "history", "ns/default")
    assert done.returncode == 1
    assert "The record belongs to the service: run `arcops serve`" in done.stderr


def test_kubectl_runs_and_completes_its_plugin(lab: Lab, tmp_path: Path) -> None:
    for name, code in (
        ("kubectl-arcops", "from arcops.cli.main import main; sys.exit(main())"),
        ("kubectl_complete-arcops", "from arcops.cli.shells import complete_for_kubectl; sys.exit(complete_for_kubectl())"),
    ):
        script = tmp_path / name
        script.write_text(f"#!{sys.executable}\nimport sys\n{code}\n")
        script.chmod(0o755)
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    helped = run([str(kubectl_program())], lab, "admin", "arcops", "get", "--help", PATH=path)
    assert helped.stdout.startswith("Usage: kubectl arcops get ")
    completed = run([str(kubectl_program())], lab, "admin", "__complete", "arcops", "stat", PATH=path)
    assert completed.stdout.splitlines()[0].startswith("status\t")
