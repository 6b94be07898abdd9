"""After a storm every answer of the service equals what the API server says: the bar the whole house stands on."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lab.client import Client, Json
from lab.cluster import Lab
from lab.errors import LabError
from lab.wait import wait_until
from tests.cluster.churn import Storm
from tests.cluster.service import Service

pytestmark = pytest.mark.cluster

STORM_S = float(os.environ.get("ARCOPS_STORM_S", "60"))
QUIET_S = 20.0
"""How long after the storm the answers may need: the cluster itself goes on settling (garbage collection, endpoints)."""


@pytest.fixture
def service(lab: Lab, tmp_path: Path) -> Iterator[Service]:
    """The service as the read-only account on the living cluster."""
    env = {"ARCOPS_CONTEXT__SNAPSHOT_EVERY_S": "5"}
    with Service("--kubeconfig", str(lab.kubeconfig("reader")), data_dir=tmp_path, env=env) as running:
        yield running.wait_ready()


def listed(client: Client) -> dict[str, Json]:
    """Every listable and watchable kind as the server tells it, by resource name (``pods``, ``deployments.apps``)."""
    found: dict[str, Json] = {}
    for path, group in _groups(client):
        for resource in client.request("GET", path)["resources"]:
            if {"list", "watch"} <= set(resource["verbs"]) and "/" not in resource["name"]:
                name = f"{resource['name']}.{group}" if group else resource["name"]
                found[name] = {**resource, "path": f"{path}/{resource['name']}"}
    found.pop("events.events.k8s.io", None)  # the same objects as core events
    return found


def _groups(client: Client) -> Iterator[tuple[str, str]]:
    yield "/api/v1", ""
    for group in client.request("GET", "/apis")["groups"]:
        yield f"/apis/{group['preferredVersion']['groupVersion']}", group["name"]


def truth(client: Client, kind: Json) -> dict[str, str]:
    """Uid -> resourceVersion of a kind, from the API server."""
    items = client.request("GET", kind["path"])["items"]
    return {item["metadata"]["uid"]: item["metadata"]["resourceVersion"] for item in items}


def told(service: Service, name: str) -> dict[str, str]:
    """Uid -> resourceVersion of a kind, from the service, page by page."""
    found: dict[str, str] = {}
    mark = ""
    while True:
        page = service.get(f"/api/objects/{name}?limit=1000" + (f"&continue={mark}" if mark else ""))
        assert "items" in page, page
        found |= {item["metadata"]["uid"]: item["metadata"]["resourceVersion"] for item in page["items"]}
        mark = page["metadata"]["continue"]
        if not mark:
            return found


def differences(client: Client, service: Service) -> list[str]:
    """What the service says otherwise than the API server, one line each.

    The server is asked before and after: a cluster goes on living (events of ten minutes take seconds to read), so an answer is
    right if it lies between the two.
    """
    kinds = listed(client)
    ours = {".".join(filter(None, (kind["plural"], kind["group"]))) for kind in service.get("/api/kinds")}
    wrong = [f"kind {name} is missing" for name in kinds.keys() - ours] + [f"kind {name} is gone" for name in ours - kinds.keys()]
    for name in kinds.keys() & ours:
        before, here, after = truth(client, kinds[name]), told(service, name), truth(client, kinds[name])
        missing = (before.keys() & after.keys()) - here.keys()
        more = here.keys() - before.keys() - after.keys()
        other = [uid for uid, version in here.items() if version not in (before.get(uid, version), after.get(uid, version))]
        if missing or more or other:
            wrong.append(f"{name}: {len(missing)} missing, {len(more)} too many, {len(other)} other versions")
    return wrong


def pod_differences(client: Client, service: Service) -> list[str]:
    """Pod statuses that differ from what the raw pods say."""
    ours = {(p["namespace"], p["name"]): p for p in service.get("/api/cluster/pods")}
    raw = {(p["metadata"]["namespace"], p["metadata"]["name"]): p for p in client.objects("pods")}
    wrong = [f"{key} only on one side" for key in ours.keys() ^ raw.keys()]
    for key in ours.keys() & raw.keys():
        expected = plain_status(raw[key])
        wrong += [
            f"{key}: {field} is {ours[key][field]!r}, not {value!r}" for field, value in expected.items() if ours[key][field] != value
        ]
    return wrong


def plain_status(pod: Json) -> dict[str, Any]:
    """The contract's fields of a pod, read from the raw object by the plainest code that can be written."""
    status = pod.get("status", {})
    containers = status.get("containerStatuses") or []
    return {
        "phase": status.get("phase"),
        "node": pod["spec"].get("nodeName") or "unscheduled",
        "containers": [c["name"] for c in pod["spec"]["containers"]],
        "ready": sum(c["ready"] for c in containers),
        "total": len(pod["spec"]["containers"]),
        "restarts": sum(c["restartCount"] for c in containers),
        "created_at": pod["metadata"]["creationTimestamp"],
        "ip": status.get("podIP"),
        "labels": pod["metadata"].get("labels", {}),
        "uid": pod["metadata"]["uid"],
    }


@pytest.mark.timeout(STORM_S + 120)
def test_after_a_storm_every_answer_equals_what_the_api_server_says(lab: Lab, namespace: str, service: Service) -> None:
    storm = Storm(lab.client, namespace, seed=20_261_124)
    storm.blow(STORM_S)
    storm.calm()
    seen: list[str] = ["never compared"]

    def agree() -> bool:
        seen[:] = differences(lab.client, service) + pod_differences(lab.client, service)
        return not seen

    try:
        wait_until(agree, "the service says what the cluster says", timeout_s=QUIET_S, interval_s=0.5)
    except LabError:
        pytest.fail(f"after {storm.done}:\n" + "\n".join(seen[:30]))
    assert sum(storm.done.values()) > STORM_S, "a storm without deeds proves nothing"


def test_the_value_of_a_secret_is_nowhere(lab: Lab, namespace: str, service: Service) -> None:
    secret = "a-value-nobody-may-see-7f3a"
    annotations = {"kubectl.kubernetes.io/last-applied-configuration": secret}
    meta = {"name": "hidden", "namespace": namespace, "annotations": annotations}
    lab.client.create({"apiVersion": "v1", "kind": "Secret", "metadata": meta, "stringData": {"key": secret}})
    path = f"/api/objects/secrets/{namespace}/hidden"
    found = wait_until(lambda: service.get(path) if "metadata" in service.get(path) else None, "the Secret is known by name")
    assert found["metadata"]["name"] == "hidden"
    assert secret not in str(found)
    assert secret not in str(service.get(f"/api/history/secrets/{namespace}/hidden"))
    service.stop()
    for file in service.data_dir.rglob("*"):
        if file.is_file():
            assert secret.encode() not in file.read_bytes(), file
