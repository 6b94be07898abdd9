"""Scenes of traffic: Services of every sort, Ingresses, Gateways, autoscalers and policies."""

from __future__ import annotations

from tests.healthy.workloads import LONG_S, place, settled
from tests.healthy.world import Body, World, ago, condition

NETWORK, GATEWAY = "networking.k8s.io/v1", "gateway.networking.k8s.io/v1"


def service(world: World, space: str, name: str, selector: Body | None, port: int = 80, **spec: object) -> Body:
    """A Service on port 80 for the container's port, by number or name."""
    ports = [{"name": "http", "port": port, "targetPort": world.rng.choice((8080, "http")), "protocol": "TCP"}]
    made = {"type": "ClusterIP", "clusterIP": f"10.43.{world.rng.randint(0, 255)}.{world.rng.randint(1, 250)}", "ports": ports, **spec}
    return world.add("v1", "Service", space, name, spec=made | ({"selector": selector} if selector else {}))


def endpoints(world: World, owner: Body, addresses: int, *, keeper: str = "endpointslice-controller.k8s.io") -> None:
    """The EndpointSlice of a Service, all ready."""
    meta = owner["metadata"]
    labels = {"kubernetes.io/service-name": meta["name"], "endpointslice.kubernetes.io/managed-by": keeper}
    found = [{"addresses": [f"10.42.1.{number + 2}"], "conditions": {"ready": True, "serving": True}} for number in range(addresses)]
    world.add(
        "discovery.k8s.io/v1",
        "EndpointSlice",
        meta["namespace"],
        f"{meta['name']}-{world.rng.getrandbits(20):05x}",
        labels=labels,
        owner=owner,
        addressType="IPv4",
        endpoints=found,
        ports=[{"name": "http", "port": 8080, "protocol": "TCP"}],
    )


def is_served(world: World) -> None:
    """A shop front: Deployment, Service, Ingress with TLS, autoscaler, budget, policies."""
    space = place(world, "front")
    made = settled(world, space, "web")
    wanted = made["spec"]["replicas"]
    endpoints(world, service(world, space, "web", {"app": "web"}), wanted)
    for container in made["spec"]["template"]["spec"]["containers"]:
        container.setdefault("resources", {"requests": {"cpu": "50m", "memory": "64Mi"}, "limits": {"memory": "256Mi"}})
    world.add(NETWORK, "IngressClass", "", f"edge-{space}", spec={"controller": "example.com/edge"})
    world.add("v1", "Secret", space, "web-tls", type="kubernetes.io/tls")
    path = {
        "path": "/",
        "pathType": "Prefix",
        "backend": {"service": {"name": "web", "port": world.rng.choice(({"number": 80}, {"name": "http"}))}},
    }
    rules = [{"host": f"{space}.example.com", "http": {"paths": [path]}}]
    tls = [{"hosts": [f"{space}.example.com"], "secretName": "web-tls"}]
    balancer = {"loadBalancer": {"ingress": [{"ip": "10.0.0.2"}]}}
    world.add(NETWORK, "Ingress", space, "web", spec={"ingressClassName": f"edge-{space}", "rules": rules, "tls": tls}, status=balancer)
    _scaled(world, space, wanted)
    budget = {"maxUnavailable": 1, "selector": {"matchLabels": {"app": "web"}}}
    healthy = {
        "currentHealthy": wanted,
        "desiredHealthy": wanted - 1,
        "expectedPods": wanted,
        "disruptionsAllowed": 1,
        "observedGeneration": 1,
    }
    healthy["conditions"] = [condition("DisruptionAllowed", "True", ago(LONG_S), "SufficientPods")]
    world.add("policy/v1", "PodDisruptionBudget", space, "web", spec=budget, status=healthy, generation=1)
    if world.rng.random() < 0.6:
        world.add(NETWORK, "NetworkPolicy", space, "deny-all", spec={"podSelector": {}, "policyTypes": ["Ingress"]})
        admits = [{"ports": [{"port": 8080, "protocol": "TCP"}]}]
        spec = {"podSelector": {"matchLabels": {"app": "web"}}, "policyTypes": ["Ingress"], "ingress": admits}
        world.add(NETWORK, "NetworkPolicy", space, "web", spec=spec)


def _scaled(world: World, space: str, wanted: int) -> None:
    """An autoscaler at its least, in between, or so young that it has no figures yet."""
    least = world.rng.randint(1, wanted)
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
    metrics = [{"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 70}}}]
    limited = least == wanted
    conditions = [
        condition("AbleToScale", "True", ago(LONG_S), "ReadyForNewScale"),
        condition("ScalingActive", "True", ago(LONG_S), "ValidMetricFound"),
        condition("ScalingLimited", limited, ago(LONG_S), "TooFewReplicas" if limited else "DesiredWithinRange"),
    ]
    is_young = world.rng.random() < 0.3
    if is_young:
        failed = "the HPA was unable to compute the replica count: failed to get cpu utilization: did not receive metrics for ready pods"
        conditions[1] = condition("ScalingActive", "False", ago(40), "FailedGetResourceMetric", failed)
    spec = {"scaleTargetRef": target, "minReplicas": least, "maxReplicas": 10, "metrics": metrics}
    status = {"currentReplicas": wanted, "desiredReplicas": wanted, "conditions": conditions}
    scaler = world.add(
        "autoscaling/v2", "HorizontalPodAutoscaler", space, "web", spec=spec, status=status, age_s=60 if is_young else LONG_S
    )
    if is_young:
        world.event(scaler, "Warning", "FailedGetResourceMetric", "did not receive metrics for any ready pods", first_s=55, last_s=40)


def has_odd_services(world: World) -> None:
    """Services without a selector, headless, for names outside, for a leader, of a second port, with an address of the cloud."""
    space = place(world, "services")
    made = settled(world, space, "web")
    wanted = made["spec"]["replicas"]
    outside = service(world, space, "database", None, port=5432)
    endpoints(world, outside, 1, keeper="endpointslicemirroring-controller.k8s.io")
    world.add("v1", "Endpoints", space, "database", subsets=[{"addresses": [{"ip": "192.168.7.7"}], "ports": [{"port": 5432}]}])
    service(world, space, "bare", None, clusterIP="None")
    world.add("v1", "Service", space, "mail", spec={"type": "ExternalName", "externalName": "smtp.example.com"})
    endpoints(world, service(world, space, "web", {"app": "web"}), wanted)
    endpoints(world, service(world, space, "web-peers", {"app": "web"}, clusterIP="None", publishNotReadyAddresses=True), wanted)
    balanced = service(world, space, "web-public", {"app": "web"}, type="LoadBalancer", allocateLoadBalancerNodePorts=True)
    balanced["status"] = {"loadBalancer": {"ingress": [{"ip": "203.0.113.7"}]}}
    endpoints(world, balanced, wanted)
    world.add(
        "v1",
        "Service",
        space,
        "young",
        age_s=60,
        spec={"type": "LoadBalancer", "selector": {"app": "web"}, "ports": [{"port": 80, "targetPort": 8080}]},
    )
    leader = '{"holderIdentity":"web-1","leaseDurationSeconds":15}'
    world.add("v1", "Endpoints", space, "election", annotations={"control-plane.alpha.kubernetes.io/leader": leader})


def has_a_gateway(world: World) -> None:
    """A Gateway with a route to a Service, all accepted and programmed."""
    space = place(world, "gateway")
    made = settled(world, space, "web")
    endpoints(world, service(world, space, "web", {"app": "web"}), made["spec"]["replicas"])
    well = [condition(one, "True", ago(LONG_S), one) | {"observedGeneration": 1} for one in ("Accepted", "Programmed")]
    accepted = {"conditions": well[:1]}
    world.add(GATEWAY, "GatewayClass", "", f"mesh-{space}", spec={"controllerName": "example.com/gw"}, status=accepted, generation=1)
    listeners = [{"name": "http", "port": 80, "protocol": "HTTP"}]
    status = {"conditions": well, "listeners": [{"name": "http", "attachedRoutes": 1, "conditions": well, "supportedKinds": []}]}
    spec = {"gatewayClassName": f"mesh-{space}", "listeners": listeners}
    world.add(GATEWAY, "Gateway", space, "edge", spec=spec, status=status, generation=1)
    resolved = [well[0], condition("ResolvedRefs", "True", ago(LONG_S), "ResolvedRefs") | {"observedGeneration": 1}]
    parents = [{"parentRef": {"name": "edge"}, "controllerName": "example.com/gw", "conditions": resolved}]
    route = {"parentRefs": [{"name": "edge"}], "rules": [{"backendRefs": [{"name": "web", "port": 80}]}]}
    world.add(GATEWAY, "HTTPRoute", space, "web", spec=route, status={"parents": parents}, generation=1)


SCENES = (is_served, has_odd_services, has_a_gateway)
