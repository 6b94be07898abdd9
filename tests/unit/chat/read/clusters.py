"""Invented clusters that questions are read against. Each is a case file made up in a few lines."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

Body = dict[str, Any]

MADE = "2026-11-20T08:00:00Z"
NODE_STATUS = {"capacity": {"cpu": "4", "memory": "16Gi", "pods": "110"}, "allocatable": {"cpu": "4", "memory": "15Gi", "pods": "110"}}


def shop() -> Body:
    """An online shop: two checkouts, a payment worker that crashes, a deleted promotion, workloads called ``test`` and ``status``."""
    objects = [
        *_spaces("default", "kube-system", "shop", "shop-staging", "payments", "data", "monitoring", "batch"),
        *(_node(f"node-{number}") for number in (1, 2, 3)),
        _node("edge-7", ready=False),
        *_deployment("shop", "checkout", 3, 1, "registry.local/checkout:2.4.1"),
        *(one for name in ("cart", "frontend", "api", "user-profile", "search") for one in _deployment("shop", name)),
        *_deployment("shop-staging", "checkout"),
        *_deployment("payments", "payment-gateway", 2),
        *_deployment("payments", "payment-worker", 1, 0),
        *_deployment("payments", "api", 1, 0),
        *(one for name in ("grafana", "status") for one in _deployment("monitoring", name)),
        *(one for name in ("test", "web") for one in _deployment("default", name)),
        *(one for name in ("coredns", "metrics-server") for one in _deployment("kube-system", name)),
        *_stateful("data", "db", 2, "postgres:16"),
        *_stateful("data", "redis", 1, "redis:7"),
        *_stateful("default", "web-app", 1, "web:1"),
        *(_service("shop", name) for name in ("checkout", "cart", "api")),
        _service("shop", "frontend", "LoadBalancer"),
        *(_service("data", name) for name in ("db", "redis")),
        *(_plain("v1", "ConfigMap", "shop", name) for name in ("checkout-config", "app-settings")),
        _plain("v1", "Secret", "data", "db-credentials"),
        _plain("networking.k8s.io/v1", "Ingress", "shop", "shop-ingress", spec={}),
        _plain("batch/v1", "CronJob", "batch", "nightly-report", spec={"schedule": "0 2 * * *"}),
        _plain("autoscaling/v2", "HorizontalPodAutoscaler", "shop", "frontend", spec={"maxReplicas": 5}),
        _plain("storage.k8s.io/v1", "StorageClass", "", "local-path", provisioner="example.com/local"),
        _plain("apps/v1", "Deployment", "shop", "old-promo", spec=_template("old-promo", "promo:1")),
    ]
    steps = [{"after": "10m", "delete": ["Deployment/shop/old-promo"]}, {"after": "20m", "apply": []}]
    return {"name": "a shop", "now": "2026-11-24T12:00:00Z", "objects": objects, "steps": steps}


def plant() -> Body:
    """A factory at the edge: hyphened names, the same collector on two lines, an operator's own kind."""
    custom: Body = {
        "group": "plant.example.com",
        "names": {"kind": "Recipe", "plural": "recipes", "singular": "recipe", "shortNames": ["rcp"]},
    }
    custom |= {"scope": "Namespaced", "versions": [{"name": "v1", "served": True, "storage": True}]}
    objects = [
        *_spaces("default", "line-a", "line-b", "plant-core", "edge-system", "azure-arc"),
        *(_node(f"plant-node-0{number}") for number in (1, 2)),
        *_deployment("line-a", "opcua-collector", 1, 0, "plant/opcua:3.1"),
        *_deployment("line-b", "opcua-collector", 1, 1, "plant/opcua:3.1"),
        *_deployment("line-a", "camera-inference", 2, 2, "plant/vision:latest"),
        *_deployment("plant-core", "mes-api"),
        *_deployment("plant-core", "recipe-manager"),
        *_deployment("plant-core", "shift-planner"),
        *_deployment("azure-arc", "clusterconnect-agent"),
        *_stateful("plant-core", "historian", 1, "timescale:2"),
        *_stateful("plant-core", "mqtt-broker", 3, "mosquitto:2"),
        *(_service("plant-core", name) for name in ("mes-api", "historian", "mqtt-broker")),
        _plain("apps/v1", "DaemonSet", "edge-system", "log-shipper", spec=_template("log-shipper", "shipper:1")),
        _plain("v1", "ConfigMap", "plant-core", "mes-settings"),
        _plain("batch/v1", "CronJob", "plant-core", "shift-report", spec={"schedule": "0 6 * * *"}),
        _plain("batch/v1", "Job", "plant-core", "import-recipes", status={"failed": 3}),
        _plain("apiextensions.k8s.io/v1", "CustomResourceDefinition", "", "recipes.plant.example.com", spec=custom),
        _plain("plant.example.com/v1", "Recipe", "plant-core", "blue-paint", spec={}),
    ]
    return {"name": "a plant", "now": "2026-11-24T12:30:00Z", "objects": objects}


def words() -> Body:
    """Objects whose names are words of questions: nothing may take them for names where nobody meant them."""
    names = ("the", "node", "default", "log", "status", "web", "api", "test", "error", "app", "is", "pods")
    objects = [
        *_spaces("default", "kube-system", "test", "prod"),
        _node("node-1"),
        *(one for name in names for one in _deployment("prod", name)),
        *_deployment("test", "mailer"),
    ]
    return {"name": "words", "now": "2026-11-24T12:30:00Z", "objects": objects}


CLUSTERS = {"shop": shop, "plant": plant, "words": words}


def _plain(
    api_version: str, kind: str, namespace: str, name: str, *, labels: Body | None = None, owner: Body | None = None, **rest: Any
) -> Body:
    metadata: Body = {"name": name, "uid": f"{kind}-{namespace}-{name}".lower(), "resourceVersion": "100", "creationTimestamp": MADE}
    metadata |= {"namespace": namespace} if namespace else {}
    metadata |= {"labels": labels} if labels else {}
    if owner:
        reference = {"apiVersion": owner["apiVersion"], "kind": owner["kind"], "name": owner["metadata"]["name"], "controller": True}
        metadata["ownerReferences"] = [reference | {"uid": owner["metadata"]["uid"]}]
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **rest}


def _spaces(*names: str) -> Iterator[Body]:
    for name in names:
        yield _plain("v1", "Namespace", "", name, status={"phase": "Active"})


def _node(name: str, *, ready: bool = True) -> Body:
    conditions = [{"type": "Ready", "status": "True" if ready else "False"}]
    return _plain("v1", "Node", "", name, status=NODE_STATUS | {"conditions": conditions})


def _template(app: str, image: str, replicas: int = 1) -> Body:
    template = {"metadata": {"labels": {"app": app}}, "spec": {"containers": [{"name": "app", "image": image}]}}
    return {"replicas": replicas, "selector": {"matchLabels": {"app": app}}, "template": template}


def _deployment(namespace: str, name: str, replicas: int = 1, ready: int | None = None, image: str = "nginx:1.25") -> Iterator[Body]:
    ready = replicas if ready is None else ready
    labels = {"app": name}
    status = {"replicas": replicas, "readyReplicas": ready, "availableReplicas": ready}
    deployment = _plain("apps/v1", "Deployment", namespace, name, labels=labels, spec=_template(name, image, replicas), status=status)
    made = f"{name}-{_hash(namespace + name, 9)}"
    replica_set = _plain("apps/v1", "ReplicaSet", namespace, made, labels=labels, owner=deployment, spec=_template(name, image, replicas))
    yield from (deployment, replica_set)
    for number in range(replicas):
        yield _pod(namespace, f"{made}-{_hash(made + str(number), 5)}", replica_set, image, is_ready=number < ready)


def _stateful(namespace: str, name: str, replicas: int, image: str) -> Iterator[Body]:
    status = {"replicas": replicas, "readyReplicas": replicas}
    owner = _plain("apps/v1", "StatefulSet", namespace, name, labels={"app": name}, spec=_template(name, image, replicas), status=status)
    yield owner
    for number in range(replicas):
        yield _pod(namespace, f"{name}-{number}", owner, image, is_ready=True)
        yield _plain("v1", "PersistentVolumeClaim", namespace, f"data-{name}-{number}", spec={}, status={"phase": "Bound"})


def _pod(namespace: str, name: str, owner: Body, image: str, *, is_ready: bool) -> Body:
    state = {"running": {}} if is_ready else {"waiting": {"reason": "CrashLoopBackOff"}}
    container = {"name": "app", "ready": is_ready, "restartCount": 0 if is_ready else 12, "image": image, "state": state}
    conditions = [{"type": "Ready", "status": "True" if is_ready else "False"}]
    spec = {"nodeName": "node-1", "containers": [{"name": "app", "image": image}, {"name": "istio-proxy", "image": "proxy:1"}]}
    status = {"phase": "Running", "conditions": conditions, "containerStatuses": [container]}
    return _plain("v1", "Pod", namespace, name, labels=owner["metadata"]["labels"], owner=owner, spec=spec, status=status)


def _service(namespace: str, name: str, kind: str = "ClusterIP") -> Body:
    return _plain("v1", "Service", namespace, name, spec={"selector": {"app": name}, "ports": [{"port": 80}], "type": kind})


def _hash(text: str, length: int) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()[:length]
