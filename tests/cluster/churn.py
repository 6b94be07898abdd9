"""A seeded storm on a real cluster: creates, updates, deletes, scales, node losses, kinds that come and go."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

from lab.client import Client, Json
from lab.errors import LabError

WIDGETS: Json = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "widgets.churn.example"},
    "spec": {
        "group": "churn.example",
        "scope": "Namespaced",
        "names": {"kind": "Widget", "plural": "widgets", "singular": "widget", "shortNames": ["wd"]},
        "versions": [
            {
                "name": "v1",
                "served": True,
                "storage": True,
                "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}},
            },
        ],
    },
}


class Storm:
    """Does one random thing at a time in a namespace; the same seed does the same things in the same order."""

    def __init__(self, client: Client, namespace: str, seed: int) -> None:
        self.client = client
        self.namespace = namespace
        self.rng = random.Random(seed)
        self.deployments: list[str] = []
        self.configs: list[str] = []
        self.done: dict[str, int] = {}

    def blow(self, seconds: float) -> None:
        """Go on for so long; what the server refuses (a conflict, a thing already gone) is part of the weather."""
        deeds: list[tuple[int, Callable[[], None]]] = [
            (6, self.create_deployment),
            (6, self.scale),
            (5, self.change_image),
            (4, self.delete_pod),
            (8, self.write_config),
            (3, self.delete_config),
            (2, self.delete_deployment),
            (2, self.write_secret),
            (1, self.lose_node),
            (2, self.kind_comes_or_goes),
            (3, self.write_widget),
        ]
        weights = [weight for weight, _ in deeds]
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            deed = self.rng.choices(deeds, weights)[0][1]
            self.done[deed.__name__] = self.done.get(deed.__name__, 0) + 1
            try:
                deed()
            except LabError:
                self.done["refused"] = self.done.get("refused", 0) + 1

    def create_deployment(self) -> None:
        """A new Deployment of a few pods, some of them broken."""
        if len(self.deployments) > 12:
            return
        name = f"app-{self.rng.randrange(10_000)}"
        fault = self.rng.choice(["", "", "", "crash", "pull"])
        labels = {"app": name, **({"lab/fault": fault} if fault else {})}
        template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "main", "image": "nginx:1.25"}]}}
        spec = {"replicas": self.rng.randrange(4), "selector": {"matchLabels": {"app": name}}, "template": template}
        meta = {"name": name, "namespace": self.namespace}
        self.client.create({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": meta, "spec": spec})
        self.deployments.append(name)

    def scale(self) -> None:
        """Some Deployment to some number."""
        if self.deployments:
            self.client.scale("deployments", self.rng.choice(self.deployments), self.rng.randrange(5), self.namespace)

    def change_image(self) -> None:
        """A rollout."""
        if self.deployments:
            container = {"name": "main", "image": f"nginx:1.{self.rng.randrange(20, 30)}"}
            patch = {"spec": {"template": {"spec": {"containers": [container]}}}}
            self.client.patch("deployments", self.rng.choice(self.deployments), patch, self.namespace, how="strategic")

    def delete_pod(self) -> None:
        """A pod dies and is replaced."""
        pods = self.client.objects("pods", self.namespace)
        if pods:
            self.client.delete("pods", self.rng.choice(pods)["metadata"]["name"], self.namespace, grace_s=0)

    def write_config(self) -> None:
        """A ConfigMap appears or changes."""
        name = f"config-{self.rng.randrange(15)}"
        body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": self.namespace}}
        self.client.apply({**body, "data": {"key": str(self.rng.random())}})
        self.configs.append(name)

    def delete_config(self) -> None:
        """A ConfigMap goes."""
        if self.configs:
            self.client.delete("configmaps", self.rng.choice(self.configs), self.namespace)

    def write_secret(self) -> None:
        """A Secret whose value must show up nowhere."""
        body = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "storm", "namespace": self.namespace}}
        self.client.apply({**body, "stringData": {"password": "never-to-be-seen-" + str(self.rng.random())}})

    def delete_deployment(self) -> None:
        """A Deployment goes, and with it its pods."""
        if self.deployments:
            name = self.deployments.pop(self.rng.randrange(len(self.deployments)))
            self.client.delete("deployments", name, self.namespace)

    def lose_node(self) -> None:
        """A node is removed and comes back under the same name."""
        nodes = self.client.objects("nodes")
        node = self.rng.choice(nodes)
        self.client.delete("nodes", node["metadata"]["name"])
        meta = node["metadata"]
        kept = {k: meta[k] for k in ("name", "labels", "annotations") if k in meta}
        self.client.create({"apiVersion": "v1", "kind": "Node", "metadata": kept, "spec": {}, "status": node["status"]})

    def kind_comes_or_goes(self) -> None:
        """A CustomResourceDefinition is installed or removed."""
        if self.client.find("customresourcedefinitions", WIDGETS["metadata"]["name"]):
            self.client.delete("customresourcedefinitions", WIDGETS["metadata"]["name"])
        else:
            self.client.apply(WIDGETS)

    def write_widget(self) -> None:
        """A custom resource, if its kind is there."""
        meta = {"name": f"widget-{self.rng.randrange(5)}", "namespace": self.namespace}
        path = f"/apis/churn.example/v1/namespaces/{self.namespace}/widgets"
        body = {"apiVersion": "churn.example/v1", "kind": "Widget", "metadata": meta, "spec": {"n": self.rng.random()}}
        self.client.request("POST", path, body)

    def calm(self) -> None:
        """Leave nothing of the storm but its namespace."""
        self.client.delete("customresourcedefinitions", WIDGETS["metadata"]["name"])
