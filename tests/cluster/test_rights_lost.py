"""A real account loses a right between two runs of the service: an incident it can judge no more stays, says why, and goes on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lab.client import Json
from lab.cluster import Lab
from lab.wait import wait_until
from tests.cluster.faults import namespace
from tests.cluster.service import Service

EVERYTHING: list[Json] = [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["list", "watch"]}]
"""Rules of a role name what is granted: what is lost is all that the narrow one leaves out."""
NARROW: list[Json] = [
    {"apiGroups": [""], "resources": ["namespaces", "nodes", "configmaps", "events", "endpoints"], "verbs": ["list", "watch"]},
    {"apiGroups": ["apps"], "resources": ["deployments", "replicasets"], "verbs": ["list", "watch"]},
    {"apiGroups": ["discovery.k8s.io"], "resources": ["endpointslices"], "verbs": ["list", "watch"]},
]


def grant(lab: Lab, rules: list[Json]) -> None:
    lab.client.apply({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": "watcher"}, "rules": rules})


def break_one(lab: Lab) -> None:
    """A pod that is killed for memory."""
    namespace(lab.client, "shop")
    meta = {"name": "web", "namespace": "shop"}
    end = {"terminated": {"reason": "OOMKilled", "exitCode": 137, "finishedAt": "2026-01-14T12:00:00Z"}}
    waiting = {"waiting": {"reason": "CrashLoopBackOff"}}
    status = {
        "phase": "Running", "conditions": [{"type": "Ready", "status": "False", "lastTransitionTime": "2026-01-14T12:00:00Z"}],
        "containerStatuses": [
            {"name": "app", "image": "app:1", "imageID": "", "ready": False, "restartCount": 4, "state": waiting, "lastState": end}
        ],
    }  # fmt: skip
    pod = {"nodeName": "node-1", "containers": [{"name": "app", "image": "app:1", "resources": {"limits": {"memory": "64Mi"}}}]}
    lab.client.create_with_status({"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": pod, "status": status})


def incidents(service: Service) -> list[dict[str, Any]]:
    """Whatever is known of the pod's incident, in whatever state."""
    found: list[dict[str, Any]] = service.get("/api/incidents?state=all&namespace=shop").get("items", [])
    return found


def wait_for(service: Service, state: str) -> dict[str, Any]:
    """The only incident, once it is in that state."""
    wait_until(lambda: [row["state"] for row in incidents(service)] == [state], f"the incident is {state}", timeout_s=30)
    return incidents(service)[0]


@pytest.mark.timeout(120)
def test_an_incident_outlives_the_right_to_look_at_it(fresh_lab: Lab, tmp_path: Path) -> None:
    grant(fresh_lab, EVERYTHING)
    account = fresh_lab.service_account("watcher", role="watcher")
    break_one(fresh_lab)
    with Service("--kubeconfig", str(account.kubeconfig), data_dir=tmp_path) as service:
        service.wait_ready()
        before = wait_for(service, "open")
        service.stop()
        grant(fresh_lab, NARROW)
        service.start().wait_ready()
        assert wait_for(service, "unseen")["unseen"] == "Pod may not be listed"
        service.stop()
        grant(fresh_lab, EVERYTHING)
        service.start().wait_ready()
        again = wait_for(service, "open")
        assert (again["id"], again["since"]) == (before["id"], before["since"])
        turns = [turn["what"] for turn in service.get(f"/api/incidents/{before['id']}")["turns"]]
        assert [what for what in turns if what != "changed"] == ["opened", "unseen", "seen again"]
