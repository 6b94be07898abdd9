"""What ``status`` calls not well, and what it ends with."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from arcops.api.diagnosis_examples import INCIDENTS
from arcops.cli.errors import Exit
from arcops.cli.summary import NodeState, Summary, needs_a_look, node_state
from arcops.kube.times import time_ms
from arcops.queries.diagnosed import IncidentRow
from arcops.queries.health import KindProblem, KubernetesHealth
from arcops.queries.pods import PodStatus

NOW = "2026-11-24T12:00:00Z"
NOW_MS = time_ms(NOW) or 0
POD = PodStatus(
    name="web-0", namespace="shop", phase="Running", reason="Running", node="edge-1", containers=["a"], init_containers=[], ready=1,
    total=1, restarts=0, created_at="2026-11-24T11:00:00Z", ip=None, labels={}, owner=None, qos="", uid="u",
)  # fmt: skip
CLUSTER = KubernetesHealth(
    state="connected", since=NOW, source="cluster", server="s", context="c", version="v", synced=True, behind_s=0.0, clock_skew_ms=0,
    kinds=3, objects=9, problems=[], undiscovered={}, last_error="",
)  # fmt: skip
FORBIDDEN = KindProblem("Secret", "secrets", "forbidden", NOW, None, "")
INCIDENT = msgspec.convert(INCIDENTS["items"][0], IncidentRow)


def summary(**changed: Any) -> Summary:
    usual: dict[str, Any] = {
        "timestamp": NOW,
        "incidents": None,
        "cluster": CLUSTER,
        "nodes": [],
        "pods": {},
        "not_well": [],
        "warnings": [],
        "incomplete": [],
        "record": None,
    }
    return Summary(**{**usual, **changed})


def pod(**changed: Any) -> PodStatus:
    return msgspec.structs.replace(POD, **changed)


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (pod(), False),
        (pod(reason="Completed", phase="Succeeded", ready=0), False),
        (pod(reason="Terminating"), False),
        (pod(ready=0), True),
        (pod(reason="CrashLoopBackOff", ready=0), True),
        (pod(reason="OOMKilled", ready=0, created_at=NOW), True),
        (pod(reason="Error", phase="Failed", ready=0), True),
        (pod(reason="Evicted", phase="Failed", ready=0), True),
        (pod(reason="Pending", phase="Pending", ready=0), True),
        (pod(reason="Pending", phase="Pending", ready=0, created_at="2026-11-24T11:59:30Z"), False),
        (pod(reason="Init:0/2", phase="Pending", ready=0, created_at="2026-11-24T11:59:30Z"), False),
        (pod(reason="Running", ready=0, created_at="2026-11-24T11:59:30Z", restarts=1), True),
        (pod(reason="ImagePullBackOff", phase="Pending", ready=0, created_at="2026-11-24T11:59:30Z"), True),
    ],
)
def test_a_pod_needs_a_look(seen: PodStatus, expected: bool) -> None:
    assert needs_a_look(seen, NOW_MS) is expected


def node(**status: Any) -> NodeState:
    return node_state({"metadata": {"name": "n"}, "spec": {"unschedulable": status.pop("cordoned", None)}, "status": status})


def test_a_node_says_what_kubectl_says_and_its_pressures() -> None:
    ready = {"type": "Ready", "status": "True", "lastTransitionTime": NOW}
    assert node(conditions=[ready]).state == "Ready"
    assert node(conditions=[ready]).is_well
    assert node(conditions=[ready], cordoned=True).state == "Ready,SchedulingDisabled"
    assert node(conditions=[ready], cordoned=True).is_well
    assert node(conditions=[{"type": "Ready", "status": "Unknown"}]).state == "NotReady"
    assert node().state == "Unknown"
    pressed = node(conditions=[ready, {"type": "DiskPressure", "status": "True"}, {"type": "MemoryPressure", "status": "False"}])
    assert pressed.pressures == ["DiskPressure"]
    assert not pressed.is_well


@pytest.mark.parametrize(
    ("seen", "status"),
    [
        (summary(), Exit.FINE),
        (summary(not_well=[POD]), Exit.PROBLEMS),
        (summary(incidents=[]), Exit.FINE),
        (summary(incidents=[INCIDENT]), Exit.PROBLEMS),
        (summary(nodes=[NodeState("n", "NotReady", "", [], "")]), Exit.PROBLEMS),
        (summary(cluster=msgspec.structs.replace(CLUSTER, state="disconnected"), not_well=[POD]), Exit.UNREACHABLE),
        (summary(cluster=msgspec.structs.replace(CLUSTER, problems=[FORBIDDEN])), Exit.PARTIAL),
        (summary(cluster=msgspec.structs.replace(CLUSTER, problems=[FORBIDDEN]), not_well=[POD]), Exit.PROBLEMS),
        (summary(incomplete=["Pod (loading)"]), Exit.PARTIAL),
        (summary(cluster=msgspec.structs.replace(CLUSTER, undiscovered={"metrics.k8s.io": "503"})), Exit.PARTIAL),
    ],
)
def test_the_status_tells_the_worst(seen: Summary, status: Exit) -> None:
    assert seen.exit_status == status
