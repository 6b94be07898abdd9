"""Pretended controllers: keep each workload's pods at the number and template it asks for, one step a tick."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from arcops.base.clock import rfc3339
from arcops.demo.catalog import NODES, Workload
from arcops.demo.pods import Behaviour, Pod, advance, pod_spec, show
from arcops.demo.world import Body, World

API = {"Deployment": "apps/v1", "StatefulSet": "apps/v1", "DaemonSet": "apps/v1", "ReplicaSet": "apps/v1", "Job": "batch/v1"}

QUOTA = "batch-quota"
_RETRY_MS = 10_000
_TICK_MS = 1_000
_ALPHABET = "bcdfghjklmnpqrstvwxz2456789"


@dataclass(slots=True)
class Controller:
    """One workload: what it should be (``work``, ``image``, ``memory``, ``replicas``) and the pods it has.

    ``restarted`` is the time of the last `kubectl rollout restart`; ``served`` whether its Service selects its pods; ``room`` how many
    pods a quota leaves it.
    """

    work: Workload
    image: str = ""
    memory: int = 0
    replicas: int = 0
    behaviour: Behaviour = "ok"
    revision: int = 1
    manager: str = "helm"
    body: Body = field(default_factory=dict)
    sets: dict[str, Body] = field(default_factory=dict)
    pods: list[Pod] = field(default_factory=list)
    dirty: bool = True
    births: int = 0
    restarted: str = ""
    served: bool = True
    room: int = 1_000
    generation: int = 1
    progress_ms: int = 0
    refused_ms: int = 0

    def __post_init__(self) -> None:
        self.image = self.image or self.work.image
        self.memory = self.memory or self.work.memory
        self.replicas = self.replicas or (len(NODES) if self.work.kind == "DaemonSet" else self.work.replicas)
        if self.work.kind == "Job":
            self.behaviour = "done"

    @property
    def template_hash(self) -> str:
        """As the pod-template-hash label: changes with image, memory and each restart."""
        return _letters(f"{self.work.name}/{self.image}/{self.memory}/{self.restarted}", 10)

    def change(
        self, *, image: str = "", memory: int = 0, replicas: int = -1, behaviour: Behaviour | None = None, manager: str = "helm",
        restarted: str = "",
    ) -> None:  # fmt: skip
        """What a person or a pipeline does to a workload; the ticks then carry it out."""
        before = self.template_hash
        self.restarted = restarted or self.restarted
        self.image = image or self.image
        self.memory = memory or self.memory
        self.replicas = self.replicas if replicas < 0 else replicas
        self.behaviour = behaviour or self.behaviour
        self.manager = manager
        self.revision += self.template_hash != before
        self.generation += 1
        self.progress_ms = 0
        self.dirty = True

    def tick(self, world: World) -> None:
        """One second of this workload's life."""
        if self.dirty:
            self._show_self(world, by=self.manager)
        changed = self.dirty
        self.dirty = False
        for pod in self.pods:
            if advance(pod, world):
                show(pod, world)
                changed = True
        changed |= self._scale(world)
        if changed or not self.progress_ms:
            self.progress_ms = world.now_ms
        changed |= self._is_stuck(world) and world.now_ms - self.progress_ms - self.work.deadline_s * 1000 < _TICK_MS
        if changed:
            self._show_self(world, by="k3s")
            self._show_endpoints(world)

    def _scale(self, world: World) -> bool:
        current = self.template_hash
        new = [p for p in self.pods if p.template_hash == current]
        old = [p for p in self.pods if p.template_hash != current]
        ready = sum(p.is_ready or p.stage == "done" for p in self.pods)
        surge = 1 if self.work.kind == "Deployment" and old else 0
        if len(new) < self.replicas and len(self.pods) < self.replicas + surge:
            if len(self.pods) >= self.room:
                return self._refuse(world, current)
            self._create(world, current)
            return True
        spare = [p for p in old if not p.is_ready] or (old if ready > self.replicas - (not surge) else [])
        extra = spare or new[self.replicas :]
        if extra and len(self.pods) > 0 and (old or len(new) > self.replicas):
            self._remove(world, extra[-1])
            return True
        return False

    def _create(self, world: World, template: str) -> None:
        self.births += 1
        owner = self._owner(world, template)
        node = NODES[(self.births + len(self.work.name)) % len(NODES)]
        born = world.now_ms
        pod = Pod(self.work, self._pod_name(template), node, self.behaviour, owner, template, self.image, self.memory, born, since_ms=born)
        pod.ip = f"10.42.{NODES.index(node)}.{20 + int(_digest(pod.name), 16) % 200}"
        if self.work.kind == "DaemonSet":
            pod.node = NODES[len(self.pods) % len(NODES)]
        self.pods.append(pod)
        show(pod, world)
        world.event(owner, "Normal", "SuccessfulCreate", f"Created pod: {pod.name}", f"{owner['kind'].lower()}-controller")

    def _refuse(self, world: World, template: str) -> bool:
        """The quota leaves no room: the replica set tries again every ten seconds. True when that must be shown."""
        if world.now_ms - self.refused_ms < _RETRY_MS:
            return False
        first = not self.refused_ms
        self.refused_ms = world.now_ms
        text = (
            f'Error creating: pods "{self.work.name}-{template}-{_letters(str(world.now_ms), 5)}" is forbidden: exceeded quota: '
            f"{QUOTA}, requested: pods=1, used: pods={self.room}, limited: pods={self.room}"
        )
        world.event(self._owner(world, template), "Warning", "FailedCreate", text, "replicaset-controller")
        return first

    def _is_stuck(self, world: World) -> bool:
        waits = any(pod.template_hash == self.template_hash and not pod.is_ready for pod in self.pods)
        return self.work.kind == "Deployment" and waits and world.now_ms - self.progress_ms >= self.work.deadline_s * 1000

    def _remove(self, world: World, pod: Pod) -> None:
        self.pods.remove(pod)
        world.event(pod.shown, "Normal", "Killing", f"Stopping container {self.work.name}")
        world.delete("Pod", self.work.namespace, pod.name)

    def _pod_name(self, template: str) -> str:
        match self.work.kind:
            case "StatefulSet":
                taken = {p.name for p in self.pods}
                return next(n for i in range(len(taken) + 1) if (n := f"{self.work.name}-{i}") not in taken)
            case "Deployment":
                return f"{self.work.name}-{template}-{_letters(f'{self.work.name}{self.births}', 5)}"
            case _:
                return f"{self.work.name}-{_letters(f'{self.work.name}{self.births}', 5)}"

    def _owner(self, world: World, template: str) -> Body:
        if self.work.kind != "Deployment":
            return self.body
        if template not in self.sets:
            self.sets[template] = world.put(self._set_body(template))
            text = f"Scaled up replica set {self.work.name}-{template} to {self.replicas}"
            world.event(self.body, "Normal", "ScalingReplicaSet", text, "deployment-controller")
        return self.sets[template]

    def _show_self(self, world: World, by: str) -> None:
        self.body = world.put(self._own_body(world), manager=by, subresource="" if by == self.manager else "status")
        for template, known in list(self.sets.items()):
            fresh = self._set_body(template)
            if fresh["spec"]["replicas"] != known["spec"]["replicas"] or fresh["status"] != known["status"]:
                self.sets[template] = world.put(fresh)

    def _show_endpoints(self, world: World) -> None:
        if self.work.kind not in {"Deployment", "StatefulSet"}:
            return
        name = f"{self.work.name}-{_letters(self.work.name, 5)}"
        known = world.get("EndpointSlice", self.work.namespace, name) or {}
        endpoints = [
            {
                "addresses": [pod.ip], "conditions": {"ready": pod.is_ready, "serving": pod.is_ready, "terminating": False},
                "nodeName": pod.node, "targetRef": {"kind": "Pod", "name": pod.name, "namespace": self.work.namespace},
            }
            for pod in self.pods if pod.started_ms and self.served
        ]  # fmt: skip
        if endpoints != known.get("endpoints"):
            labels = {"kubernetes.io/service-name": self.work.name}
            meta = {
                "name": name,
                "namespace": self.work.namespace,
                "labels": labels,
                "creationTimestamp": world.ago(self.work.age_days * 86400),
            }
            body = {"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "metadata": meta, "addressType": "IPv4"}
            ports = [{"name": "main", "port": self.work.port, "protocol": "TCP"}]
            world.put({**body, "endpoints": endpoints, "ports": ports})

    def _own_body(self, world: World) -> Body:
        work = self.work
        meta: Body = {
            "name": work.name, "namespace": work.namespace, "generation": self.generation,
            "creationTimestamp": world.ago(work.age_days * 86400),
            "labels": {"app": work.name}, "annotations": {"deployment.kubernetes.io/revision": str(self.revision)},
            "managedFields": self.body.get("metadata", {}).get("managedFields", []),
        }  # fmt: skip
        notes = {"annotations": {"kubectl.kubernetes.io/restartedAt": self.restarted}} if self.restarted else {}
        template = {"metadata": {"labels": {"app": work.name}, **notes}, "spec": pod_spec(work, self.image, self.memory)}
        spec: Body = {"selector": {"matchLabels": {"app": work.name}}, "template": template}
        match work.kind:
            case "Job":
                spec |= {"completions": 1, "parallelism": 1, "backoffLimit": 6}
            case "DaemonSet":
                spec |= {"updateStrategy": {"type": "RollingUpdate"}}
            case "StatefulSet":
                spec |= {"replicas": self.replicas, "serviceName": work.name}
            case _:
                spec |= {"replicas": self.replicas, "progressDeadlineSeconds": work.deadline_s, "strategy": {"type": "RollingUpdate"}}
        return {"apiVersion": API[work.kind], "kind": work.kind, "metadata": meta, "spec": spec, "status": self._own_status(world)}

    def _own_status(self, world: World) -> Body:
        ready = sum(p.is_ready for p in self.pods)
        updated = sum(p.template_hash == self.template_hash for p in self.pods)
        match self.work.kind:
            case "Job":
                done = [pod for pod in self.pods if pod.stage == "done"]
                return _job_done(done[0]) if done else {"active": len(self.pods)}
            case "DaemonSet":
                return {
                    "desiredNumberScheduled": self.replicas, "currentNumberScheduled": len(self.pods), "numberReady": ready,
                    "numberAvailable": ready, "updatedNumberScheduled": updated, "numberMisscheduled": 0,
                    "observedGeneration": self.generation,
                }  # fmt: skip
        status: Body = {
            "replicas": len(self.pods), "readyReplicas": ready, "availableReplicas": ready, "updatedReplicas": updated,
            "unavailableReplicas": max(self.replicas - ready, 0), "observedGeneration": self.generation,
        }  # fmt: skip
        if self.work.kind == "StatefulSet":
            return {**status, "currentRevision": self.template_hash, "updateRevision": self.template_hash, "currentReplicas": updated}
        return {**status, "conditions": self._conditions(world, ready, updated)}

    def _conditions(self, world: World, ready: int, updated: int) -> list[Body]:
        enough = ready >= self.replicas
        complete = updated >= self.replicas and enough
        why = "NewReplicaSetAvailable" if complete else "ReplicaSetUpdated"
        stuck = not complete and self._is_stuck(world)
        made = [
            ("Available", enough, "MinimumReplicasAvailable" if enough else "MinimumReplicasUnavailable"),
            ("Progressing", not stuck, "ProgressDeadlineExceeded" if stuck else why),
        ]
        if self.refused_ms and len(self.pods) < self.replicas:
            made.append(("ReplicaFailure", True, "FailedCreate"))
        before = {one["type"]: one for one in self.body.get("status", {}).get("conditions", ())}
        return [_lasting(before.get(kind), kind, "True" if holds else "False", reason, world.now) for kind, holds, reason in made]

    def _set_body(self, template: str) -> Body:
        pods = [p for p in self.pods if p.template_hash == template]
        wanted = self.replicas if template == self.template_hash else len(pods)
        known = self.sets.get(template, {})
        owner = {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "name": self.work.name,
            "uid": self.body["metadata"]["uid"],
            "controller": True,
        }
        meta = {
            "name": f"{self.work.name}-{template}", "namespace": self.work.namespace, "ownerReferences": [owner],
            "labels": {"app": self.work.name, "pod-template-hash": template},
            "managedFields": known.get("metadata", {}).get("managedFields", []),
        }  # fmt: skip
        spec = known.get("spec") or {
            "selector": {"matchLabels": {"app": self.work.name, "pod-template-hash": template}},
            "template": {"metadata": {"labels": {"app": self.work.name}}, "spec": pod_spec(self.work, self.image, self.memory)},
        }
        ready = sum(p.is_ready for p in pods)
        status = {"replicas": len(pods), "readyReplicas": ready, "availableReplicas": ready, "observedGeneration": 1}
        return {"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": meta, "spec": {**spec, "replicas": wanted}, "status": status}


def _lasting(before: Body | None, kind: str, status: str, reason: str, now: str) -> Body:
    """A condition that keeps the time of its last turn."""
    turned = before["lastTransitionTime"] if before and before["status"] == status else now
    return {"type": kind, "status": status, "lastUpdateTime": now, "lastTransitionTime": turned, "reason": reason}


def _job_done(pod: Pod) -> Body:
    ended = rfc3339(pod.ended_ms // 1000 * 1000)
    complete = {"type": "Complete", "status": "True", "lastTransitionTime": ended, "reason": "CompletionsReached"}
    return {"succeeded": 1, "completionTime": ended, "conditions": [complete]}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _letters(text: str, length: int) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return "".join(_ALPHABET[b % len(_ALPHABET)] for b in digest[:length])
