"""A small web shop to look at: about twenty workloads, half a dozen of them broken, each in its own way."""

import secrets
from collections.abc import Callable
from pathlib import Path

from lab.client import Client
from lab.wait import wait_until

MANIFESTS = Path(__file__).parent / "manifests" / "shop"
ROLLOUTS = "9-rollouts.yaml"
ADDRESS = "172.18.0.2"  # what the load balancer of a k3d cluster would answer at
# Made here, so that no file holds anything that looks like a password.
SECRETS = {
    ("shop", "orders-db"): ("username", "password"),
    ("payments", "payment-provider"): ("api-key",),
    ("monitoring", "grafana-admin"): ("user", "password"),
}


def install(client: Client, say: Callable[[str], None]) -> None:
    """Apply everything, wait until the cart runs, then roll it out to a version that never gets ready."""
    say("filling the shop: frontend, catalog, orders, payments, monitoring, batch")
    files = sorted(path for path in MANIFESTS.glob("*.yaml") if path.name != ROLLOUTS)
    for path in files:
        client.apply_file(path)
    for (namespace, name), keys in SECRETS.items():
        metadata = {"name": name, "namespace": namespace}
        values = {key: secrets.token_urlsafe(12) for key in keys}
        client.apply({"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "stringData": values})
    _publish_addresses(client)
    wait_until(lambda: _ready(client, "cart", "shop") == 3, "the cart runs in its first version")  # noqa: PLR2004
    client.apply_file(MANIFESTS / ROLLOUTS)


def _ready(client: Client, name: str, namespace: str) -> int:
    return int(client.get("deployments", name, namespace)["status"].get("readyReplicas", 0))


def _publish_addresses(client: Client) -> None:
    """What the cloud and the ingress controller write, which do not run here."""
    status = {"status": {"loadBalancer": {"ingress": [{"ip": ADDRESS}]}}}
    client.patch("services", "traefik", status, "kube-system", subresource="status")
    client.patch("ingresses", "shop", status, "shop", subresource="status")
