"""A pretended kubelet: pods that start, run, fail and end, one small state machine each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from arcops.base.clock import rfc3339
from arcops.demo.catalog import Workload
from arcops.demo.world import Body, World

Behaviour = Literal["ok", "oom", "crash", "pull", "config", "unready", "done", "unschedulable", "unbound"]

UNPLACED: frozenset[Behaviour] = frozenset({"unschedulable", "unbound"})

CRASHES: dict[str, tuple[int, str]] = {"oom": (137, "OOMKilled"), "crash": (1, "Error")}


@dataclass(slots=True)
class Pod:
    """One pod and where it stands. Times are Unix milliseconds."""

    workload: Workload
    name: str
    node: str
    behaviour: Behaviour
    owner: Body
    template_hash: str
    image: str
    memory: int
    born_ms: int
    stage: Literal["created", "starting", "running", "ready", "backoff", "stuck", "done"] = "created"
    since_ms: int = 0
    started_ms: int = 0
    ended_ms: int = 0
    restarts: int = 0
    ip: str = ""
    cut_off_ms: int = 0
    """Since when its node is lost, 0 while it is not."""
    shown: Body = field(default_factory=dict)

    @property
    def is_ready(self) -> bool:
        """Whether traffic would reach it."""
        return self.stage == "ready" and not self.cut_off_ms

    def grow_older(self, by_ms: int) -> None:
        """Move everything that happened to it into the past."""
        self.born_ms -= by_ms
        self.since_ms -= by_ms
        self.started_ms -= by_ms if self.started_ms else 0
        self.ended_ms -= by_ms if self.ended_ms else 0


def advance(pod: Pod, world: World) -> bool:
    """Move a pod on if its time has come; True when it changed and must be shown again."""
    if (pod.node in world.lost_nodes and pod.behaviour not in UNPLACED) != bool(pod.cut_off_ms):
        pod.cut_off_ms = 0 if pod.cut_off_ms else world.now_ms
        if pod.cut_off_ms:
            world.event(pod.shown, "Warning", "NodeNotReady", "Node is not ready", "node-controller")
        return True
    if pod.cut_off_ms:
        return False
    waited_s = (world.now_ms - pod.since_ms) / 1000
    step = _STEPS.get(pod.stage)
    before = pod.stage
    if step is not None:
        step(pod, world, waited_s)
    if pod.stage != before:
        pod.since_ms = world.now_ms
        return True
    return False


_NO_ROOM = "0/3 nodes are available: 3 Insufficient memory. preemption: 0/3 nodes are available: 3 No preemption victims found."
_UNBOUND = "0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found"


def _created(pod: Pod, world: World, _waited_s: float) -> None:
    if pod.behaviour in UNPLACED:
        world.event(pod.shown, "Warning", "FailedScheduling", _why_unplaced(pod), "default-scheduler")
        pod.stage = "stuck"
        return
    place = f"Successfully assigned {pod.workload.namespace}/{pod.name} to {pod.node}"
    world.event(pod.shown, "Normal", "Scheduled", place, "default-scheduler")
    pod.stage = "starting"


def _why_unplaced(pod: Pod) -> str:
    return _NO_ROOM if pod.behaviour == "unschedulable" else _UNBOUND


def _starting(pod: Pod, world: World, waited_s: float) -> None:
    if waited_s < 1:
        return
    if pod.behaviour == "pull":
        text = f'Failed to pull image "{pod.image}": rpc error: code = NotFound desc = failed to resolve reference "{pod.image}": not found'
        world.event(pod.shown, "Warning", "Failed", text)
        world.event(pod.shown, "Warning", "Failed", "Error: ImagePullBackOff")
        pod.stage = "stuck"
    elif pod.behaviour == "config":
        world.event(pod.shown, "Warning", "Failed", f'Error: configmap "{pod.workload.config}" not found')
        pod.stage = "stuck"
    else:
        world.event(pod.shown, "Normal", "Pulled", f'Container image "{pod.image}" already present on machine')
        world.event(pod.shown, "Normal", "Started", f"Started container {pod.workload.name}")
        pod.started_ms = world.now_ms
        pod.stage = "running"


def _running(pod: Pod, world: World, waited_s: float) -> None:
    if waited_s < pod.workload.ready_s:
        return
    if pod.behaviour in CRASHES:
        _die(pod, world)
    elif pod.behaviour == "unready":
        if int(waited_s) % 10 == 0:
            world.event(pod.shown, "Warning", "Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode: 503")
    elif pod.behaviour == "done":
        pod.ended_ms = world.now_ms
        pod.stage = "done"
    else:
        pod.stage = "ready"


def _die(pod: Pod, world: World) -> None:
    pod.restarts += 1
    pod.ended_ms = world.now_ms
    pod.stage = "backoff"
    whole_name = f"{pod.name}_{pod.workload.namespace}({pod.shown['metadata']['uid']})"
    world.event(pod.shown, "Warning", "BackOff", f"Back-off restarting failed container {pod.workload.name} in pod {whole_name}")


def _ready(pod: Pod, world: World, waited_s: float) -> None:
    if pod.behaviour in CRASHES and waited_s > pod.workload.ready_s:
        _die(pod, world)


def _backoff(pod: Pod, world: World, waited_s: float) -> None:
    if waited_s < min(10 * 2 ** (pod.restarts - 1), 60):
        return
    pod.started_ms = world.now_ms
    pod.stage = "running"


_STEPS = {"created": _created, "starting": _starting, "running": _running, "ready": _ready, "backoff": _backoff}


def show(pod: Pod, world: World) -> None:
    """Put the pod, as it stands, into the world."""
    pod.shown = world.put(_body(pod), manager="k3s", subresource="status" if pod.shown else "")


def _time(ms: int) -> str:
    return rfc3339(ms // 1000 * 1000)


def _body(pod: Pod) -> Body:
    work = pod.workload
    meta: Body = {
        "name": pod.name, "namespace": work.namespace, "creationTimestamp": _time(pod.born_ms),
        "labels": {"app": work.name, "app.kubernetes.io/part-of": work.namespace, "pod-template-hash": pod.template_hash},
        "ownerReferences": [
            {
                "apiVersion": pod.owner["apiVersion"], "kind": pod.owner["kind"], "name": pod.owner["metadata"]["name"],
                "uid": pod.owner["metadata"]["uid"], "controller": True, "blockOwnerDeletion": True,
            },
        ],
        "managedFields": pod.shown.get("metadata", {}).get("managedFields", []),
    }  # fmt: skip
    spec = pod_spec(work, pod.image, pod.memory)
    if pod.behaviour not in UNPLACED:
        spec["nodeName"] = pod.node
    return {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": spec, "status": _status(pod)}


def pod_spec(work: Workload, image: str, memory: int) -> Body:
    """The pod spec of a workload's template."""
    container: Body = {
        "name": work.name, "image": image, "imagePullPolicy": "IfNotPresent",
        "ports": [{"containerPort": work.port, "protocol": "TCP"}],
        "resources": {"limits": {"memory": f"{memory}Mi"}, "requests": {"cpu": work.cpu, "memory": f"{memory // 2}Mi"}},
        "readinessProbe": {"httpGet": {"path": "/healthz", "port": work.port, "scheme": "HTTP"}, "failureThreshold": 3},
        "terminationMessagePath": "/dev/termination-log", "terminationMessagePolicy": "File",
    }  # fmt: skip
    if work.config:
        container["envFrom"] = [{"configMapRef": {"name": work.config}}]
    if work.secret:
        container["env"] = [{"name": "PASSWORD", "valueFrom": {"secretKeyRef": {"name": work.secret, "key": "password"}}}]
    volumes = [{"name": "data", "persistentVolumeClaim": {"claimName": work.claim}}] if work.claim else []
    if work.claim:
        container["volumeMounts"] = [{"name": "data", "mountPath": "/data"}]
    return {
        **({"volumes": volumes} if volumes else {}),
        "containers": [container], "restartPolicy": "OnFailure" if work.kind == "Job" else "Always",
        "terminationGracePeriodSeconds": 30, "dnsPolicy": "ClusterFirst", "serviceAccountName": "default",
        "schedulerName": "default-scheduler", "securityContext": {},
    }  # fmt: skip


def _status(pod: Pod) -> Body:
    scheduled = pod.behaviour not in UNPLACED
    state = _container_state(pod)
    ready = pod.is_ready
    phase = {"done": "Succeeded"}.get(pod.stage, "Running" if pod.started_ms else "Pending")
    conditions = [
        _condition("PodScheduled", scheduled, pod.born_ms, "" if scheduled else "Unschedulable", "" if scheduled else _why_unplaced(pod)),
        _condition("Initialized", scheduled, pod.born_ms, ""),
        _condition("ContainersReady", pod.stage == "ready", pod.since_ms, "" if pod.stage == "ready" else "ContainersNotReady"),
        _condition("Ready", ready, pod.cut_off_ms or pod.since_ms, "" if ready or pod.cut_off_ms else "ContainersNotReady"),
    ]
    status: Body = {"phase": phase, "qosClass": "Burstable", "conditions": conditions if scheduled else conditions[:1]}
    if scheduled:
        status |= {"hostIP": "172.18.0.3", "startTime": _time(pod.born_ms), "containerStatuses": [state]}
    if pod.started_ms:
        status |= {"podIP": pod.ip, "podIPs": [{"ip": pod.ip}]}
    return status


def _condition(kind: str, holds: bool, since_ms: int, reason: str, message: str = "") -> Body:
    found: Body = {"type": kind, "status": "True" if holds else "False", "lastTransitionTime": _time(since_ms)}
    return {**found, **({"reason": reason} if reason else {}), **({"message": message} if message else {})}


def _container_state(pod: Pod) -> Body:
    name = pod.workload.name
    state: Body = {
        "name": name, "image": pod.image, "imageID": "", "ready": pod.stage == "ready", "restartCount": pod.restarts, "started": False,
    }  # fmt: skip
    if pod.restarts and pod.behaviour in CRASHES:
        code, reason = CRASHES[pod.behaviour]
        state["lastState"] = {"terminated": _ended(pod, code, reason)}
    elif pod.restarts:
        state["lastState"] = {"terminated": _ended(pod, 143, "Error")}
    match pod.stage:
        case "running" | "ready":
            state |= {"state": {"running": {"startedAt": _time(pod.started_ms)}}, "started": True}
        case "done":
            state["state"] = {"terminated": _ended(pod, 0, "Completed")}
        case _:
            state["state"] = {"waiting": _waiting(pod)}
    return state


def _ended(pod: Pod, code: int, reason: str) -> Body:
    return {"exitCode": code, "reason": reason, "startedAt": _time(pod.started_ms), "finishedAt": _time(pod.ended_ms)}


def _waiting(pod: Pod) -> Body:
    if pod.stage == "backoff":
        wait = min(10 * 2 ** (pod.restarts - 1), 60)
        return {"reason": "CrashLoopBackOff", "message": f"back-off {wait}s restarting failed container={pod.workload.name} pod={pod.name}"}
    if pod.stage == "stuck" and pod.behaviour == "pull":
        return {"reason": "ImagePullBackOff", "message": f'Back-off pulling image "{pod.image}"'}
    if pod.stage == "stuck" and pod.behaviour == "config":
        return {"reason": "CreateContainerConfigError", "message": f'configmap "{pod.workload.config}" not found'}
    return {"reason": "ContainerCreating"}
