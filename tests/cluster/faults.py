"""Faults done to a real cluster, each in a namespace of its own: what breaks, and what the diagnosis must name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from lab.client import Client, Json

Root = tuple[str, str, str]
"""Kind, namespace, name."""


class RealFault(NamedTuple):
    """``code`` the finding, ``root`` what it blames (the namespace's own name stands as ``*``), ``at_once`` if it opens in seconds."""

    name: str
    code: str
    root: Root
    breaks: Callable[[Client, str], None]
    at_once: bool = False


def namespace(client: Client, name: str) -> None:
    """A namespace, ready for pods."""
    client.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})


def deployment(space: str, name: str, *, fault: str = "", replicas: int = 1, container: Json | None = None, **spec: Any) -> Json:
    """A Deployment of one container; ``fault`` is a label of the lab."""
    labels = {"app": name, **({"lab/fault": fault} if fault else {})}
    main = {"name": "app", "image": f"registry.example/{name}:1", "resources": {"requests": {"cpu": "10m"}}, **(container or {})}
    annotations = spec.pop("annotations", {})
    return {
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name, "namespace": space},
        "spec": {
            "replicas": replicas, "selector": {"matchLabels": {"app": name}},
            "template": {"metadata": {"labels": labels, "annotations": annotations}, "spec": {"containers": [main]}}, **spec,
        },
    }  # fmt: skip


def _labelled(fault: str, **more: Any) -> Callable[[Client, str], None]:
    def breaks(client: Client, space: str) -> None:
        client.apply(deployment(space, "web", fault=fault, **more))

    return breaks


def _missing_config(client: Client, space: str) -> None:
    uses = {"envFrom": [{"configMapRef": {"name": "settings"}}]}
    client.apply(deployment(space, "web", fault="config", container=uses, annotations={"lab/missing": 'configmap "settings"'}))


def _too_large(client: Client, space: str) -> None:
    client.apply(deployment(space, "web", container={"resources": {"requests": {"cpu": "64"}}}))


def _over_quota(client: Client, space: str) -> None:
    meta = {"name": "few", "namespace": space}
    client.apply({"apiVersion": "v1", "kind": "ResourceQuota", "metadata": meta, "spec": {"hard": {"pods": "1"}}})
    client.apply(deployment(space, "web", replicas=3))


def _no_class(client: Client, space: str) -> None:
    spec = {"accessModes": ["ReadWriteOnce"], "storageClassName": "fast", "resources": {"requests": {"storage": "1Gi"}}}
    client.apply({"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "data", "namespace": space}, "spec": spec})


def _wrong_selector(client: Client, space: str) -> None:
    client.apply(deployment(space, "web"))
    spec = {"selector": {"app": "wep"}, "ports": [{"port": 80, "targetPort": 8080}]}
    client.apply({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web", "namespace": space}, "spec": spec})


def _failing_job(client: Client, space: str) -> None:
    template = {
        "metadata": {"labels": {"lab/fault": "fail"}},
        "spec": {"restartPolicy": "Never", "containers": [{"name": "app", "image": "registry.example/import:1"}]},
    }
    spec = {"backoffLimit": 0, "template": template}
    client.apply({"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "import", "namespace": space}, "spec": spec})


def _held_namespace(client: Client, space: str) -> None:
    meta = {"name": "kept", "namespace": space, "finalizers": ["example.com/keep"]}
    client.apply({"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta})
    client.delete("Namespace", space)


def _dead_webhook(client: Client, space: str) -> None:
    hook = {
        "name": "guard.example.com", "sideEffects": "None", "admissionReviewVersions": ["v1"], "failurePolicy": "Fail",
        "clientConfig": {"service": {"namespace": space, "name": "guard", "path": "/"}},
        "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": space}},
        "rules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"]}],
    }  # fmt: skip
    body = {"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration", "metadata": {"name": "guard"}}
    client.apply({**body, "webhooks": [hook]})


def _dead_node(client: Client, space: str) -> None:
    del space
    client.patch("Node", "lab-agent-1", {"metadata": {"labels": {"lab/fault": "dead"}}})


FAULTS = (
    RealFault("crash", "ContainerCrashing", ("Deployment", "*", "web"), _labelled("crash"), at_once=True),
    RealFault("oom", "OomKilled", ("Deployment", "*", "web"), _labelled("oom"), at_once=True),
    RealFault("pull", "ImagePullFailing", ("Deployment", "*", "web"), _labelled("pull")),
    RealFault("config", "ContainerConfigError", ("ConfigMap", "*", "settings"), _missing_config),
    RealFault("unready", "ProbeFailing", ("Deployment", "*", "web"), _labelled("unready", container={
        "readinessProbe": {"httpGet": {"path": "/healthz", "port": 8080}},
    })),
    RealFault("scheduler", "PodUnschedulable", ("Deployment", "*", "web"), _too_large),
    RealFault("quota", "PodCreationRefused", ("ResourceQuota", "*", "few"), _over_quota),
    RealFault("class", "ClaimPending", ("StorageClass", "", "fast"), _no_class),
    RealFault("selector", "ServiceSelectsNothing", ("Service", "*", "web"), _wrong_selector),
    RealFault("job", "JobFailed", ("Job", "*", "import"), _failing_job, at_once=True),
    RealFault("namespace", "NamespaceStuck", ("ConfigMap", "*", "kept"), _held_namespace),
    RealFault("webhook", "AdmissionBlocked", ("Service", "*", "guard"), _dead_webhook),
    RealFault("node", "NodeNotReady", ("Node", "", "lab-agent-1"), _dead_node),
)  # fmt: skip
