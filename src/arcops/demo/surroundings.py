"""What stands around the demo's workloads: nodes, namespaces, services, configuration, an ingress, a claim, a budget."""

from __future__ import annotations

from arcops.demo.catalog import CONFIG_MAPS, K3S, NODES, SECRETS, SHOP, SYSTEM
from arcops.demo.world import Body, World

_DAY = 86400.0
QUOTA_PODS = 3


def furnish(world: World) -> None:
    """Put everything that is not a workload into an empty world, as if it had stood there for weeks."""
    for name in ("default", "kube-system", "kube-public", "kube-node-lease", "shop", "shop-data", "batch", "observability"):
        old = 40 if name.startswith(("kube", "default")) else 30
        world.put(_object("v1", "Namespace", "", name, world.ago(old * _DAY), status={"phase": "Active"}), manager="k3s")
    for name in NODES:
        world.put(node(world, name), manager="k3s")
        renew(world, name)
    for (namespace, name), data in CONFIG_MAPS.items():
        world.put(_object("v1", "ConfigMap", namespace, name, world.ago(9 * _DAY), data=data), manager="helm")
    for namespace, name in SECRETS:
        world.put(_object("v1", "Secret", namespace, name, world.ago(9 * _DAY)), manager="helm")
    for work in (*SYSTEM, *SHOP):
        if work.kind in {"Deployment", "StatefulSet"}:
            _serve(world, work.namespace, work.name, work.port)
    _publish(world)


def node(world: World, name: str, *, ready: bool = True, cordoned: bool = False) -> Body:
    """A node of the demo cluster."""
    role = {"node-role.kubernetes.io/control-plane": "true", "node-role.kubernetes.io/master": "true"} if "server" in name else {}
    labels = {"kubernetes.io/hostname": name, "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64", **role}
    size = {"cpu": "4", "memory": "8131056Ki", "pods": "110", "ephemeral-storage": "61255492Ki"}
    conditions = [_pressure(world, kind) for kind in ("MemoryPressure", "DiskPressure", "PIDPressure")]
    known = world.get("Node", "", name)
    if known and _ready_of(known) == ready:
        since = known["status"]["conditions"][-1]["lastTransitionTime"]
    else:
        since = world.now if known else world.ago(40 * _DAY)
    conditions.append(
        {
            "type": "Ready", "status": "True" if ready else "Unknown", "lastHeartbeatTime": world.now, "lastTransitionTime": since,
            "reason": "KubeletReady" if ready else "NodeStatusUnknown",
            "message": "kubelet is posting ready status" if ready else "Kubelet stopped posting node status.",
        },
    )  # fmt: skip
    info = {
        "kubeletVersion": K3S, "containerRuntimeVersion": "containerd://1.7.23-k3s2", "osImage": "K3s v1.31.5+k3s1",
        "architecture": "amd64",
        "kernelVersion": "6.6.60", "operatingSystem": "linux", "machineID": "", "systemUUID": "", "bootID": "", "kubeProxyVersion": K3S,
    }  # fmt: skip
    address = f"172.18.0.{3 + NODES.index(name)}"
    status = {
        "capacity": size, "allocatable": size, "conditions": conditions, "nodeInfo": info,
        "addresses": [{"type": "InternalIP", "address": address}, {"type": "Hostname", "address": name}],
    }  # fmt: skip
    body = _object("v1", "Node", "", name, world.ago(40 * _DAY), status=status, spec={"podCIDR": f"10.42.{NODES.index(name)}.0/24"})
    body["metadata"]["labels"] = labels
    if cordoned:
        body["spec"] |= {"unschedulable": True, "taints": [{"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}]}
    return body


def renew(world: World, name: str) -> None:
    """A node's lease, renewed now."""
    spec = {"holderIdentity": name, "leaseDurationSeconds": 40, "renewTime": world.now.replace("Z", ".000000Z")}
    world.put(_object("coordination.k8s.io/v1", "Lease", "kube-node-lease", name, world.ago(40 * _DAY), spec=spec), manager="k3s")


def _serve(world: World, namespace: str, name: str, port: int) -> None:
    spec = {
        "type": "ClusterIP", "selector": {"app": name}, "clusterIP": f"10.43.{len(namespace)}.{len(name) + port % 200}",
        "ports": [{"name": "main", "port": port, "targetPort": port, "protocol": "TCP"}],
    }  # fmt: skip
    world.put(_object("v1", "Service", namespace, name, world.ago(9 * _DAY), spec=spec, status={"loadBalancer": {}}), manager="helm")


def _publish(world: World) -> None:
    old = world.ago(9 * _DAY)
    path = {"path": "/", "pathType": "Prefix", "backend": {"service": {"name": "frontend", "port": {"number": 3000}}}}
    rules = [{"host": "shop.example", "http": {"paths": [path]}}]
    world.put(_object("networking.k8s.io/v1", "IngressClass", "", "traefik", old, spec={"controller": "traefik.io/ingress-controller"}))
    ingress = _object("networking.k8s.io/v1", "Ingress", "shop", "shop", old, spec={"ingressClassName": "traefik", "rules": rules})
    world.put(ingress, manager="helm")
    world.put(
        {**_object("storage.k8s.io/v1", "StorageClass", "", "local-path", old), "provisioner": "rancher.io/local-path"}, manager="k3s"
    )
    claim = {
        "accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": "5Gi"}},
        "storageClassName": "local-path",
        "volumeName": "pvc-postgres",
    }
    bound = {"phase": "Bound", "accessModes": ["ReadWriteOnce"], "capacity": {"storage": "5Gi"}}
    world.put(_object("v1", "PersistentVolumeClaim", "shop-data", "data-postgres-0", old, spec=claim, status=bound))
    budget = {"minAvailable": 1, "selector": {"matchLabels": {"app": "frontend"}}}
    health = {"currentHealthy": 3, "desiredHealthy": 1, "disruptionsAllowed": 2, "expectedPods": 3, "observedGeneration": 1}
    put_quota(world, used=2)
    world.put(_object("policy/v1", "PodDisruptionBudget", "shop", "frontend", old, spec=budget, status=health), manager="helm")


def put_quota(world: World, used: int) -> None:
    """The quota of namespace batch: three pods."""
    hard = {"pods": str(QUOTA_PODS)}
    old = world.ago(9 * _DAY)
    status = {"hard": hard, "used": {"pods": str(used)}}
    world.put(_object("v1", "ResourceQuota", "batch", "batch-quota", old, spec={"hard": hard}, status=status))


def put_claim(world: World, *, bound: bool) -> None:
    """The claim of the reports: it asks for storage class ``fast``."""
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "20Gi"}}, "storageClassName": "fast"}
    status: Body = {"phase": "Bound", "accessModes": ["ReadWriteOnce"], "capacity": {"storage": "20Gi"}} if bound else {"phase": "Pending"}
    claim = _object("v1", "PersistentVolumeClaim", "shop-data", "data-reports-0", world.now, spec=spec, status=status)
    if bound:
        claim["spec"] |= {"volumeName": "pvc-reports"}
    world.put(claim, manager="kube-controller-manager" if bound else "helm")
    if not bound:
        text = 'storageclass.storage.k8s.io "fast" not found'
        world.event(claim, "Warning", "ProvisioningFailed", text, "persistentvolume-controller")


def put_class(world: World) -> None:
    """Storage class ``fast``."""
    made = _object("storage.k8s.io/v1", "StorageClass", "", "fast", world.now)
    world.put({**made, "provisioner": "rancher.io/local-path"}, manager="kubectl")


def select_with(world: World, name: str, value: str) -> None:
    """Let a Service of the shop select pods by ``app=value``."""
    known = world.get("Service", "shop", name)
    if known is not None:
        spec = {**known["spec"], "selector": {"app": value}}
        world.put({**known, "metadata": {**known["metadata"]}, "spec": spec}, manager="kubectl-edit")


def serve(world: World, namespace: str, name: str, port: int) -> None:
    """A Service for a workload."""
    _serve(world, namespace, name, port)


def _pressure(world: World, kind: str) -> Body:
    since = world.ago(40 * _DAY)
    return {
        "type": kind,
        "status": "False",
        "lastHeartbeatTime": world.now,
        "lastTransitionTime": since,
        "reason": f"KubeletHasNo{kind}",
        "message": "",
    }


def _ready_of(body: Body) -> bool:
    return bool(body["status"]["conditions"][-1]["status"] == "True")


def _object(api_version: str, kind: str, namespace: str, name: str, created: str, **rest: object) -> Body:
    meta: Body = {"name": name, "creationTimestamp": created, "generation": 1}
    if namespace:
        meta["namespace"] = namespace
    return {"apiVersion": api_version, "kind": kind, "metadata": meta, **rest}
