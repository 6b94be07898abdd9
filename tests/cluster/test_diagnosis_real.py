"""Real faults in a real cluster, found by the running service with their roots; and a healthy one, about which it says nothing."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lab.client import Client
from lab.cluster import Lab
from lab.errors import LabError
from lab.wait import wait_until
from tests.cluster.faults import FAULTS, RealFault, Root, deployment, namespace
from tests.cluster.service import Service

FOUND_S = 60
OPEN_S = 45
"""What opens at once is open so soon after it was done, with the minutes that others take going on beside it."""
HEALTHY_S = float(os.environ.get("ARCOPS_HEALTHY_S", "60"))
HEALTHY_PODS = int(os.environ.get("ARCOPS_HEALTHY_PODS", "16"))
APPS = 8
SEED = 20260124


@pytest.fixture(scope="module")
def broken(require_cluster: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A cluster with every fault at once, each in its own namespace, and the service that watches it."""
    with Lab(nodes=4) as cluster:
        client = cluster.client
        for fault in FAULTS:
            namespace(client, f"real-{fault.name}")
        with Service("--kubeconfig", str(cluster.kubeconfig("reader")), data_dir=tmp_path_factory.mktemp("broken")) as service:
            service.wait_ready()
            for fault in FAULTS:
                fault.breaks(client, f"real-{fault.name}")
            yield service


@pytest.mark.timeout(180)
@pytest.mark.parametrize("fault", FAULTS, ids=[fault.name for fault in FAULTS])
def test_a_real_fault_is_found_with_its_root_within_a_minute(broken: Service, fault: RealFault) -> None:
    wanted = (fault.root[0], fault.root[1].replace("*", f"real-{fault.name}"), fault.root[2])

    def is_found() -> bool:
        found = broken.get(f"/api/findings?code={fault.code}&state=pending,open")
        return wanted in {_blamed(finding) for finding in found.get("items", ())}

    wait_until(is_found, f"{fault.code} blames {wanted}", timeout_s=FOUND_S)
    if fault.at_once:
        wait_until(lambda: wanted in _roots(broken), f"an incident of {wanted}", timeout_s=OPEN_S)


@pytest.mark.timeout(240)
def test_a_dead_node_is_one_incident_however_many_workloads_it_carried(require_cluster: None, tmp_path: Path) -> None:
    with Lab(nodes=3) as cluster:
        client = cluster.client
        namespace(client, "shop")
        for number in range(30):
            client.apply(_pinned(f"web-{number}", "lab-agent-1"))
        wait_until(lambda: _ready(client, "shop") == 30, "thirty pods run", timeout_s=60)
        with Service("--kubeconfig", str(cluster.kubeconfig("reader")), data_dir=tmp_path) as service:
            service.wait_ready()
            client.patch("Node", "lab-agent-1", {"metadata": {"labels": {"lab/fault": "dead"}}})
            wait_until(lambda: ("Node", "", "lab-agent-1") in _roots(service), "the node's incident", timeout_s=120)
            assert _roots(service) == {("Node", "", "lab-agent-1")}


def test_a_restart_of_the_service_keeps_incidents_and_their_onset(require_cluster: None, tmp_path: Path) -> None:
    with Lab(nodes=1) as cluster:
        namespace(cluster.client, "shop")
        with Service("--kubeconfig", str(cluster.kubeconfig("reader")), data_dir=tmp_path) as service:
            service.wait_ready()
            cluster.client.apply(deployment("shop", "web", fault="oom"))
            wait_until(lambda: _roots(service), "an incident", timeout_s=60)
            before = service.get("/api/incidents")["items"][0]
            service.stop()
            service.start().wait_ready()
            wait_until(lambda: _roots(service), "the incident again", timeout_s=60)
            after = service.get("/api/incidents")["items"][0]
            assert (after["id"], after["since"]["time"]) == (before["id"], before["since"]["time"])
            turns = service.get(f"/api/incidents/{before['id']}")["turns"]
            assert [turn["what"] for turn in turns if turn["what"] != "changed"] == ["opened"]


@pytest.mark.timeout(HEALTHY_S + 180)
def test_about_a_healthy_cluster_that_is_worked_on_nothing_is_said(require_cluster: None, tmp_path: Path) -> None:
    with Lab(nodes=4 + HEALTHY_PODS // 60) as cluster:
        client = cluster.client
        namespace(client, "work")
        for number in range(APPS):
            client.apply(deployment("work", f"app-{number}", replicas=HEALTHY_PODS // APPS))
        wait_until(lambda: _ready(client, "work") == HEALTHY_PODS, "every pod runs", timeout_s=60 + HEALTHY_PODS)
        with Service("--kubeconfig", str(cluster.kubeconfig("reader")), data_dir=tmp_path) as service:
            service.wait_ready()
            said: dict[str, str] = {}
            worker = _Worker(client, "work", SEED)
            end = time.monotonic() + HEALTHY_S
            while time.monotonic() < end:
                worker.do_something()
                time.sleep(0.5)
                items = service.get("/api/findings?severity=critical,warning&state=open").get("items", ())
                said.update({item["id"]: f"{item['code']}: {item['title']}" for item in items})
            assert not said, "\n".join(said.values())
            assert sum(worker.done.values()) > HEALTHY_S / 5
            assert len(worker.done) >= 4


class _Worker:
    """What people and pipelines do all day: rollouts, scaling, drains, Jobs that end well."""

    def __init__(self, client: Client, space: str, seed: int) -> None:
        self.client, self.space = client, space
        self.rng = random.Random(seed)
        self.done: dict[str, int] = {}
        self._cordoned = ""

    def do_something(self) -> None:
        """One of them; a conflict with a controller is part of the day."""
        deed = self.rng.choice((self.roll_out, self.roll_out, self.scale, self.scale, self.drain, self.run_job, self.change_config))
        try:
            deed()
        except LabError:
            return
        self.done[deed.__name__] = self.done.get(deed.__name__, 0) + 1

    def roll_out(self) -> None:
        """Another image for some app."""
        name, tag = self._app(), self.rng.randrange(1000)
        self.client.apply(
            deployment(self.space, name, replicas=HEALTHY_PODS // APPS, container={"image": f"registry.example/{name}:{tag}"})
        )

    def scale(self) -> None:
        """Another number of replicas."""
        self.client.patch("Deployment", self._app(), {"spec": {"replicas": self.rng.randrange(1, HEALTHY_PODS // APPS + 3)}}, self.space)

    def drain(self) -> None:
        """Cordon a node and delete its pods, or uncordon the one that was."""
        if self._cordoned:
            self.client.patch("Node", self._cordoned, {"spec": {"unschedulable": None}})
            self._cordoned = ""
            return
        self._cordoned = f"lab-agent-{self.rng.randrange(3)}"
        self.client.patch("Node", self._cordoned, {"spec": {"unschedulable": True}})
        for pod in self.client.objects("Pod", self.space, fieldSelector=f"spec.nodeName={self._cordoned}"):
            self.client.delete("Pod", pod["metadata"]["name"], self.space)

    def run_job(self) -> None:
        """A Job that ends well."""
        spec = {"restartPolicy": "Never", "containers": [{"name": "app", "image": "registry.example/report:1"}]}
        meta = {"name": f"report-{self.rng.randrange(10**6)}", "namespace": self.space}
        template = {"metadata": {"labels": {"app": "report"}}, "spec": spec}
        self.client.create({"apiVersion": "batch/v1", "kind": "Job", "metadata": meta, "spec": {"template": template}})

    def change_config(self) -> None:
        """A ConfigMap somebody may read."""
        meta = {"name": "settings", "namespace": self.space}
        self.client.apply({"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta, "data": {"level": str(self.rng.randrange(9))}})

    def _app(self) -> str:
        return f"app-{self.rng.randrange(APPS)}"


def _pinned(name: str, node: str) -> dict[str, Any]:
    body = deployment("shop", name)
    body["spec"]["template"]["spec"]["nodeSelector"] = {"kubernetes.io/hostname": node}
    return body


def _ready(client: Client, space: str) -> int:
    pods = client.objects("Pod", space)
    return sum(any(c["type"] == "Ready" and c["status"] == "True" for c in pod["status"].get("conditions", ())) for pod in pods)


def _roots(service: Service) -> set[Root]:
    return {_root(item["root"]) for item in service.get("/api/incidents?state=open").get("items", ())}


def _blamed(finding: dict[str, Any]) -> Root:
    return _root(finding["cause"] or finding["speaker"])


def _root(named: dict[str, str]) -> Root:
    return named["kind"], named["namespace"], named["name"]
