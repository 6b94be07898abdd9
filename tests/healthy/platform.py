"""Scenes of storage, limits, custom resources, and the parts of distributions."""

from __future__ import annotations

from tests.healthy.traffic import NETWORK, endpoints, service
from tests.healthy.workloads import LONG_S, place, pods, replica_set, settled, template
from tests.healthy.world import DAY_S, HOUR_S, MINUTE_S, Body, World, ago, condition, owner_of


def stores(world: World) -> None:
    """Claims that wait for their first consumer, volumes that were released and are kept, one that grows."""
    space = place(world, "storage")
    world.add(
        "storage.k8s.io/v1",
        "StorageClass",
        "",
        f"local-{space}",
        provisioner="rancher.io/local-path",
        volumeBindingMode="WaitForFirstConsumer",
        reclaimPolicy="Delete",
    )
    wanted = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}, "storageClassName": f"local-{space}"}
    claim = world.add("v1", "PersistentVolumeClaim", space, "later", spec=wanted, status={"phase": "Pending"}, age_s=LONG_S)
    told = "waiting for first consumer to be created before binding"
    world.event(claim, "Normal", "WaitForFirstConsumer", told, first_s=LONG_S, last_s=10)
    kept = {
        "capacity": {"storage": "1Gi"},
        "accessModes": ["ReadWriteOnce"],
        "persistentVolumeReclaimPolicy": "Retain",
        "hostPath": {"path": "/x"},
    }
    gone = {"kind": "PersistentVolumeClaim", "namespace": space, "name": "gone", "uid": "1"}
    world.add("v1", "PersistentVolume", "", f"kept-{space}", spec=kept | {"claimRef": gone}, status={"phase": "Released"})
    world.add("v1", "PersistentVolume", "", f"free-{space}", spec=kept, status={"phase": "Available"})
    growing = wanted | {"resources": {"requests": {"storage": "2Gi"}}, "volumeName": f"grow-{space}"}
    resizing = [condition("FileSystemResizePending", "True", ago(90))]
    world.add(
        "v1",
        "PersistentVolumeClaim",
        space,
        "grows",
        spec=growing,
        status={"phase": "Bound", "capacity": {"storage": "1Gi"}, "conditions": resizing},
    )
    held = {"kind": "PersistentVolumeClaim", "namespace": space, "name": "grows"}
    world.add(
        "v1",
        "PersistentVolume",
        "",
        f"grow-{space}",
        spec=kept | {"claimRef": held, "storageClassName": f"local-{space}"},
        status={"phase": "Bound"},
    )


def is_limited(world: World) -> None:
    """A quota with room, limits, and a Deployment that keeps to them."""
    space = place(world, "limited")
    settled(world, space)
    hard, used = {"pods": "20", "requests.cpu": "4"}, {"pods": "9", "requests.cpu": "1500m"}
    world.add("v1", "ResourceQuota", space, "team", spec={"hard": hard}, status={"hard": hard, "used": used})
    limits = [{"type": "Container", "default": {"memory": "256Mi"}, "defaultRequest": {"memory": "64Mi"}}]
    world.add("v1", "LimitRange", space, "team", spec={"limits": limits})


def has_custom_resources(world: World) -> None:
    """Custom resources of many makers, in good health as each of them says it; one that has just begun."""
    space, long_ago = place(world, "custom"), ago(LONG_S)

    def custom(api_version: str, kind: str, status: Body, *, age_s: float = LONG_S, spec: Body | None = None) -> None:
        world.add(api_version, kind, space, kind.lower(), spec=spec or {}, status=status, generation=2, age_s=age_s)

    def so(*told: tuple[str, bool, str], since: str = long_ago) -> list[Body]:
        return [condition(type_, is_true, since, reason) | {"observedGeneration": 2} for type_, is_true, reason in told]

    custom(
        "cert-manager.io/v1",
        "Certificate",
        {"conditions": so(("Ready", True, "Ready")), "notAfter": ago(-60 * DAY_S)},
        spec={"secretName": "x"},
    )
    custom("argoproj.io/v1alpha1", "Application", {"health": {"status": "Healthy"}, "sync": {"status": "Synced"}})
    custom(
        "argoproj.io/v1alpha1",
        "Rollout",
        {"phase": "Healthy", "conditions": so(("Available", True, "AvailableReason"), ("Paused", False, ""))},
    )
    custom(
        "kustomize.toolkit.fluxcd.io/v1",
        "Kustomization",
        {"conditions": so(("Ready", True, "ReconciliationSucceeded")), "observedGeneration": 2},
    )
    custom(
        "helm.toolkit.fluxcd.io/v2",
        "HelmRelease",
        {"conditions": so(("Ready", True, "UpgradeSucceeded"), ("Released", True, "")), "observedGeneration": 2},
    )
    custom(
        "serving.knative.dev/v1",
        "Revision",
        {"conditions": so(("Active", False, "NoTraffic"), ("Ready", True, ""), ("ContainerHealthy", True, ""))},
    )
    custom("kafka.strimzi.io/v1beta2", "Kafka", {"conditions": so(("Ready", True, "")), "observedGeneration": 2})
    custom("apiextensions.crossplane.io/v1", "Composition", {})
    custom("database.example.org/v1", "Instance", {"conditions": so(("Synced", True, "ReconcileSuccess"), ("Ready", True, "Available"))})
    custom(
        "storage.example.org/v1",
        "Pool",
        {"phase": "Ready", "conditions": so(("Degraded", False, "AsExpected"), ("Progressing", False, "AsExpected"))},
    )
    custom("batch.example.org/v1", "Run", {"phase": "Succeeded", "conditions": so(("Succeeded", True, "Completed"), ("Failed", False, ""))})
    custom("monitoring.coreos.com/v1", "Prometheus", {"conditions": so(("Available", True, ""), ("Reconciled", True, ""))})
    custom(
        "autoscaling.k8s.io/v1",
        "VerticalPodAutoscaler",
        {"conditions": so(("RecommendationProvided", True, ""), ("LowConfidence", True, ""))},
    )
    custom("external-secrets.io/v1", "ExternalSecret", {"conditions": so(("Ready", True, "SecretSynced"))})
    custom(
        "keda.sh/v1alpha1",
        "ScaledJob",
        {"conditions": so(("Ready", True, "ScaledJobReady"), ("Active", False, "ScalerNotActive"), ("Paused", False, ""))},
    )
    custom("young.example.org/v1", "Thing", {"conditions": so(("Ready", False, "Creating"), since=ago(45))}, age_s=60)
    custom("behind.example.org/v1", "Thing", {"observedGeneration": 1, "conditions": [condition("Ready", "False", ago(60), "Reconciling")]})


def has_extensions(world: World) -> None:
    """CRDs, aggregated APIs, webhooks with their Services, and a namespace that is going."""
    space = place(world, "system")
    made = settled(world, space, "guard")
    endpoints(world, service(world, space, "guard", {"app": "guard"}, port=443), made["spec"]["replicas"])
    named = {"namespace": space, "name": "guard", "port": 443}
    hook = {"name": "guard.example.com", "failurePolicy": "Fail", "clientConfig": {"service": named}, "sideEffects": "None"}
    world.add("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", "", f"guard-{space}", webhooks=[hook])
    available = {"conditions": [condition("Available", "True", ago(LONG_S), "Passed")]}
    spec = {"group": "metrics.k8s.io", "version": "v1beta1", "service": named}
    world.add("apiregistration.k8s.io/v1", "APIService", "", "v1beta1.metrics.k8s.io", spec=spec, status=available)
    world.add("apiregistration.k8s.io/v1", "APIService", "", "v1.apps", spec={"group": "apps", "version": "v1"}, status=available)
    well = {
        "conditions": [
            condition("Established", "True", ago(LONG_S), "InitialNamesAccepted"),
            condition("NamesAccepted", "True", ago(LONG_S)),
        ]
    }
    world.add(
        "apiextensions.k8s.io/v1", "CustomResourceDefinition", "", f"things.{space}.example.org", spec={"group": "example.org"}, status=well
    )
    world.namespace(f"going-{space}", deletionTimestamp=ago(30), status={"phase": "Terminating"}, spec={"finalizers": ["kubernetes"]})


def is_k3s(world: World) -> None:
    """What k3s brings along: CoreDNS, traefik with its load balancer's pods, local storage, the Jobs that installed them."""
    parts = {
        "coredns": {"k8s-app": "kube-dns"},
        "metrics-server": {"k8s-app": "metrics-server"},
        "local-path-provisioner": {"app": "local-path-provisioner"},
        "traefik": {"app.kubernetes.io/name": "traefik"},
    }
    for name, labels in parts.items():
        made = template(world, name)
        made["metadata"]["labels"] = labels
        owner = _part(world, "kube-system", name, labels, made)
        pods(world, owner, 1, age_s=LONG_S)
    world.add(
        "v1",
        "ConfigMap",
        "kube-system",
        "coredns",
        data={"Corefile": ".:53 {\n    errors\n    kubernetes cluster.local in-addr.arpa\n    forward . /etc/resolv.conf\n}\n"},
    )
    ports = [{"name": "dns", "port": 53, "protocol": "UDP", "targetPort": "http"}]
    world.add(
        "v1",
        "Service",
        "kube-system",
        "kube-dns",
        labels={"k8s-app": "kube-dns"},
        spec={"clusterIP": "10.43.0.10", "selector": {"k8s-app": "kube-dns"}, "ports": ports},
    )
    annotations = {"storageclass.kubernetes.io/is-default-class": "true"}
    world.add(
        "storage.k8s.io/v1",
        "StorageClass",
        "",
        "local-path",
        annotations=annotations,
        provisioner="rancher.io/local-path",
        volumeBindingMode="WaitForFirstConsumer",
    )
    world.add(NETWORK, "IngressClass", "", "traefik", spec={"controller": "traefik.io/ingress-controller"})
    _balancer(world)
    work: Body = {
        "metadata": {"labels": {"helmcharts.helm.cattle.io/chart": "traefik"}},
        "spec": {"restartPolicy": "OnFailure", "containers": [{"name": "helm", "image": "rancher/klipper-helm:v0.9"}]},
    }
    done = {
        "succeeded": 1,
        "conditions": [condition("Complete", "True", ago(LONG_S))],
        "startTime": ago(LONG_S + 60),
        "completionTime": ago(LONG_S),
    }
    job = world.add(
        "batch/v1", "Job", "kube-system", "helm-install-traefik", spec={"template": work, "backoffLimit": 1000}, status=done, age_s=LONG_S
    )
    pods(world, job, 1, age_s=LONG_S, state="succeeded")


def _balancer(world: World) -> None:
    """The load balancer of traefik: a Service with an address, and a pod on every node that takes its port."""
    edge = service(world, "kube-system", "traefik", {"app.kubernetes.io/name": "traefik"}, type="LoadBalancer")
    edge["status"] = {"loadBalancer": {"ingress": [{"ip": "10.0.0.2"}]}}
    balancer = {
        "metadata": {
            "labels": {
                "app": "svclb-traefik",
                "svccontroller.k3s.cattle.io/svcname": "traefik",
                "svccontroller.k3s.cattle.io/svcnamespace": "kube-system",
            }
        },
        "spec": {
            "containers": [{"name": "lb-tcp-80", "image": "rancher/klipper-lb:v0.4", "ports": [{"containerPort": 80, "hostPort": 80}]}],
            "tolerations": [{"operator": "Exists"}],
        },
    }
    count = len(world.nodes)
    full = {
        "desiredNumberScheduled": count,
        "currentNumberScheduled": count,
        "numberReady": count,
        "numberAvailable": count,
        "numberMisscheduled": 0,
        "updatedNumberScheduled": count,
        "observedGeneration": 1,
    }
    spec = {"selector": {"matchLabels": {"app": "svclb-traefik"}}, "template": balancer}
    owner = world.add("apps/v1", "DaemonSet", "kube-system", "svclb-traefik", spec=spec, status=full, generation=1)
    for node in world.nodes:
        pods(world, owner, 1, age_s=LONG_S, node=node)


def _part(world: World, space: str, name: str, labels: Body, made: Body) -> Body:
    """A Deployment of one replica with its ReplicaSet, which is returned."""
    up = [
        condition("Available", "True", ago(LONG_S), "MinimumReplicasAvailable"),
        condition("Progressing", "True", ago(LONG_S), "NewReplicaSetAvailable"),
    ]
    status = {"observedGeneration": 1, "replicas": 1, "updatedReplicas": 1, "readyReplicas": 1, "availableReplicas": 1, "conditions": up}
    spec = {"replicas": 1, "selector": {"matchLabels": labels}, "template": made}
    owner = world.add("apps/v1", "Deployment", space, name, spec=spec, status=status, generation=1, labels=labels)
    return replica_set(world, owner, made, 1, 1, age_s=LONG_S, digit="7c6d8f9b5")


def is_connected_to_azure(world: World) -> None:
    """The agents of AKS Arc, an extension that is installed, Flux that follows a repository."""
    space = world.namespace("azure-arc")
    for name in (
        "clusteridentityoperator",
        "config-agent",
        "controller-manager",
        "metrics-agent",
        "cluster-metadata-operator",
        "resource-sync-agent",
        "flux-logs-agent",
        "extension-manager",
        "kube-aad-proxy",
        "clusterconnect-agent",
    ):
        owner = _part(world, space, name, {"app.kubernetes.io/component": name}, template(world, name))
        pods(world, owner, 1, age_s=LONG_S)
    connected = {"connectionState": "Connected", "lastConnectivityTime": ago(120)}
    world.add("arc.azure.com/v1beta1", "ConnectedCluster", space, "clustermetadata", spec={}, status=connected)
    state = {"AZURE_CLOUD": "AZUREPUBLICCLOUD", "CONNECTIVITY_TYPE": "direct"}
    world.add("v1", "ConfigMap", space, "azure-clusterconfig", data=state)
    installed = {"configAppliedTime": ago(LONG_S), "status": "Installed", "operatorPropertiesHashed": "x"}
    world.add(
        "clusterconfig.azure.com/v1beta1", "ExtensionConfig", space, "flux", spec={"extensionType": "microsoft.flux"}, status=installed
    )


def beats(world: World) -> None:
    """The leases of the control plane's parts; those of a distribution that runs them as one process are not there."""
    for name in ("kube-scheduler", "kube-controller-manager"):
        spec = {"holderIdentity": "node-0", "leaseDurationSeconds": 15, "renewTime": ago(world.rng.randint(0, 3))}
        world.add("coordination.k8s.io/v1", "Lease", "kube-system", name, spec=spec)


def has_static_pods(world: World) -> None:
    """Mirror pods of the control plane, on the node's own network and owned by it."""
    (server,) = [body for body in world.bodies if body["kind"] == "Node" and body["metadata"]["name"] == world.nodes[0]]
    for name in ("etcd", "kube-apiserver", "kube-scheduler"):
        spec = {
            "hostNetwork": True,
            "containers": [
                {"name": name, "image": f"registry.k8s.io/{name}:v1", "livenessProbe": {"httpGet": {"port": 10259, "path": "/livez"}}}
            ],
        }
        pod = world.pod(
            "kube-system",
            f"{name}-{world.nodes[0]}",
            spec | {"priorityClassName": "system-node-critical"},
            age_s=LONG_S,
            node=world.nodes[0],
            annotations={"kubernetes.io/config.mirror": "abc", "kubernetes.io/config.source": "file"},
            labels={"component": name, "tier": "control-plane"},
        )
        pod["metadata"]["ownerReferences"] = [owner_of(server)]


def tells_of_old_troubles(world: World) -> None:
    """Warnings of starts that went well in the end, leftovers of an eviction long ago, a node that was rebooted."""
    space = place(world, "troubles")
    owner = replica_set(world, settled(world, space, "web"), template(world, "web"), 1, 1, age_s=LONG_S, digit="9f8b7c6d5")
    age_s = world.rng.choice((10 * MINUTE_S, 50 * MINUTE_S))
    (pod,) = pods(world, owner, 1, age_s=age_s)
    spoken = [
        ("FailedScheduling", "0/3 nodes are available: 3 node(s) had untolerated taint {node.kubernetes.io/not-ready: }."),
        ("FailedMount", 'MountVolume.SetUp failed for volume "kube-api-access-x" : failed to sync configmap cache: timed out waiting'),
        ("FailedAttachVolume", 'Multi-Attach error for volume "pvc-1" Volume is already exclusively attached to one node'),
        ("Failed", 'Failed to pull image "registry.example/shop/app:1": rpc error: code = Unknown desc = net/http: TLS handshake timeout'),
        ("FailedCreatePodSandBox", 'Failed to create pod sandbox: plugin type="flannel" failed (add): loadFlannelSubnetEnv failed'),
        ("Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode: 503"),
        ("Unhealthy", "Startup probe failed: connection refused"),
        ("DNSConfigForming", "Nameserver limits were exceeded, some nameservers have been omitted"),
        ("BackOff", "Back-off restarting failed container app in pod"),
        ("NetworkNotReady", "network is not ready: cni plugin not initialized"),
    ]
    for reason, message in world.rng.sample(spoken, k=world.rng.randint(1, 4)):
        world.event(pod, "Warning", reason, message, first_s=age_s - 5, last_s=age_s - 40, fieldPath="spec.containers{app}")
    world.event(pod, "Normal", "Started", "Started container app", first_s=age_s - 60)
    (left,) = pods(world, owner, 1, age_s=LONG_S, state="succeeded")
    left["status"] = {
        "phase": "Failed",
        "reason": "Evicted",
        "message": "The node was low on resource: memory.",
        "startTime": ago(2 * DAY_S),
    }
    node = next(body for body in world.bodies if body["kind"] == "Node")
    world.event(node, "Warning", "Rebooted", "Node has been rebooted, boot id: 1", first_s=HOUR_S)
    world.event(node, "Normal", "NodeReady", "Node status is now: NodeReady", first_s=HOUR_S - 30)


SCENES = (
    stores,
    is_limited,
    has_custom_resources,
    has_extensions,
    is_k3s,
    is_connected_to_azure,
    beats,
    has_static_pods,
    tells_of_old_troubles,
)
