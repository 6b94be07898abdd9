"""A real cluster's past: deploy, change, scale, delete; then every question about it, of what is gone too."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from lab.cluster import Lab
from lab.wait import wait_until
from tests.cluster.service import Service

pytestmark = pytest.mark.cluster
Body = Any


@pytest.fixture
def service(lab: Lab, tmp_path: Path) -> Iterator[Service]:
    with Service("--kubeconfig", str(lab.kubeconfig("admin")), data_dir=tmp_path) as running:
        yield running.wait_ready()


def deployment(namespace: str, image: str, memory: str) -> Body:
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web", "namespace": namespace, "labels": {"app": "web"}},
        "spec": {
            "replicas": 2,
            "selector": {"matchLabels": {"app": "web"}},
            "template": {
                "metadata": {"labels": {"app": "web"}},
                "spec": {
                    "containers": [
                        {
                            "name": "app",
                            "image": image,
                            "resources": {"limits": {"memory": memory}},
                            "envFrom": [{"configMapRef": {"name": "settings"}}],
                        }
                    ]
                },
            },
        },
    }


def settings(namespace: str, host: str, word: str) -> Body:
    meta = {"name": "settings", "namespace": namespace}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta, "data": {"db.host": host, "DB_PASSWORD": word}}


def arcops(service: Service, namespace: str, line: str) -> subprocess.CompletedProcess[str]:
    words = [*line.split(), "-n", namespace, "--server", service.url]
    env = {**{name: value for name, value in os.environ.items() if not name.startswith("ARCOPS_")}, "TZ": "UTC", "NO_COLOR": "1"}
    return subprocess.run([sys.executable, "-m", "arcops.cli", *words], capture_output=True, text=True, check=False, timeout=60, env=env)


class Story:
    """What was done to a namespace, with the service's own time after each step."""

    def __init__(self, lab: Lab, service: Service, namespace: str) -> None:
        self.lab, self.service, self.namespace = lab, service, namespace

    def settle(self, what: str, path: str, holds: Any) -> str:
        """Wait until the service shows something, and say when that was."""
        wait_until(lambda: holds(self.service.get(path)), what, timeout_s=40)
        found: str = self.service.get("/api/history/moment?at=now")["at"]
        return found

    def next_second(self) -> None:
        """Times in managedFields are whole seconds: two writers of one second cannot be told apart by them."""
        now = int(time.time())
        wait_until(lambda: int(time.time()) > now, "the next second", timeout_s=2)

    def ready(self, image: str) -> Any:
        def holds(body: Body) -> bool:
            status, spec = body.get("status", {}), body.get("spec", {}).get("template", {}).get("spec", {}).get("containers", [{}])
            done = status.get("readyReplicas") == 2 and status.get("replicas") == 2 and status.get("updatedReplicas") == 2
            is_seen = status.get("observedGeneration") == body.get("metadata", {}).get("generation")
            return bool(done and is_seen and spec[0].get("image") == image)

        return holds

    def play(self) -> dict[str, str]:
        """The whole story; a moment after each chapter."""
        client, ns = self.lab.client, self.namespace
        web = f"/api/objects/deploy/{ns}/web"
        client.apply(settings(ns, "db-1", "hunter-one"), deployment(ns, "web:1.25", "512Mi"), manager="helm")
        client.create({
            "apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "report", "namespace": ns},
            "spec": {"template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "job", "image": "report:1"}]}}},
        })  # fmt: skip
        moments = {"deployed": self.settle("both pods", web, self.ready("web:1.25"))}
        client.apply(settings(ns, "db-2", "hunter-two"), manager="kubectl-edit")
        self.next_second()
        client.apply(deployment(ns, "web:1.26", "128Mi"), manager="ci-deployer")
        moments["rolled out"] = self.settle("the new image", web, self.ready("web:1.26"))
        client.scale("Deployment", "web", 0, ns)
        pods = f"/api/objects/pods?namespace={ns}&labelSelector=app=web"
        moments["scaled"] = self.settle("no pods", pods, lambda page: page["metadata"]["total"] == 0)
        client.delete("Job", "report", ns)
        client.delete("Deployment", "web", ns)
        moments["deleted"] = self.settle("no deployment", web, lambda body: body.get("code") == "object-not-found")
        return moments


def test_every_question_about_the_past_is_answered(lab: Lab, service: Service, namespace: str) -> None:
    moments = Story(lab, service, namespace).play()
    check_moments(service, namespace, moments)
    check_diffs(service, namespace, moments)
    check_changes(service, namespace, moments)
    check_pictures(service, namespace, moments)


def check_moments(service: Service, namespace: str, moments: dict[str, str]) -> None:
    """Lists and objects as they were, deleted ones too."""
    for chapter, image, count in (("deployed", "web:1.25", 2), ("rolled out", "web:1.26", 2)):
        at = quote(moments[chapter])
        page = service.get(f"/api/objects/pods?namespace={namespace}&labelSelector=app=web&at={at}")
        images = {body["spec"]["containers"][0]["image"] for body in page["items"] if "deletionTimestamp" not in body["metadata"]}
        assert (images, len(page["items"]) >= count, page["metadata"]["notes"]) == ({image}, True, [])
        assert service.get(f"/api/objects/deploy/{namespace}/web?at={at}")["spec"]["template"]["spec"]["containers"][0]["image"] == image
        assert service.get(f"/api/objects/job/{namespace}/report?at={at}")["kind"] == "Job"
        rows = service.get(f"/api/cluster/pods?namespace={namespace}&at={at}")
        assert {row["name"] for row in rows} >= {body["metadata"]["name"] for body in page["items"]}
    gone = service.get(f"/api/objects/deploy/{namespace}/web?at={quote(moments['deleted'])}")
    assert (gone["code"], "It was deleted at" in gone["hint"]) == ("not-then", True)
    then = arcops(service, namespace, f"get deploy,job --at {moments['rolled out']}")
    assert then.returncode == 0, then.stderr
    assert then.stderr.startswith(f"As of {moments['rolled out']}")
    assert re.search(r"^deployment.apps/web +2/2", then.stdout, re.MULTILINE)
    early = service.get(f"/api/objects/pods?namespace={namespace}&at=2026-01-01T00:00:00Z")
    assert "The record begins at" in early["metadata"]["notes"][0]


def check_diffs(service: Service, namespace: str, moments: dict[str, str]) -> None:
    """Two moments compared, in words and raw; no credential anywhere."""
    span = f"--from {moments['deployed']} --to {moments['rolled out']}"
    told = arcops(service, namespace, f"diff deploy/web {span}")
    assert told.returncode == 1, told.stderr
    assert "image web:1.25 → 1.26" in told.stdout
    assert "memory limit 512Mi → 128Mi" in told.stdout
    assert "ci-deployer" in told.stdout
    whole = arcops(service, namespace, f"diff {span}")
    assert "key db.host db-1 → db-2" in whole.stdout
    assert "key DB_PASSWORD changed" in whole.stdout
    raw = arcops(service, namespace, f"diff cm/settings {span} --raw")
    assert "-  db.host: db-1" in raw.stdout
    assert "hunter" not in told.stdout + whole.stdout + raw.stdout
    page = json.loads(arcops(service, namespace, f"diff --from {moments['rolled out']} --to {moments['deleted']} -o json").stdout)
    changed = {(item["object"]["kind"], item["object"]["name"]): item["change"] for item in page["items"]}
    assert changed["Deployment", "web"] == changed["Job", "report"] == "deleted"


def check_changes(service: Service, namespace: str, moments: dict[str, str]) -> None:
    """Who did what, and what had changed upstream of a pod that is gone."""
    page = service.get(f"/api/changes?namespace={namespace}&search=replicas&least=deliberate")
    assert [item["object"]["name"] for item in page["items"] if item["object"]["kind"] == "Deployment"] == ["web"]
    page = service.get(f"/api/changes?namespace={namespace}&kind=deploy&name=web")
    (web,) = page["items"]
    words = [sentence for change in web["changes"] for sentence in change["what"]]
    assert {"image web:1.25 → 1.26", "memory limit 512Mi → 128Mi", "replicas 2 → 0"} <= set(words)
    at = quote(moments["rolled out"])
    pods = service.get(f"/api/objects/pods?namespace={namespace}&labelSelector=app=web&at={at}")["items"]
    pod = next(body["metadata"]["name"] for body in pods if body["spec"]["containers"][0]["image"] == "web:1.26")
    above = service.get(f"/api/changes?kind=pod&namespace={namespace}&name={pod}&upstream=true&until={at}&least=deliberate")
    assert {item["object"]["kind"] for item in above["items"]} >= {"Deployment", "ConfigMap"}
    assert all(item["distance"] >= 1 for item in above["items"])


def check_pictures(service: Service, namespace: str, moments: dict[str, str]) -> None:
    """The life of what is gone, drawn and in versions."""
    drawn = arcops(service, namespace, "timeline deploy/web --width 100")
    assert drawn.returncode in {0, 5}, drawn.stderr
    assert re.search(r"^Deployment web +█?[█▒╳─╱]+", drawn.stdout, re.MULTILINE)
    assert "image web:1.25 → 1.26" in drawn.stdout
    lanes = service.get(f"/api/timeline/deploy/{namespace}/web")["lanes"]
    assert [lane["role"] for lane in lanes].count("part") == 2
    assert [lane["role"] for lane in lanes].count("pod") >= 4
    assert all(lane["gone"] for lane in lanes)
    (job,) = service.get(f"/api/timeline/job/{namespace}/report")["lanes"][:1]
    assert job["gone"] is not None
    history = arcops(service, namespace, f"history deploy/web --until {moments['deleted']}")
    assert history.returncode == 0, history.stderr
    assert "image web:1.25 → 1.26" in history.stdout
    assert re.search(r"deleted", history.stdout)


def test_a_span_without_sight_is_told(lab: Lab, namespace: str, tmp_path: Path) -> None:
    args = ("--kubeconfig", str(lab.kubeconfig("admin")))
    with Service(*args, data_dir=tmp_path) as first:
        first.wait_ready()
        lab.client.create(settings(namespace, "db-1", "x"))
        wait_until(lambda: first.get(f"/api/objects/cm/{namespace}/settings").get("kind") == "ConfigMap", "the settings", timeout_s=20)
        assert first.stop() == 0
    lab.client.apply(settings(namespace, "db-2", "x"), manager="someone")
    with Service(*args, data_dir=tmp_path) as second:
        second.wait_ready()
        changed = f"/api/objects/cm/{namespace}/settings"
        wait_until(lambda: second.get(changed).get("data", {}).get("db.host") == "db-2", "the new settings", timeout_s=20)
        (gap,) = second.get("/api/context")["gaps"][-1:]
        told = second.get(f"/api/history/moment?at={quote(gap['since'])}")
        assert "arcops was not running" in " ".join(told["notes"])
        page = second.get(f"/api/objects/cm?namespace={namespace}&at={quote(gap['since'])}")
        assert "arcops was not running" in " ".join(page["metadata"]["notes"])
        found = second.get(f"/api/changes?namespace={namespace}&kind=cm&name=settings")
        assert "arcops was not running" in " ".join(found["notes"])
        assert found["items"][0]["changes"][0]["unseen"] is True
        assert found["items"][0]["changes"][0]["what"] == ["key db.host db-1 → db-2"]
