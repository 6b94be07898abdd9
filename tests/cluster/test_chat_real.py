"""A real cluster with three faults is asked what is wrong: by rule, in the words of an honest model, and with one that lies."""

from __future__ import annotations

import json
import re
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lab.cluster import Lab
from lab.wait import wait_until
from tests.cluster.faults import FAULTS, namespace
from tests.cluster.service import Service

FOUND_S = 60
ASKED = {"crash": ("ContainerCrashing", "exit code"), "oom": ("OomKilled", "OOMKilled"), "job": ("JobFailed", "import")}
"""The faults, the code each is found by, and what of its cause an answer must say."""
CITED = re.compile(r"\[F\d+\]")


@pytest.fixture(scope="module")
def broken(require_cluster: None) -> Iterator[Lab]:
    """A cluster with three faults, each in a namespace of its own."""
    with Lab(nodes=2) as cluster:
        for fault in FAULTS:
            if fault.name in ASKED:
                namespace(cluster.client, f"real-{fault.name}")
                fault.breaks(cluster.client, f"real-{fault.name}")
        yield cluster


@pytest.fixture(params=["none", "honest", "liar", "dead"])
def service(request: pytest.FixtureRequest, broken: Lab, tmp_path: Path) -> Iterator[Service]:
    """The service with a model that behaves so, once it has found all three."""
    backend = "none" if request.param == "none" else "scripted"
    env = {"ARCOPS_MODEL__BACKEND": backend, "ARCOPS_MODEL__NAME": "" if backend == "none" else request.param}
    with Service("--kubeconfig", str(broken.kubeconfig("reader")), data_dir=tmp_path, env=env) as running:
        running.wait_ready()
        wait_until(lambda: _codes(running) >= {code for code, _ in ASKED.values()}, "the three faults are found", timeout_s=FOUND_S)
        yield running


def test_every_root_and_cause_is_named_each_sentence_with_its_evidence(service: Service) -> None:
    answer = _ask(service, "what is wrong?")
    for name, (_, cause) in ASKED.items():
        assert f"real-{name}/" in answer["response"], answer["response"]
        assert cause in answer["response"], answer["response"]
    assert "ghost" not in answer["response"]
    known = {fact["id"] for fact in answer["facts"]}
    assert answer["response"].strip()
    for line in answer["response"].splitlines():
        if _is_sentence(line):
            assert CITED.search(line), line
            assert {mark[1:-1] for mark in CITED.findall(line)} <= known, line
    name = service.env["ARCOPS_MODEL__NAME"]
    assert answer["model"] == ("scripted-honest" if name == "honest" else "direct-mode"), answer
    assert bool(answer["notes"]) == (name in {"liar", "dead"})


def test_the_next_question_works_too(service: Service) -> None:
    first = _ask(service, "what is wrong?")
    again = _ask(service, "why is web in real-oom restarting?", session=first["session"])
    assert "OOMKilled" in again["response"]
    since = _ask(service, "since when?", session=first["session"])
    assert since["intent"] in {"why", "wrong"}
    assert "real-oom/web" in since["response"]


def _is_sentence(line: str) -> bool:
    return bool(line.strip()) and not line.startswith(("**", "|", "```", "- F", "Evidence:"))


def _ask(service: Service, message: str, **more: str) -> Any:
    body = json.dumps({"message": message, **more}).encode()
    request = urllib.request.Request(f"{service.url}/api/chat/query", body, {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as reply:
        return json.load(reply)


def _codes(service: Service) -> set[str]:
    return {item["code"] for item in service.get("/api/findings?state=open").get("items", ())}
