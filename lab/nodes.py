"""The nodes of the cluster and the kwok program that plays their kubelets: statuses, faults, logs."""

import copy
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from lab.client import Client, Json

STAGES = Path(__file__).parent / "kwok" / "stages.yaml"
LOG_TEXTS = Path(__file__).parent / "logs"
DEFAULT_LOG = "default"  # what containers without a log of their own print

# label value -> the Event a kubelet sends for it
START_FAULTS = {
    "pull": ("Failed", "Failed to pull image: rpc error: code = NotFound desc = failed to resolve reference: not found"),
    "config": ("Failed", "Error: a ConfigMap or Secret the container refers to was not found"),
    "mount": ("FailedMount", 'MountVolume.SetUp failed for volume "config": the ConfigMap or Secret was not found'),
}
RUNS_ON = {
    "architecture": "amd64",
    "operatingSystem": "linux",
    "osImage": "Debian GNU/Linux 12 (bookworm)",
    "kernelVersion": "6.1.0-28-amd64",
    "containerRuntimeVersion": "containerd://2.1.4",
    "kubeletVersion": "v1.36.3",
    "kubeProxyVersion": "",
    "machineID": "",
    "systemUUID": "",
    "bootID": "",
}


def node_names(count: int) -> list[str]:
    """One server, the rest agents: `lab-server-0`, `lab-agent-0`, `lab-agent-1`..."""
    return ["lab-server-0", *(f"lab-agent-{i}" for i in range(count - 1))][:count]


def create_nodes(client: Client, names: list[str], *, cpu: str = "4", memory: str = "8Gi", pods: str = "110") -> None:
    """Create Node objects; kwok makes them Ready."""
    room = {"cpu": cpu, "memory": memory, "pods": pods, "ephemeral-storage": "60Gi"}
    for index, name in enumerate(names):
        labels = {
            "kubernetes.io/hostname": name,
            "kubernetes.io/os": "linux",
            "kubernetes.io/arch": "amd64",
            "topology.kubernetes.io/zone": f"zone-{'abc'[index % 3]}",
        }
        if name.endswith("server-0"):
            labels["node-role.kubernetes.io/control-plane"] = "true"
        # What metrics-server reads instead of /metrics/resource, since kwok serves all nodes on one port.
        metrics = {"metrics.k8s.io/resource-metrics-path": f"/metrics/nodes/{name}/metrics/resource"}
        client.create_with_status(
            {
                "apiVersion": "v1",
                "kind": "Node",
                "metadata": {"name": name, "labels": labels, "annotations": metrics},
                "spec": {"podCIDR": f"10.42.{index % 256}.0/24", "providerID": f"lab://{name}"},
                "status": {
                    "capacity": room,
                    "allocatable": room,
                    "nodeInfo": RUNS_ON,
                    "addresses": [
                        {"type": "InternalIP", "address": "127.0.0.1"},
                        {"type": "Hostname", "address": name},
                    ],
                },
            }
        )


def ready_nodes(client: Client) -> int:
    """How many nodes say they are Ready."""
    return sum(is_true(node, "Ready") for node in client.objects("nodes"))


def is_true(body: Json, condition: str) -> bool:
    """Whether an object's status has the condition with status True."""
    conditions: list[dict[str, Any]] = body.get("status", {}).get("conditions") or []
    return any(c["type"] == condition and c["status"] == "True" for c in conditions)


def write_kwok_config(path: Path, logs: Path) -> None:
    """Everything kwok reads at its start: Stages, and where the log of each container name lies."""
    logs.mkdir(exist_ok=True)
    names = sorted({file.name.split(".")[0] for file in LOG_TEXTS.glob("*.log")})
    for file in LOG_TEXTS.glob("*.log"):
        (logs / file.name).write_text(cri_format(file.read_text()))
    entries = [_log_entry(logs, name) for name in names]
    documents = [
        *stages(),
        {
            "apiVersion": "kwok.x-k8s.io/v1alpha1",
            "kind": "ClusterLogs",
            "metadata": {"name": "all"},
            "spec": {"logs": entries},
        },
        *yaml.safe_load_all((STAGES.parent / "metrics.yaml").read_text()),
    ]
    path.write_text("\n---\n".join(json.dumps(document) for document in documents))


def write_log(logs: Path, container: str, text: str, *, previous: bool) -> None:
    """Replace the log of all containers of this name; names without a log of their own share the default."""
    name = container if (logs / f"{container}.log").exists() else DEFAULT_LOG
    (logs / f"{name}{'.previous' if previous else ''}.log").write_text(cri_format(text))


def stages() -> list[Json]:
    """The Stages, with the prototype of the start faults replaced by one for each."""
    found: list[Json] = []
    for stage in yaml.safe_load_all(STAGES.read_text()):
        if stage["metadata"]["name"] != "pod-cannot-start":
            found.append(stage)
            continue
        for fault, (reason, message) in START_FAULTS.items():
            one = copy.deepcopy(stage)
            one["metadata"]["name"] = f"pod-cannot-start-{fault}"
            one["spec"]["selector"]["matchExpressions"][1]["values"] = [fault]
            one["spec"]["next"]["event"] = {"type": "Warning", "reason": reason, "message": message}
            found.append(one)
    return found


def cri_format(text: str, *, end: datetime | None = None, step: timedelta = timedelta(seconds=2)) -> str:
    """Log lines as a container runtime stores them: one every `step`, the last at `end` (now).

    `{time}` in a line becomes the line's own time, since programs mostly print one themselves.
    """
    lines = text.splitlines()
    last = end or datetime.now(UTC)
    stored = []
    for index, line in enumerate(lines):
        at = last - step * (len(lines) - 1 - index)
        stamp = at.strftime("%Y-%m-%dT%H:%M:%S.%f")
        stored.append(f"{stamp}000Z stdout F {line.replace('{time}', stamp[:-3] + 'Z')}\n")
    return "".join(stored)


def _log_entry(logs: Path, name: str) -> Json:
    previous = logs / f"{name}.previous.log"
    if not previous.exists():
        previous = logs / f"{DEFAULT_LOG}.previous.log"
    entry: Json = {"logsFile": str(logs / f"{name}.log"), "previousLogsFile": str(previous), "follow": False}
    return entry if name == DEFAULT_LOG else {**entry, "containers": [name]}
