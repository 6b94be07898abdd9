"""What runs in the demo: the nodes and system pods of a small k3d cluster, and a shop of twenty workloads."""

from __future__ import annotations

from typing import NamedTuple

NODES = ("k3d-demo-server-0", "k3d-demo-agent-0", "k3d-demo-agent-1")
K3S = "v1.31.5+k3s1"


class Workload(NamedTuple):
    """One controller and its pods as they should be. ``memory`` is the limit in MiB, ``claim`` a volume claim it mounts."""

    namespace: str
    name: str
    image: str
    kind: str = "Deployment"
    replicas: int = 1
    port: int = 8080
    memory: int = 128
    cpu: str = "50m"
    config: str = ""
    secret: str = ""
    age_days: float = 9
    ready_s: float = 2
    """Seconds from container start to ready."""
    claim: str = ""
    deadline_s: int = 600
    """A rollout without progress for so long counts as stuck."""


SYSTEM = (
    Workload("kube-system", "coredns", "rancher/mirrored-coredns-coredns:1.12.0", port=53, memory=170, config="coredns", age_days=40),
    Workload("kube-system", "local-path-provisioner", "rancher/local-path-provisioner:v0.0.30", memory=64, age_days=40),
    Workload("kube-system", "metrics-server", "rancher/mirrored-metrics-server:v0.7.2", port=10250, memory=70, age_days=40),
    Workload("kube-system", "traefik", "rancher/mirrored-library-traefik:2.11.18", port=8000, memory=120, age_days=40),
    Workload("kube-system", "svclb-traefik", "rancher/klipper-lb:v0.4.9", kind="DaemonSet", port=80, memory=16, age_days=40),
    Workload("kube-system", "helm-install-traefik", "rancher/klipper-helm:v0.9.3", kind="Job", age_days=40),
    Workload("kube-system", "helm-install-traefik-crd", "rancher/klipper-helm:v0.9.3", kind="Job", age_days=40),
)

SHOP = (
    Workload("shop", "frontend", "registry.shop.example/frontend:2.4.1", replicas=3, port=3000, config="frontend-config"),
    Workload("shop", "cart", "registry.shop.example/cart:1.9.0", replicas=2, secret="redis-auth"),
    Workload("shop", "checkout", "registry.shop.example/checkout:3.2.0", replicas=2, memory=512, config="checkout-config"),
    Workload("shop", "payment", "registry.shop.example/payment:1.14.2", replicas=2, secret="payment-keys"),
    Workload("shop", "catalog", "registry.shop.example/catalog:5.0.3", replicas=2, config="catalog-config"),
    Workload("shop", "search", "registry.shop.example/search:2.1.0", replicas=2, memory=256),
    Workload("shop", "recommendation", "registry.shop.example/recommendation:0.8.7", memory=256),
    Workload("shop", "currency", "registry.shop.example/currency:1.2.2"),
    Workload("shop", "shipping", "registry.shop.example/shipping:1.6.1"),
    Workload("shop", "email", "registry.shop.example/email:1.1.0", secret="smtp"),
    Workload("shop", "ads", "registry.shop.example/ads:0.5.4"),
    Workload("shop", "inventory", "registry.shop.example/inventory:4.4.0", replicas=2, secret="postgres-auth"),
    Workload("shop", "image-resizer", "registry.shop.example/image-resizer:1.0.9", memory=384, deadline_s=60),
    Workload("shop", "admin", "registry.shop.example/admin:2.0.0"),
    Workload("shop", "feature-flags", "registry.shop.example/feature-flags:1.3.0", config="flags"),
    Workload("shop-data", "postgres", "postgres:16.6", kind="StatefulSet", port=5432, memory=512, secret="postgres-auth", age_days=30),
    Workload("shop-data", "redis", "redis:7.4", kind="StatefulSet", replicas=2, port=6379, memory=128, secret="redis-auth", age_days=30),
    Workload("shop-data", "rabbitmq", "rabbitmq:4.0", kind="StatefulSet", port=5672, memory=256, age_days=30),
    Workload("batch", "thumbnails", "registry.shop.example/thumbnails:1.7.0", replicas=2),
    Workload("observability", "node-exporter", "quay.io/prometheus/node-exporter:v1.8.2", kind="DaemonSet", port=9100, memory=64),
    Workload("observability", "fluent-bit", "fluent/fluent-bit:3.2.4", kind="DaemonSet", port=2020, memory=64),
)

REPORTS = Workload(
    "shop-data", "reports", "registry.shop.example/reports:0.3.0", kind="StatefulSet", memory=256, claim="data-reports-0", age_days=0
)
"""Comes and goes with its story: it asks for a storage class that is not there."""

CONFIG_MAPS = {
    ("kube-system", "coredns"): {"Corefile": ".:53 {\n  errors\n  kubernetes cluster.local\n  forward . /etc/resolv.conf\n}"},
    ("shop", "frontend-config"): {"API_URL": "http://catalog.shop:8080", "THEME": "autumn"},
    ("shop", "checkout-config"): {"PAYMENT_URL": "http://payment.shop:8080", "TIMEOUT_MS": "1500"},
    ("shop", "catalog-config"): {"db.host": "postgres.shop-data", "db.pool": "10"},
    ("shop", "flags"): {"new-checkout": "false", "free-shipping": "true"},
}

SECRETS = (
    ("shop", "redis-auth"),
    ("shop", "payment-keys"),
    ("shop", "smtp"),
    ("shop", "postgres-auth"),
    ("shop-data", "postgres-auth"),
    ("shop-data", "redis-auth"),
)
