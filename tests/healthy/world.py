"""The world that scenes are set in: nodes, pods and the objects of workloads, as a healthy control plane would have them."""

from __future__ import annotations

import random
import uuid
from typing import Any

import msgspec

from arcops.base.clock import rfc3339
from arcops.kube.objects.decode import decode
from arcops.kube.refs import GroupKind, group_of
from arcops.kube.watch import Observation, Op

Body = dict[str, Any]

NOW_MS = 1_795_507_200_000
"""2026-11-24T08:00:00Z."""
MINUTE_S, HOUR_S, DAY_S = 60, 3600, 86_400
_SYSTEM_TAINT = {"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"}


def ago(seconds: float) -> str:
    """A time so long before now."""
    return rfc3339(NOW_MS - round(seconds * 1000))


class World:
    """One cluster: ``observations`` is what a first list of it shows."""

    def __init__(self, seed: int) -> None:
        """The nodes and the control plane's own objects; everything else is up to scenes."""
        self.rng = random.Random(seed)
        self.bodies: list[Body] = []
        self.age_s = self.rng.randint(2, 400) * DAY_S
        self.nodes = [f"node-{number}" for number in range(self.rng.choice((1, 1, 2, 3, 3, 4, 6)))]
        self.version = f"v1.{self.rng.randint(28, 34)}.{self.rng.randint(0, 9)}"
        self.default_class = ""
        for number, name in enumerate(self.nodes):
            self.node(name, is_server=number == 0)
        for name in ("default", "kube-system", "kube-public", "kube-node-lease"):
            self.namespace(name)

    def observations(self) -> list[Observation]:
        """Everything, in random order, as a first look finds it."""
        found = []
        for number, body in enumerate(self.bodies):
            kind = GroupKind(group_of(body["apiVersion"]), body["kind"])
            body["metadata"].setdefault("resourceVersion", str(1000 + number))
            raw = msgspec.json.encode(body)
            found.append(Observation(Op.ADDED, kind, decode(kind, raw), raw, NOW_MS))
        self.rng.shuffle(found)
        return found

    # Objects

    def add(self, api_version: str, kind: str, namespace: str, name: str, *, age_s: float | None = None, **rest: Any) -> Body:
        """Any object; ``labels``, ``annotations``, ``owner`` and ``generation`` go into its metadata, all else beside it."""
        meta: Body = {"name": name, "uid": str(uuid.UUID(int=self.rng.getrandbits(128)))}
        meta["creationTimestamp"] = ago(self.age_s if age_s is None else age_s)
        if namespace:
            meta["namespace"] = namespace
        owner = rest.pop("owner", None)
        if owner is not None:
            meta["ownerReferences"] = [owner_of(owner)]
        for key in ("labels", "annotations", "generation", "finalizers", "deletionTimestamp", "deletionGracePeriodSeconds", "generateName"):
            if key in rest:
                meta[key] = rest.pop(key)
        body = {"apiVersion": api_version, "kind": kind, "metadata": meta, **rest}
        self.bodies.append(body)
        return body

    def namespace(self, name: str, **rest: Any) -> str:
        """A namespace with its default account and root certificate, as the control plane makes them."""
        self.add("v1", "Namespace", "", name, labels={"kubernetes.io/metadata.name": name}, **({"status": {"phase": "Active"}} | rest))
        self.add("v1", "ServiceAccount", name, "default")
        self.add("v1", "ConfigMap", name, "kube-root-ca.crt", data={"ca.crt": "-----BEGIN CERTIFICATE-----"})
        return name

    def node(self, name: str, *, is_server: bool = False, age_s: float | None = None, **spec: Any) -> Body:
        """A ready node with its lease; the first of several keeps ordinary pods away."""
        since = ago(self.age_s if age_s is None else age_s)
        conditions = [
            *({"type": f"{one}Pressure", "status": "False", "reason": f"KubeletHasSufficient{one}"} for one in ("Memory", "Disk", "PID")),
            *(dict(one) for one in self.rng.choice((_NO_MORE, _PROBLEM_DETECTOR, _MONITORED))),
            {"type": "Ready", "status": "True", "reason": "KubeletReady", "message": "kubelet is posting ready status"},
        ]
        for condition in conditions:
            condition |= {"lastTransitionTime": since, "lastHeartbeatTime": ago(self.rng.randint(5, 250))}
        labels = {"kubernetes.io/hostname": name, "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64"}
        labels |= {"topology.kubernetes.io/zone": f"z{self.rng.randint(1, 3)}"}
        if is_server:
            labels["node-role.kubernetes.io/control-plane"] = "true"
        taints = [_SYSTEM_TAINT] if is_server and len(self.nodes) > 1 else []
        size = {"cpu": "16", "memory": "64Gi", "pods": "110", "ephemeral-storage": "100Gi"}
        info = {"kubeletVersion": self.version, "architecture": "amd64", "operatingSystem": "linux"}
        status = {"capacity": size, "allocatable": size, "conditions": conditions, "nodeInfo": info}
        status["addresses"] = [{"type": "InternalIP", "address": f"10.0.0.{self.rng.randint(2, 250)}"}]
        lease = {"holderIdentity": name, "leaseDurationSeconds": 40, "renewTime": ago(self.rng.randint(0, 12))}
        self.add("coordination.k8s.io/v1", "Lease", "kube-node-lease", name, spec=lease)
        return self.add(
            "v1", "Node", "", name, labels=labels, spec={"taints": taints, **spec} if taints or spec else {}, status=status, age_s=age_s
        )

    def workers(self) -> list[str]:
        """The nodes that take ordinary pods."""
        return self.nodes[1:] or self.nodes

    def event(
        self, about: Body, type_: str, reason: str, message: str, *, first_s: float, last_s: float | None = None, **rest: Any
    ) -> None:
        """An Event about an object, of the old or the new style."""
        meta = about["metadata"]
        ref = {"kind": about["kind"], "apiVersion": about["apiVersion"], "name": meta["name"], "uid": meta["uid"]}
        ref |= {"namespace": meta.get("namespace", "")} | rest
        last = ago(first_s if last_s is None else last_s)
        times: Body = {"firstTimestamp": ago(first_s), "lastTimestamp": last, "count": 1 if last_s is None else self.rng.randint(2, 9)}
        if self.rng.random() < 0.3:
            times = {"eventTime": ago(first_s), "series": {"count": times["count"], "lastObservedTime": last}}
        self.add(
            "v1",
            "Event",
            meta.get("namespace", "default"),
            f"{meta['name']}.{self.rng.getrandbits(40):x}",
            age_s=first_s,
            involvedObject=ref,
            type=type_,
            reason=reason,
            message=message,
            source={"component": "kubelet"},
            **times,
        )

    # Pods

    def pod(
        self, namespace: str, name: str, spec: Body, *, owner: Body | None = None, age_s: float, state: str = "ready", **rest: Any
    ) -> Body:
        """A pod that is ready, starting, creating, initializing, pending, terminating or succeeded; ``restarts`` long ago."""
        node = rest.pop("node", None) or self.rng.choice(self.workers())
        restarts = rest.pop("restarts", 0)
        spec = {"serviceAccountName": "default", "restartPolicy": "Always", "terminationGracePeriodSeconds": 30, **spec, "nodeName": node}
        status = self._status(spec, age_s, state)
        if restarts:
            ended_s = self.rng.uniform(DAY_S, age_s)
            last = {"terminated": _end(self.rng.choice((255, 143, 0)), ended_s, 100, self.rng.choice(("Unknown", "Error")))}
            running = {"running": {"startedAt": ago(ended_s - 5)}}
            status["containerStatuses"][0] |= {"restartCount": restarts, "lastState": last, "state": running}
        if state == "pending":
            del spec["nodeName"]
        if state == "terminating":
            grace = spec["terminationGracePeriodSeconds"]
            rest |= {"deletionTimestamp": ago(self.rng.randint(0, 20) - grace), "deletionGracePeriodSeconds": grace}
        return self.add("v1", "Pod", namespace, name, spec=spec, status=status, owner=owner, age_s=age_s, **rest)

    def _status(self, spec: Body, age_s: float, state: str) -> Body:
        started = ago(max(0.0, age_s - 4))
        if state == "pending":
            return {"phase": "Pending", "conditions": [condition("PodScheduled", "False", ago(age_s), "Unschedulable", _UNSCHEDULABLE)]}
        if state == "succeeded":
            ended = [_container(one["name"], {"terminated": _end(0, age_s, self.rng.randint(1, 600))}) for one in spec["containers"]]
            done = [condition("Initialized", "True", started), condition("Ready", "False", ago(age_s / 2), "PodCompleted")]
            return {"phase": "Succeeded", "conditions": done, "containerStatuses": ended, "startTime": started}
        inits = [self._init(one, age_s, state) for one in spec.get("initContainers", ())]
        is_ready = state == "ready"
        is_up = state in ("ready", "terminating")
        mains = [
            _container(one["name"], _STATES.get(state, {"running": {"startedAt": started}}), is_up=is_up) for one in spec["containers"]
        ]
        since = ago(max(0.0, age_s - self.rng.randint(5, 30))) if is_ready else ago(min(age_s, 20))
        conditions = [
            condition("PodScheduled", "True", ago(age_s)),
            condition("Initialized", state != "initializing", since),
            *(condition(one, is_ready, since, *(() if is_ready else ("ContainersNotReady",))) for one in ("ContainersReady", "Ready")),
        ]
        phase = "Pending" if state in ("creating", "initializing") else "Running"
        return {
            "phase": phase,
            "conditions": conditions,
            "containerStatuses": mains,
            "initContainerStatuses": inits,
            "startTime": started,
            "podIP": f"10.42.{self.rng.randint(0, 9)}.{self.rng.randint(2, 250)}",
            "hostIP": "10.0.0.2",
            "qosClass": "Burstable",
        }

    def _init(self, container: Body, age_s: float, state: str) -> Body:
        if container.get("restartPolicy") == "Always":
            return _container(container["name"], {"running": {"startedAt": ago(age_s)}}, is_up=True)
        if state == "initializing":
            return _container(container["name"], {"running": {"startedAt": ago(min(age_s, 30))}})
        if state == "creating":
            return _container(container["name"], {"waiting": {"reason": "PodInitializing"}})
        return _container(container["name"], {"terminated": _end(0, age_s, 3)}) | {"ready": True}


def owner_of(body: Body) -> Body:
    """The reference by which an object names its controller."""
    named = {"apiVersion": body["apiVersion"], "kind": body["kind"], "name": body["metadata"]["name"], "uid": body["metadata"]["uid"]}
    return named | {"controller": True, "blockOwnerDeletion": True}


def condition(type_: str, status: str | bool, since: str, reason: str = "", message: str = "") -> Body:
    """One condition, with a reason only where it has one; ``status`` is True, False or Unknown."""
    told = {key: text for key, text in (("reason", reason), ("message", message)) if text}
    return {"type": type_, "status": str(status), "lastTransitionTime": since, **told}


def _container(name: str, state: Body, *, is_up: bool = False) -> Body:
    """A container's status; image and ids are of no interest to anybody."""
    return {
        "name": name,
        "image": "registry.example/x:1",
        "imageID": "",
        "ready": is_up,
        "started": is_up,
        "restartCount": 0,
        "state": state,
        "lastState": {},
    }


def _end(code: int, ended_s: float, ran_s: float, reason: str = "Completed") -> Body:
    return {"exitCode": code, "reason": reason, "startedAt": ago(ended_s + ran_s), "finishedAt": ago(ended_s)}


_NO_MORE: tuple[Body, ...] = ()
_PROBLEM_DETECTOR = tuple(
    {"type": type_, "status": "False", "reason": f"No{type_}", "message": "all is well"}
    for type_ in ("KernelDeadlock", "ReadonlyFilesystem", "FrequentKubeletRestart", "VMEventScheduled", "FilesystemCorruptionProblem")
)
_MONITORED = tuple(
    {"type": f"{type_}Ready", "status": "True", "reason": f"{type_}IsReady", "message": "Monitoring for the system is active"}
    for type_ in ("Networking", "Storage", "ContainerRuntime", "Kernel")
)
_UNSCHEDULABLE = "0/3 nodes are available: 3 Insufficient cpu. preemption: 0/3 nodes are available: 3 No preemption victims found."
_STATES: dict[str, Body] = {
    "starting": {"running": {"startedAt": ago(15)}},
    "creating": {"waiting": {"reason": "ContainerCreating"}},
    "initializing": {"waiting": {"reason": "PodInitializing"}},
}
"""Those in which a container does not simply run since the pod began."""
