"""A large cluster made up: full pods of about 9.4 KB each, managedFields included, and five thousand other objects."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from typing import Any

import msgspec

Body = dict[str, Any]

NODES = 200
APPS = 420


def uid(text: str) -> str:
    """A stable uid for a name."""
    h = hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
    return f"{h[:8]}-{h[8:12]}-{h[12:16]}-{h[16:20]}-{h[20:32]}"


def _fields(paths: int, rng: random.Random) -> Body:
    """A field set as the API server writes them: deep, wordy, and of no use to a reader."""
    keys = [
        "f:metadata",
        "f:labels",
        "f:spec",
        "f:containers",
        "f:resources",
        "f:limits",
        "f:status",
        "f:conditions",
        "f:lastTransitionTime",
    ]
    return {f"{rng.choice(keys)}": {f'k:{{"type":"Condition{i}"}}': {".": {}, "f:status": {}, "f:type": {}} for i in range(paths)}, ".": {}}


def pod(i: int, rng: random.Random, rv: int) -> Body:
    """Pod ``i``: one container in most, a sidecar in some, 4 % crash-looping or failing to pull."""
    app = i % APPS
    name = f"app-{app:03d}-{uid(f'rs{app}')[:9]}-{uid(f'p{i}')[:5]}"
    created = "2026-11-20T08:00:00Z"
    labels = {f"label.example/{k}": f"value-{app}-{k}" for k in range(6)} | {
        "app": f"app-{app:03d}",
        "pod-template-hash": uid(f"rs{app}")[:9],
    }
    trouble = rng.random() < 0.04
    names = ["main", "proxy"] if i % 6 == 0 else ["main"]
    containers = [_container(n, app) for n in names]
    statuses = [_status(n, app, trouble, created) for n in names]
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": name,
            "generateName": name[:-5],
            "namespace": f"team-{app % 40:02d}",
            "uid": uid(f"p{i}"),
            "resourceVersion": str(rv),
            "creationTimestamp": created,
            "labels": labels,
            "managedFields": _managed(created, rng),
            "annotations": {f"note.example/{k}": f"{uid(f'a{i}{k}')}" for k in range(4)},
            "ownerReferences": [
                {
                    "apiVersion": "apps/v1",
                    "kind": "ReplicaSet",
                    "name": name[:-6],
                    "uid": uid(f"rs{app}"),
                    "controller": True,
                    "blockOwnerDeletion": True,
                },
            ],
        },
        "spec": _pod_spec(i, containers),
        "status": _pod_status(i, statuses, trouble, created),
    }


def _managed(created: str, rng: random.Random) -> list[Body]:
    return [
        {
            "manager": manager,
            "operation": "Update",
            "apiVersion": "v1",
            "time": created,
            "fieldsType": "FieldsV1",
            "subresource": sub,
            "fieldsV1": _fields(paths, rng),
        }
        for manager, sub, paths in (("kube-controller-manager", "", 20), ("kubelet", "status", 22))
    ]


def _pod_spec(i: int, containers: list[Body]) -> Body:
    return {
        "volumes": [
            {
                "name": "kube-api-access",
                "projected": {"sources": [{"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}}], "defaultMode": 420},
            }
        ],
        "containers": containers,
        "restartPolicy": "Always",
        "terminationGracePeriodSeconds": 30,
        "dnsPolicy": "ClusterFirst",
        "serviceAccountName": "default",
        "serviceAccount": "default",
        "nodeName": f"node-{i % NODES:03d}",
        "securityContext": {},
        "schedulerName": "default-scheduler",
        "priority": 0,
        "enableServiceLinks": True,
        "preemptionPolicy": "PreemptLowerPriority",
        "tolerations": [
            {"key": f"node.kubernetes.io/{k}", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300}
            for k in ("not-ready", "unreachable")
        ],
    }


def _pod_status(i: int, statuses: list[Body], trouble: bool, created: str) -> Body:
    return {
        "phase": "Running",
        "hostIP": f"10.0.{i % 200}.1",
        "podIP": f"10.{i // 65536}.{i // 256 % 256}.{i % 256}",
        "startTime": created,
        "qosClass": "Burstable",
        "conditions": [
            {
                "type": t,
                "status": "False" if trouble and t.endswith("Ready") else "True",
                "lastProbeTime": None,
                "lastTransitionTime": created,
            }
            for t in ("Initialized", "Ready", "ContainersReady", "PodScheduled")
        ],
        "containerStatuses": statuses,
    }


def _container(name: str, app: int) -> Body:
    return {
        "name": name,
        "image": f"registry.example/team/app-{app}:{1 + app % 7}.{app % 13}.0",
        "imagePullPolicy": "IfNotPresent",
        "env": [{"name": f"SETTING_{k}", "value": uid(f"{app}{k}{name}")} for k in range(34)],
        "ports": [{"containerPort": 8080, "name": "http", "protocol": "TCP"}],
        "resources": {"limits": {"cpu": "500m", "memory": "256Mi"}, "requests": {"cpu": "100m", "memory": "128Mi"}},
        "volumeMounts": [{"name": "kube-api-access", "readOnly": True, "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount"}],
        "livenessProbe": {"httpGet": {"path": "/healthz", "port": 8080, "scheme": "HTTP"}, "periodSeconds": 10, "failureThreshold": 3},
        "readinessProbe": {"httpGet": {"path": "/ready", "port": 8080, "scheme": "HTTP"}, "periodSeconds": 10, "failureThreshold": 3},
        "terminationMessagePath": "/dev/termination-log",
        "terminationMessagePolicy": "File",
    }


def _status(name: str, app: int, trouble: bool, created: str) -> Body:
    state: Body = {"running": {"startedAt": created}}
    last: Body = {}
    if trouble:
        state = {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 5m0s restarting failed container"}}
        last = {
            "terminated": {"exitCode": 1, "reason": "Error", "startedAt": created, "finishedAt": created, "containerID": "containerd://x"}
        }
    return {
        "name": name,
        "image": f"registry.example/team/app-{app}:1.0.0",
        "imageID": f"registry.example/team/app@sha256:{uid(str(app)) * 2}",
        "containerID": f"containerd://{uid(name + str(app)) * 2}",
        "ready": not trouble,
        "started": not trouble,
        "restartCount": 7 if trouble else 0,
        "state": state,
        "lastState": last,
    }


def others(rv: int) -> Iterator[Body]:
    """Nodes, deployments, replica sets, services, config maps and events: 5,000 objects in all."""
    for i in range(NODES):
        yield _node(i, rv)
    for i in range(APPS):
        namespace = f"team-{i % 40:02d}"
        template = {"metadata": {"labels": {"app": f"app-{i:03d}"}}, "spec": {"containers": [_container("main", i)]}}
        spec = {"replicas": 24, "selector": {"matchLabels": {"app": f"app-{i:03d}"}}, "template": template}
        status = {"replicas": 24, "readyReplicas": 23, "availableReplicas": 23, "updatedReplicas": 24, "observedGeneration": 1}
        yield _thing("apps/v1", "Deployment", namespace, f"app-{i:03d}", rv, spec=spec, status=status)
        yield from _replica_sets(i, namespace, rv, spec, status)
        ports = [{"name": "http", "port": 80, "targetPort": 8080, "protocol": "TCP"}]
        yield _thing("v1", "Service", namespace, f"app-{i:03d}", rv, spec={"selector": {"app": f"app-{i:03d}"}, "ports": ports})
        yield _thing("v1", "ConfigMap", namespace, f"app-{i:03d}", rv, data={f"key.{k}": uid(f"c{i}{k}") * 3 for k in range(8)})
    for i in range(5000 - NODES - 6 * APPS):
        app = i % APPS
        name = f"app-{app:03d}-{uid(f'rs{app}')[:9]}-{uid(f'p{i}')[:5]}"
        about = {"kind": "Pod", "apiVersion": "v1", "namespace": f"team-{app % 40:02d}", "name": name, "uid": uid(f"p{i}")}
        yield _thing(
            "v1",
            "Event",
            f"team-{app % 40:02d}",
            f"ev-{i}.17",
            rv,
            involvedObject=about,
            type="Warning" if i % 3 else "Normal",
            reason="BackOff",
            message=f"Back-off restarting failed container main in pod {i}",
            count=3,
            firstTimestamp="2026-11-24T07:00:00Z",
            lastTimestamp="2026-11-24T07:50:00Z",
            source={"component": "kubelet", "host": f"node-{i % NODES:03d}"},
        )


def _replica_sets(app: int, namespace: str, rv: int, spec: Body, status: Body) -> Iterator[Body]:
    """The revision that runs, which the pods name as their owner, and two that were replaced."""
    owner = {"apiVersion": "apps/v1", "kind": "Deployment", "name": f"app-{app:03d}", "controller": True, "blockOwnerDeletion": True}
    owner["uid"] = uid(f"Deployment{namespace}app-{app:03d}")
    for k in range(3):
        seed = f"rs{app}" if k == 0 else f"rs{app}-{k}"
        kept = {"spec": spec, "status": status} if k == 0 else {"spec": {**spec, "replicas": 0}, "status": {"observedGeneration": 1}}
        body = _thing("apps/v1", "ReplicaSet", namespace, f"app-{app:03d}-{uid(seed)[:9]}", rv, **kept)
        body["metadata"] |= {"uid": uid(seed), "ownerReferences": [owner]}
        yield body


def _node(i: int, rv: int) -> Body:
    images = [{"names": [f"registry.example/team/app-{k}@sha256:{uid(str(k)) * 2}"], "sizeBytes": 1000 * k} for k in range(50)]
    size = {"cpu": "32", "memory": "128Gi", "pods": "110"}
    conditions = [
        {"type": "Ready", "status": "True", "lastHeartbeatTime": "2026-11-24T07:00:00Z", "lastTransitionTime": "2026-11-01T07:00:00Z"}
    ]
    return _thing(
        "v1", "Node", "", f"node-{i:03d}", rv, status={"capacity": size, "allocatable": size, "conditions": conditions, "images": images}
    )


def _thing(api_version: str, kind: str, namespace: str, name: str, rv: int, **rest: object) -> Body:
    meta = {
        "name": name,
        "uid": uid(f"{kind}{namespace}{name}"),
        "resourceVersion": str(rv),
        "creationTimestamp": "2026-11-01T08:00:00Z",
        "labels": {"app": name},
        **({"namespace": namespace} if namespace else {}),
    }
    return {"apiVersion": api_version, "kind": kind, "metadata": meta, **rest}


def pods(count: int, rv: int = 1000) -> list[bytes]:
    """``count`` pods as JSON."""
    rng = random.Random(7)
    return [msgspec.json.encode(pod(i, rng, rv)) for i in range(count)]
